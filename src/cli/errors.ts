// Errors as a person sees them: one line saying what, where and what to do next; never a stack trace.

import { toPrintable, toPrintableJson } from "../domain/printable.ts";

/** What was expected to go wrong, wherever it came from: a Fault of an adapter, a refusal of the API, a usage mistake. */
export type Explained = { readonly code: string; readonly message: string; readonly remedy: string };

export class CliFault extends Error {
  readonly code: string;
  readonly remedy: string;
  constructor(code: string, message: string, remedy: string) {
    super(message);
    this.name = "CliFault";
    this.code = code;
    this.remedy = remedy;
  }
}

/** Undefined for what nobody expected: a bug. */
export function explain(error: unknown): Explained | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  const { code, message } = error;
  if ("remedy" in error) {
    return typeof code === "string" && typeof error.remedy === "string"
      ? { code, message, remedy: error.remedy }
      : undefined;
  }
  return "syscall" in error ? explainSystem(error as NodeJS.ErrnoException) : undefined;
}

/** What the system itself refuses may come from any file operation; the person can mend these. */
const systemFaults: Readonly<Record<string, readonly [code: string, what: string, remedy: string]>> = {
  ENOSPC: [
    "disk_full",
    "there is no space left for",
    "Free some disk space and try again; a run that was going on can be resumed",
  ],
  EDQUOT: [
    "disk_full",
    "your disk quota is used up for",
    "Free some disk space and try again; a run that was going on can be resumed",
  ],
  EROFS: ["state_unwritable", "the file system is read-only at", "Set TUTTI_HOME to a folder that can be written"],
  EACCES: ["state_unwritable", "you may not use", "Make it accessible for you and try again"],
  EMFILE: [
    "too_many_files",
    "too many files are open; the next one was",
    "Raise the limit (ulimit -n 4096) or use fewer --lanes, then try again",
  ],
};

function explainSystem({
  code,
  dest,
  path,
  message,
}: NodeJS.ErrnoException & { dest?: string }): Explained | undefined {
  const fault = systemFaults[code ?? ""];
  if (fault === undefined) return undefined;
  const [name, what, remedy] = fault;
  return { code: name, message: `${what} ${dest ?? path ?? message}`, remedy };
}

const sentence = (text: string): string => (/[.!?:]$/.test(text) ? text : `${text}.`);

/** `error: what and where. What to do next.` A list keeps its lines, the remedy stands on its own line then. */
export function toErrorText({ message, remedy }: Explained): string {
  const text = toPrintable(message);
  const next = toPrintable(sentence(remedy));
  return text.includes("\n") ? `error: ${text}\n${next}` : `error: ${sentence(text)} ${next}`;
}

export const toErrorJson = (explained: Explained): string => toPrintableJson(JSON.stringify({ error: explained }));

/** Commander's words on a mistake in the command line, in the form every other error has. */
export const toUsageFault = (text: string): Explained => {
  const [first = "", suggestion] = text.trim().split("\n");
  const hint = /\(Did you mean (.*)\?\)/.exec(suggestion ?? "")?.[1];
  const message = first.replace(/^error: /, "").replace(/\.$/, "");
  return {
    code: "usage",
    message: `${message}${hint === undefined ? "" : `; did you mean ${hint}?`}`,
    remedy: "See `tutti help`",
  };
};
