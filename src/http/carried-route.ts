// `GET /api/runs/:run/export.html`: the run as one file.

import type { Hono } from "hono";
import type { RunId } from "../domain/ids.ts";
import { carriedName, carry, makeCarriedPage } from "./carried-page.ts";
import type { Runs } from "./runs.ts";
import type { FindPageFile } from "./static-page.ts";

/** Below the way to a run. `page` absent: there is none here, which is told when it is asked for. */
export function addCarried(app: Hono, { runs, page = () => undefined }: { runs: Runs; page?: FindPageFile }): void {
  app.get("/api/runs/:run/export.html", async (context) => {
    const { ports, run } = context.get("open");
    const card = (await runs.list()).find((each) => each.run === run);
    if (card === undefined) return context.notFound();
    const html = makeCarriedPage(page, await carry(ports.log, card));
    return new Response(html, { headers: headersOf(run) });
  });
}

/** A file to keep, never a document of this server: what is in it must not run with this server's rights. */
const headersOf = (run: RunId): Record<string, string> => ({
  "content-type": "application/octet-stream",
  "content-disposition": `attachment; filename="${carriedName(run)}"`,
});
