// Serves the built page with a run that it carries itself, under the policy of the real server: no process, no log.

import { createServer, type Server } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import type { RunCard } from "../../../src/http/run-card.ts";
import type { CarriedRun } from "../../../src/http/carried-page.ts";
import { zeroUsage, addUsage } from "../../../src/domain/usage.ts";
import type { BillingRun } from "./billing-run.ts";

export const pageFolder = join(import.meta.dirname, "../../../dist/page");

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

export function carry({ run, state, records }: BillingRun): CarriedRun {
  const card: RunCard = {
    run,
    project: { key: "billing", root: state.config?.project.root ?? "", name: "billing" },
    goal: null,
    title: state.config?.title ?? "",
    createdAt: state.startedAt,
    lastAt: state.lastAt,
    ms: state.lastAt - state.startedAt,
    phase: state.phase,
    outcome: state.ended?.outcome ?? null,
    reason: state.ended?.reason ?? null,
    conducted: "here",
    mode: state.mode,
    isPaused: state.pause !== null,
    counts: state.counts,
    total: state.tickets.length,
    needsYou: state.approvals.size,
    spend: [...state.spend.values()].reduce(addUsage, zeroUsage),
    attempts: state.totals.attempts,
    lineage: null,
    pipeline: null,
    isImported: false,
    problem: null,
  };
  return { card, records, texts: {} };
}

export type CarriedPage = { readonly address: string; readonly close: () => Promise<void> };

export async function serveCarried(carried: CarriedRun): Promise<CarriedPage> {
  const index = await readFile(join(pageFolder, "index.html"), "utf8");
  const data = JSON.stringify(carried).replaceAll("<", "\\u003c");
  const html = index.replace("</head>", `<script type="application/json" id="tutti-run">${data}</script></head>`);
  const server: Server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://page");
    const isFile = /^\/(?:assets\/)?[\w.-]+\.\w+$/.test(pathname) && pathname !== "/index.html";
    const answer = isFile ? readFile(join(pageFolder, pathname)) : Promise.resolve(html);
    answer.then(
      (body) =>
        response.writeHead(200, { "content-type": types[isFile ? extname(pathname) : ".html"] ?? "" }).end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const bound = server.address();
  const port = typeof bound === "object" && bound !== null ? bound.port : 0;
  return {
    address: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
