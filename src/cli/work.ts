// What `tutti run` and `tutti plan` are given: a ticket file, or a goal in words. What could be either is refused, since
// the one costs nothing to read and the other costs money.

import { readFile, stat } from "node:fs/promises";
import { readGoal } from "../domain/goal.ts";
import { toPrintableLine } from "../domain/printable.ts";
import type { NamedWork } from "./desk.ts";
import { CliFault } from "./errors.ts";

export type WorkOptions = {
  readonly epic?: string;
  /** "-": the standard input. */
  readonly epicFile?: string;
};

type Given = WorkOptions & { readonly words: string | undefined };

/** Throws CliFault where nothing, too much, or something that can be read in two ways is given. */
export async function readWork(given: Given, input: AsyncIterable<Buffer | string>): Promise<NamedWork> {
  const { words, epic, epicFile } = given;
  const said = [words, epic, epicFile].filter((each) => each !== undefined);
  if (said.length > 1)
    throw new CliFault("usage", "the goal is given more than once", "Give one of: the argument, --epic, --epic-file");
  if (epic !== undefined) return toGoal(epic);
  if (epicFile !== undefined) return toGoal(await readWordsFrom(epicFile, { input, what: "goal" }));
  if (words === undefined)
    throw new CliFault(
      "usage",
      "there is nothing to do",
      'Say the goal in quotes (tutti run "Add CSV export"), or name a ticket file (tutti run tickets.json)',
    );
  return readWords(words);
}

async function readWords(words: string): Promise<NamedWork> {
  const found = await stat(words).catch(() => undefined);
  if (found !== undefined && !found.isDirectory()) return { kind: "tickets", ticketFile: words };
  const isNamedJson = /\.json$/i.test(words);
  const isSentence = /\s/.test(words.trim()) || /[^\p{ASCII}]/u.test(words);
  if (isSentence && !isNamedJson && found === undefined) return toGoal(words);
  if (isNamedJson && !isSentence && found === undefined) return { kind: "tickets", ticketFile: words };
  if (words.trim() === "") return toGoal(words);
  const shown = toPrintableLine(words.length > 80 ? `${words.slice(0, 80)}…` : words);
  const why = found === undefined ? "there is no such file" : "it is a folder";
  throw new CliFault(
    "work_unclear",
    `"${shown}" can be read as a ticket file, but ${why}, or as a goal`,
    `A ticket file: name one that exists. A goal: say --epic "${shown}"`,
  );
}

function toGoal(words: string): NamedWork {
  const read = readGoal(words);
  if (read.ok) return { kind: "goal", epic: read.epic };
  throw new CliFault("goal_invalid", read.problem, read.remedy);
}

/** Bytes; a goal within its cap of characters has no more. */
const mostBytes = 4 * 1024 * 1024 + 4;

/** A text file, or the standard input where it is "-". `what` names its text. Throws CliFault `file_unreadable`. */
export const readWordsFrom = async (
  file: string,
  { input, what }: { readonly input: AsyncIterable<Buffer | string>; readonly what: string },
): Promise<string> => (file === "-" ? readAll(input) : readTextFile(file, what));

async function readAll(input: AsyncIterable<Buffer | string>): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of input) {
    const bytes = typeof part === "string" ? Buffer.from(part) : part;
    parts.push(bytes);
    size += bytes.length;
    if (size > mostBytes) break;
  }
  return toText(Buffer.concat(parts), "what was read");
}

async function readTextFile(file: string, what: string): Promise<string> {
  const bytes = await readFile(file).catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new CliFault("file_unreadable", `the ${what}'s file ${file} cannot be read (${reason})`, "Give a text file");
  });
  return toText(bytes, `the ${what}'s file ${file}`);
}

function toText(bytes: Uint8Array, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new CliFault("file_unreadable", `${what} is not UTF-8 text`, "Save it as UTF-8 and try again");
  }
}
