// A run's log and past over the API: records in pages, the state at any record, long texts, one ticket's records, what
// stands out where, and what an attempt has changed.

import { hash } from "node:crypto";
import type { Context, Hono } from "hono";
import type { Recorded } from "../domain/event.ts";
import type { Digest, TicketId } from "../domain/ids.ts";
import type { Ticket } from "../domain/ticket.ts";
import { loadAttemptDiff } from "../engine/attempt-diff.ts";
import { Fault } from "../engine/ports.ts";
import { toFaultProblem, toProblem } from "./problem.ts";
import { readNumber, type NumberRule } from "./read-number.ts";
import { faceOf, type RunFace } from "./stream/face.ts";
import type { DiffBody, LogBody, MarksBody, OutlineBody, PassageBody, SnapshotBody } from "./wire.ts";

const place: NumberRule = { least: 0, most: Number.MAX_SAFE_INTEGER };
const pageSize: NumberRule = { least: 1, most: 1_000 };
const stretchCount: NumberRule = { least: 1, most: 1_000 };
const textBytes: NumberRule = { least: 1, most: 4 * 1024 * 1024 };
const defaultTextBytes = 1024 * 1024;
/** A page ends with the record that fills it. */
const pageBytes = 2 * 1024 * 1024;

/** Below `/api/runs/:run`. */
export function addPast(app: Hono): void {
  addLog(app);
  addTexts(app);

  app.get("/snapshot", async (context) => {
    const face = faceOf(context.get("open"));
    const at = readNumber(context, "at", { ...place, otherwise: face.head() });
    if (at instanceof Response) return at;
    const snapshot = await face.past.snapshotAt(at);
    if (snapshot === undefined) return noRecord(at, face);
    const body: SnapshotBody = { run: face.run, ...snapshot, head: face.head() };
    return context.json(body);
  });

  app.get("/passage", async (context) => {
    const face = faceOf(context.get("open"));
    const asked = readPage(context);
    if (asked instanceof Response) return asked;
    const before = await face.past.snapshotAt(asked.after);
    if (before === undefined) return noRecord(asked.after, face);
    const log = readLog(face, { ...asked, end: face.head(), isWanted: () => true });
    return toJson(`${unclosed({ ...log, run: face.run, format: before.format })},"before":${before.text}}`);
  });

  app.get("/outline", async (context) => {
    const face = faceOf(context.get("open"));
    const at = readNumber(context, "at", { ...place, otherwise: face.head() });
    if (at instanceof Response) return at;
    const outline = await face.past.outlineAt(at);
    if (outline === undefined) return noRecord(at, face);
    const { seq, format, toText } = outline;
    const plan = digestOf(outline.plan);
    const rest = { run: face.run, seq, head: face.head(), format, plan };
    return toJson(`${unclosed(rest)},"state":${toText(context.req.query("plan") === plan)}}`);
  });

  app.get("/marks", async (context) => {
    const most = readNumber(context, "stretches", { ...stretchCount, otherwise: 200 });
    if (most instanceof Response) return most;
    const face = faceOf(context.get("open"));
    const stretches = await face.stretches(most);
    const body: MarksBody = { stretches, head: stretches.at(-1)?.to ?? 0 };
    return context.json(body);
  });

  app.get("/tickets/:ticket/attempts/:attempt/diff", async (context) => {
    const open = context.get("open");
    const face = faceOf(open);
    const attempt = Number(context.req.param("attempt"));
    if (!Number.isSafeInteger(attempt) || attempt < 1) return badAttempt();
    try {
      const ref = { ticket: context.req.param("ticket") as TicketId, attempt };
      const { seqs } = await face.placesOf(ref.ticket);
      const records = readAt(face, seqs);
      const body: DiffBody = await loadAttemptDiff(open.ports, { state: open.state(), ref, records });
      return context.json(body);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return notFoundOr(error, ["ticket_unknown", "attempt_gone"]);
    }
  });
}

const toJson = (text: string): Response => new Response(text, { headers: { "content-type": "application/json" } });

/** A state is JSON already: put into the answer as it is, it is neither written nor read twice. */
const unclosed = (rest: Omit<PassageBody, "before"> | Omit<OutlineBody, "state">): string =>
  JSON.stringify(rest).slice(0, -1);

const digests = new WeakMap<readonly Ticket[], string>();

/** States of one run share their plan for as long as it stays the same. */
function digestOf(plan: readonly Ticket[]): string {
  const known = digests.get(plan);
  if (known !== undefined) return known;
  const made = hash("sha256", JSON.stringify(plan), "hex");
  digests.set(plan, made);
  return made;
}

function addLog(app: Hono): void {
  app.get("/log", (context) => {
    const face = faceOf(context.get("open"));
    const asked = readPage(context);
    if (asked instanceof Response) return asked;
    const until = readNumber(context, "until", { ...place, otherwise: face.head() });
    if (until instanceof Response) return until;
    const end = Math.min(until, face.head());
    return context.json(readLog(face, { ...asked, end, isWanted: () => true }));
  });

  app.get("/tickets/:ticket/records", async (context) => {
    const face = faceOf(context.get("open"));
    const asked = readPage(context);
    if (asked instanceof Response) return asked;
    const { seqs, head } = await face.placesOf(context.req.param("ticket") as TicketId);
    const wanted = seqs.filter((seq) => seq > asked.after).slice(0, asked.limit + 1);
    const [first = 0] = wanted;
    const places = new Set(wanted);
    const part = { ...asked, after: first - 1, end: wanted.at(-1) ?? 0, isWanted: (seq: number) => places.has(seq) };
    const body: LogBody = wanted.length === 0 ? { records: [], next: null, head } : { ...readLog(face, part), head };
    return context.json(body);
  });
}

function* readAt({ log }: RunFace, seqs: readonly number[]): Iterable<Recorded> {
  const places = new Set(seqs);
  const last = seqs.at(-1) ?? 0;
  for (const recorded of log.read((seqs[0] ?? 1) - 1)) {
    if (recorded.seq > last) return;
    if (places.has(recorded.seq)) yield recorded;
  }
}

type Page = { readonly after: number; readonly limit: number };

function readPage(context: Context): Page | Response {
  const after = readNumber(context, "after", { ...place, otherwise: 0 });
  if (after instanceof Response) return after;
  const limit = readNumber(context, "limit", { ...pageSize, otherwise: pageSize.most });
  return limit instanceof Response ? limit : { after, limit };
}

type Part = Page & { readonly end: number; readonly isWanted: (seq: number) => boolean };

function readLog({ log, head }: RunFace, { after, limit, end, isWanted }: Part): LogBody {
  const records: Recorded[] = [];
  let room = pageBytes;
  for (const recorded of log.read(after)) {
    if (recorded.seq > end) break;
    if (!isWanted(recorded.seq)) continue;
    if (records.length === limit || room <= 0) return { records, next: records.at(-1)?.seq ?? after, head: head() };
    records.push(recorded);
    room -= JSON.stringify(recorded).length;
  }
  return { records, next: null, head: head() };
}

function addTexts(app: Hono): void {
  app.get("/texts/:digest", async (context) => {
    const digest = context.req.param("digest");
    const offset = readNumber(context, "offset", { ...place, otherwise: 0 });
    if (offset instanceof Response) return offset;
    const limit = readNumber(context, "limit", { ...textBytes, otherwise: defaultTextBytes });
    if (limit instanceof Response) return limit;
    if (!/^[0-9a-f]{64}$/.test(digest)) return noText(digest);
    try {
      return toText(await context.get("open").ports.log.getBlob(digest as Digest), { offset, limit });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return notFoundOr(error, ["blob_missing"]);
    }
  });
}

/** No character is cut in two: a part may be up to three bytes longer or shorter than was asked for. */
function toText(bytes: Uint8Array, { offset, limit }: { offset: number; limit: number }): Response {
  const total = bytes.byteLength;
  const from = toCharacter(bytes, Math.min(offset, total));
  const to = toCharacter(bytes, Math.min(from + limit, total));
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "content-range": to > from ? `bytes ${from}-${to - 1}/${total}` : `bytes */${total}`,
  };
  return new Response(Uint8Array.from(bytes.subarray(from, to)), { status: to - from < total ? 206 : 200, headers });
}

/** The next place where a character begins. */
function toCharacter(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.byteLength && ((bytes[at] ?? 0) & 0xc0) === 0x80) at += 1;
  return at;
}

const notFoundOr = (fault: Fault, codes: readonly string[]): Response => {
  const { code, message: detail, remedy } = fault;
  return codes.includes(code) ? toProblem(404, { code, detail, remedy }) : toFaultProblem(fault);
};

const noText = (digest: string): Response =>
  toProblem(404, {
    code: "blob_missing",
    detail: `${JSON.stringify(digest.slice(0, 80))} names no text.`,
    remedy: "Take the `blob` of a text as a record gives it.",
  });

const noRecord = (at: number, face: RunFace): Response =>
  toProblem(404, {
    code: "no_such_record",
    detail: `There is no record ${at}; the last one is ${face.head()}.`,
    remedy: "Ask for one from 0 (before the first) to the last.",
  });

const badAttempt = (): Response =>
  toProblem(400, {
    code: "attempt_invalid",
    detail: "An attempt is a number from 1 on.",
    remedy: "Take it from a record.",
  });
