// An exported run brought in: every line checked before it counts, the run there whole or not at all. The file may come
// from anybody: it chooses no path, no size beyond what is allowed, and nothing of it is run.

import { hash } from "node:crypto";
import { join } from "node:path";
import type { Recorded } from "../../domain/event.ts";
import type { Digest, RunId } from "../../domain/ids.ts";
import { readRunLine, type BlobContent, type RunFileLine } from "../../domain/run-file.ts";
import { parseScenario } from "../../domain/scenario.ts";
import { blobsIn } from "../../domain/text.ts";
import { Fault } from "../../engine/ports.ts";
import { createPrivateFile, runFiles } from "../run-files.ts";
import { newerStore } from "./database.ts";
import type { Planting } from "./plant-run.ts";
import { chainStart, decodeRecord, type ChainHead } from "./record.ts";
import type { RunShelf } from "./run-shelf.ts";
import { splitLines, type Line } from "./split-lines.ts";

export type ImportLimits = {
  /** Characters of one line, and bytes of the whole file. */
  readonly line: number;
  readonly file: number;
};

/** More than any run that was ever made, less than a disk. */
export const importLimits: ImportLimits = { line: 64 * 1024 * 1024, file: 8 * 1024 ** 3 };

/** Whether records tell a run: a log that does not fold could not be looked at, nor could the list it stands in. */
export type RecordCheck = {
  /** What is wrong with the next record; undefined where nothing is. */
  readonly take: (record: Recorded) => string | undefined;
  /** What is wrong with all of them as the records of this run. */
  readonly end: (run: RunId) => string | undefined;
};

export type ImportOptions = {
  /** Where it is put. */
  readonly plant: RunShelf["plant"];
  /** Whether another of the person's projects has the run: it has one address, so it lies in one of them. */
  readonly isElsewhere?: (run: RunId) => Promise<boolean>;
  readonly source: AsyncIterable<Uint8Array>;
  readonly check: RecordCheck;
  readonly limits?: ImportLimits;
};

export type Imported = { readonly run: RunId; readonly records: number };

/**
 * Throws Fault `import_invalid` naming the line, `import_too_large`, `newer_store`, `run_exists`, and what planting throws;
 * nothing is left then.
 */
export async function importRun(options: ImportOptions): Promise<Imported> {
  const { plant, isElsewhere, source, check, limits = importLimits } = options;
  const lines = splitLines(source, limits);
  try {
    const first = await lines.next();
    if (first.done === true) throw invalid(1, "the file is empty");
    const header = readLine(first.value);
    if (header.kind !== "header") throw invalid(1, "it does not say which run this is");
    const { run, createdAt } = header;
    if ((await isElsewhere?.(run)) === true) throw elsewhere(run);
    let records = 0;
    await plant({ run, createdAt, isImported: true }, async (planting) => {
      records = await plantLines(run, { planting, check, lines });
    });
    return { run, records };
  } finally {
    await lines.return(undefined);
  }
}

const { scenario: scenarioName } = runFiles("", "" as RunId);

const elsewhere = (run: RunId): Fault =>
  new Fault("run_exists", `${run} is among the runs of another repository of yours already.`, {
    remedy: `\`tutti serve\` shows it; \`tutti clean ${run}\`, in that repository, makes room for it here.`,
  });

const invalid = (line: number, problem: string): Fault =>
  new Fault("import_invalid", `Line ${line} cannot be taken: ${problem}.`, {
    remedy: "Export the run again with `tutti export --format jsonl`; nothing was brought in.",
  });

function readLine({ text, number }: Line): RunFileLine {
  const read = readRunLine(text);
  if (read.ok) return read.line;
  throw invalid(number, read.problem);
}

/** What has been read so far. */
type Reading = {
  readonly planting: Planting;
  readonly check: RecordCheck;
  readonly start: ChainHead;
  head: ChainHead;
  isOver: boolean;
  hasScenario: boolean;
  readonly known: Set<Digest>;
  /** Texts that no record has named yet. */
  readonly early: Set<Digest>;
};

async function plantLines(run: RunId, { planting, check, lines }: Source): Promise<number> {
  const start = chainStart(run);
  const reading: Reading = {
    planting,
    check,
    start,
    head: start,
    isOver: false,
    hasScenario: false,
    known: new Set(),
    early: new Set(),
  };
  let last = 1;
  for await (const line of lines) {
    last = line.number;
    if (reading.isOver) throw invalid(last, "the run has ended on the line before");
    await take(reading, readLine(line), last);
    await planting.settle();
  }
  if (!reading.isOver) throw invalid(last + 1, "the file is cut short here");
  const problem = check.end(run);
  if (problem !== undefined) throw invalid(1, problem);
  return reading.head.seq;
}

type Source = { readonly planting: Planting; readonly check: RecordCheck; readonly lines: AsyncIterable<Line> };

async function take(reading: Reading, line: RunFileLine, number: number): Promise<void> {
  switch (line.kind) {
    case "header":
      throw invalid(number, "another run begins here");
    case "scenario":
      return takeScenario(reading, line.text, number);
    case "blob":
      return takeBlob(reading, line, number);
    case "record":
      return takeRecord(reading, line, number);
    case "end":
      return takeEnd(reading, line, number);
    default:
      return line satisfies never;
  }
}

function takeScenario(reading: Reading, text: string, number: number): void {
  if (reading.hasScenario || reading.head !== reading.start || reading.known.size > 0)
    throw invalid(number, "a scenario stands on line 2 or nowhere");
  if (!parseScenario(text).ok) throw invalid(number, "it is no scenario that this program can play");
  reading.hasScenario = true;
  createPrivateFile(join(reading.planting.folder, scenarioName), text);
}

type LineOf<Kind> = Extract<RunFileLine, { kind: Kind }>;

async function takeBlob(reading: Reading, { digest, content }: LineOf<"blob">, number: number): Promise<void> {
  const bytes = toBytes(content);
  if (hash("sha256", bytes, "hex") !== digest) throw invalid(number, "its text is not the one it is named after");
  if (reading.known.has(digest)) throw invalid(number, "this text has come before");
  await reading.planting.putBlob(bytes);
  reading.known.add(digest);
  reading.early.add(digest);
}

function takeRecord(reading: Reading, line: LineOf<"record">, number: number): void {
  const decoded = decodeRecord(line, reading.head);
  if (decoded.kind === "newer") throw newerStore(`line ${number}`, `its event version is ${decoded.version}`);
  if (decoded.kind === "damaged") throw invalid(number, decoded.problem);
  const problem = reading.check.take(decoded.record);
  if (problem !== undefined) throw invalid(number, problem);
  for (const digest of blobsIn(decoded.record.event)) {
    if (!reading.known.has(digest)) throw invalid(number, "it names a text that did not come before it");
    reading.early.delete(digest);
  }
  if (reading.early.size > 0) throw invalid(number, "a text came before it that it does not name");
  reading.head = reading.planting.add(line.body);
}

function takeEnd(reading: Reading, { records, blobs, sum }: LineOf<"end">, number: number): void {
  const { head, known, early } = reading;
  const isWhole = records === head.seq && sum === head.sum && blobs === known.size && early.size === 0;
  if (!isWhole)
    throw invalid(
      number,
      `it tells of ${records} records and ${blobs} texts; before it stand ${head.seq} and ${known.size}`,
    );
  reading.isOver = true;
}

const toBytes = (content: BlobContent): Uint8Array =>
  "text" in content ? Buffer.from(content.text, "utf8") : Buffer.from(content.base64, "base64");
