// A run as one file: the page with the run in it. It opens from a disk, without a server and without a network.

import { createHash } from "node:crypto";
import type { Recorded } from "../domain/event.ts";
import type { Digest, RunId } from "../domain/ids.ts";
import { blobRefSchema } from "../domain/text.ts";
import { Fault, type EventLog } from "../engine/ports.ts";
import type { RunCard } from "./run-card.ts";
import type { FindPageFile } from "./static-page.ts";

/** What an exported page carries. `texts`: long texts by digest. */
export type CarriedRun = {
  readonly card: RunCard;
  readonly records: readonly Recorded[];
  readonly texts: Readonly<Record<string, string>>;
};

const decoder = new TextDecoder();

/** Throws Fault `blob_missing`, `blob_corrupt`, `log_corrupt`. */
export async function carry(log: Pick<EventLog, "read" | "getBlob">, card: RunCard): Promise<CarriedRun> {
  const records = [...log.read()];
  const texts: Record<string, string> = {};
  for (const digest of digestsIn(records)) texts[digest] = decoder.decode(await log.getBlob(digest));
  return { card, records, texts };
}

/** Of every long text that the records refer to. */
function digestsIn(value: unknown, found = new Set<Digest>()): ReadonlySet<Digest> {
  if (typeof value !== "object" || value === null) return found;
  const ref = "blob" in value ? blobRefSchema.safeParse(value) : undefined;
  if (ref?.success === true) found.add(ref.data.blob);
  else for (const each of Object.values(value)) digestsIn(each, found);
  return found;
}

export const carriedName = (run: RunId): string => `${run}.html`;

/** Throws Fault `page_not_built`. */
export function makeCarriedPage(find: FindPageFile, carried: CarriedRun): string {
  const read = (path: string): string => {
    const file = find(path);
    if (file !== undefined) return decoder.decode(file.bytes);
    throw new Fault("page_not_built", `The page that carries a run is not built: ${path} is missing.`, {
      remedy: "In the project's folder: npm run page",
    });
  };
  const index = read("carried/index.html");
  const assets = [...index.matchAll(/(?:src|href)="\/?(assets\/[\w.-]+\.(js|css))"/g)];
  const of = (kind: string): string =>
    assets.flatMap(([, path = "", ext]) => (ext === kind ? [read(`carried/${path}`)] : [])).join("\n");
  // What ends a script or begins a comment in HTML must not stand in one.
  const script = of("js").replaceAll(/<(?=\/script|!--)/gi, "\\x3c");
  const style = of("css").replaceAll(/<(?=\/style)/gi, "\\3c ");
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(script)}'`,
    `style-src '${hashOf(style)}'`,
    "img-src data:",
    "font-src data:",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  const data = JSON.stringify(carried).replaceAll("<", "\\u003c");
  return [
    "<!doctype html>",
    '<html lang="en" data-theme="dark"><head><meta charset="utf-8" />',
    `<meta http-equiv="content-security-policy" content="${policy}" />`,
    '<meta name="viewport" content="width=device-width, initial-scale=1" />',
    '<meta name="color-scheme" content="dark light" /><meta name="referrer" content="no-referrer" />',
    `<title>${escapeHtml(carried.card.title)}</title>`,
    `<style>${style}</style></head><body><div id="page"></div>`,
    `<script type="application/json" id="tutti-run">${data}</script>`,
    `<script type="module">${script}</script></body></html>`,
  ].join("\n");
}

const hashOf = (text: string): string => `sha256-${createHash("sha256").update(text).digest("base64")}`;

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
