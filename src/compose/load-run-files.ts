// Reads what a person names on the command line: the ticket file and the scenario. Everything wrong is told at once.

import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { readPlan } from "../core/plan-rules.ts";
import { parseScenario, type Scenario } from "../domain/scenario.ts";
import type { Plan } from "../domain/ticket-file.ts";
import { Fault } from "../engine/ports.ts";
import { describePlanProblem } from "../domain/plan-problem.ts";

/** Problems shown of one file; a file with more has one mistake many times. */
const mostShown = 50;

/** Throws Fault `file_unreadable` or `tickets_invalid`. */
export const loadPlan = async (file: string): Promise<Plan> => toPlan(await readNamedFile(file, "ticket file"), file);

/** `name`: of where the text comes from. Throws Fault `tickets_invalid`. */
export function toPlan(text: string, name: string): Plan {
  const read = readPlan(text);
  if (read.ok) return read.plan;
  const { problems } = read;
  const more = problems.length > mostShown ? [`... and ${problems.length - mostShown} more`] : [];
  const lines = [...problems.slice(0, mostShown).map(describePlanProblem), ...more];
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new Fault("tickets_invalid", [`${name} has ${count}:`, ...lines].join("\n  "), {
    remedy: "Correct it and try again; nothing was started.",
  });
}

export type LoadedScenario = { readonly scenario: Scenario; readonly text: string };

/** Throws Fault `file_unreadable` or `scenario_invalid`. */
export async function loadScenario(file: string): Promise<LoadedScenario> {
  const text = await readNamedFile(file, "scenario file");
  const parsed = parseScenario(text);
  if (parsed.ok) return { scenario: parsed.scenario, text };
  const lines = parsed.problems.slice(0, mostShown).map(({ where, problem }) => `${where}: ${problem}`);
  throw new Fault("scenario_invalid", [`${file} is not a scenario:`, ...lines].join("\n  "), {
    remedy: "Correct the file and try again; nothing was started.",
  });
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ENOTDIR: "there is no such file",
  EACCES: "you may not read it",
  EISDIR: "it is a folder",
};

/** More than any file within the caps of its kind; a device that never ends is met here too. */
const mostBytes = 128 * 1024 * 1024;

/** Also from a pipe, as a shell's `<(...)` is one. Undefined where there is more than `most`. */
async function readUpTo(path: string, most: number): Promise<Buffer | undefined> {
  await using file = await open(path);
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of file.createReadStream({ autoClose: false })) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size > most) return undefined;
  }
  return Buffer.concat(parts);
}

/** Throws Fault `file_unreadable`. */
export async function readNamedFile(file: string, what: string): Promise<string> {
  const unreadable = (reason: string, cause?: unknown): Fault =>
    new Fault("file_unreadable", `The ${what} ${file} cannot be read: ${reason}.`, {
      remedy: "Give the path of a readable JSON file.",
      cause,
    });
  const bytes = await readUpTo(resolve(file), mostBytes).catch((cause: unknown) => {
    const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
    throw unreadable(reasons[code] ?? code, cause);
  });
  if (bytes === undefined) throw unreadable(`it has more than ${mostBytes} bytes`);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Fault("file_unreadable", `The ${what} ${file} is not UTF-8 text.`, {
      remedy: "Save it as UTF-8 and try again.",
      cause,
    });
  }
}
