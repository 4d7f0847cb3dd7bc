// What `tutti deliberate` is given, read and checked before anything else: the words, the seats, the limits.

import { readFile } from "node:fs/promises";
import type { DeliberationSetting, SeatSetting } from "../domain/deliberation-setting.ts";
import { roleSchema, type Subtask } from "../domain/deliberation.ts";
import { faultOfLines, readObjective, readSubtasks } from "../domain/deliberation-words.ts";
import type { ModelId } from "../domain/ids.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { modelText } from "../domain/ticket-fields.ts";
import { CliFault } from "./errors.ts";
import { nonceVariable } from "./marker.ts";
import type { Environment } from "./terminal/terminal.ts";
import { readWordsFrom } from "./work.ts";

export type OrderOptions = {
  readonly objectiveFile?: string;
  readonly constraints?: readonly string[];
  readonly success?: readonly string[];
  readonly subtasks?: string;
  readonly model?: ModelId;
  readonly seat?: readonly string[];
  readonly timeout?: number;
  readonly maxRounds?: number;
  readonly recover?: "auto" | "ask" | "none";
  readonly mediatorDecides?: boolean;
  readonly mediateAtOnce?: boolean;
  readonly scenario?: string;
};

export type Order = {
  /** Undefined: the scenario's. */
  readonly objective: string | undefined;
  readonly constraints: readonly string[];
  readonly success: readonly string[];
  readonly subtasks: readonly Subtask[];
  readonly said: DeliberationSetting;
};

const usage = (message: string, remedy: string): CliFault => new CliFault("usage", message, remedy);

/** Throws CliFault for the first thing that is wrong. */
export async function readOrder(
  words: string | undefined,
  options: OrderOptions,
  input: AsyncIterable<Buffer | string>,
): Promise<Order> {
  const { constraints = [], success = [] } = options;
  for (const [what, lines] of [
    ["--constraints", constraints],
    ["--success", success],
  ] as const) {
    const fault = faultOfLines(what, lines);
    if (fault !== undefined) throw usage(fault, "Say each in one sentence; repeat the option for the next");
  }
  return {
    objective: await objectiveOf(words, options, input),
    constraints,
    success,
    subtasks: options.subtasks === undefined ? [] : await subtasksOf(options.subtasks),
    said: saidOf(options),
  };
}

async function objectiveOf(
  words: string | undefined,
  { objectiveFile, scenario }: OrderOptions,
  input: AsyncIterable<Buffer | string>,
): Promise<string | undefined> {
  if (words !== undefined && objectiveFile !== undefined)
    throw usage("the objective is given twice", "Give the argument or --objective-file, not both");
  if (words === undefined && objectiveFile === undefined) {
    if (scenario !== undefined) return undefined;
    throw usage(
      "there is nothing to deliberate on",
      'Say the objective in quotes: tutti deliberate "Which store should we take, and why?"',
    );
  }
  const text = words ?? (await readWordsFrom(objectiveFile ?? "-", { input, what: "objective" }));
  const read = readObjective(text);
  if (read.ok) return read.text;
  throw new CliFault("objective_invalid", read.problem, read.remedy);
}

async function subtasksOf(file: string): Promise<readonly Subtask[]> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new CliFault("file_unreadable", `the subtasks' file ${file} cannot be read (${reason})`, "Give a JSON file");
  });
  const read = readSubtasks(text);
  if (read.ok) return read.subtasks;
  throw new CliFault(
    "subtasks_invalid",
    [`${file} is no list of subtasks:`, ...read.problems.slice(0, 20)].join("\n  "),
    'Give a JSON list such as [{"id": "s1", "description": "...", "dependsOn": []}]; nothing was started.',
  );
}

function saidOf(options: OrderOptions): DeliberationSetting {
  const { model, seat = [], timeout, maxRounds, recover, mediatorDecides, mediateAtOnce } = options;
  const seats = seat.map(readSeat);
  const twice = seats.find(([role], place) => seats.findIndex(([each]) => each === role) !== place);
  if (twice !== undefined) throw usage(`--seat ${twice[0]} is given twice`, "Say each role once");
  return {
    model,
    seats: Object.fromEntries(seats),
    thresholds: {},
    limits: {
      ...(timeout !== undefined && { timeoutMs: Math.round(timeout * 1_000) }),
      ...(maxRounds !== undefined && { rounds: maxRounds }),
    },
    ...(mediatorDecides === true && { mediatorDecides }),
    ...(mediateAtOnce === true && { mediatorAtOnce: mediateAtOnce }),
    recovery: recover,
  };
}

const longestBrief = 4_000;

/** `ROLE=model`, `ROLE=model: brief` or `ROLE=: brief`; models have colons in them, but none before a space. */
export function readSeat(text: string): readonly [role: string, seat: SeatSetting] {
  const shown = toPrintableLine(text.length > 80 ? `${text.slice(0, 80)}…` : text);
  const wrong = (problem: string): CliFault =>
    usage(`--seat ${shown}: ${problem}`, "Write ROLE=<provider>/<model>, and a brief after a colon and a space");
  const [, role = "", rest = ""] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const named = roleSchema.safeParse(role);
  if (!named.success) throw wrong("a role is capital letters, digits and _, at most 16, for example ALPHA");
  const [, model = "", brief = ""] = /^(.*?)(?::(?:\s+(.*))?)?$/s.exec(rest) ?? [];
  if (model === "" && brief.trim() === "") throw wrong("it names neither a model nor a brief");
  if (model !== "" && !modelText.safeParse(model).success) throw wrong(`"${toPrintableLine(model)}" is no model`);
  if (brief.length > longestBrief) throw wrong(`the brief has ${brief.length} characters; the most is ${longestBrief}`);
  return [
    named.data,
    {
      ...(model !== "" && { model: model as ModelId }),
      ...(brief.trim() !== "" && { brief: brief.trim() }),
    },
  ];
}

export type Parent = { readonly pipeline?: string; readonly task?: string };

/** Who started this process, in the words of the earlier system; checked, since they stand in the log and the marker. */
export function readParent(env: Environment): Parent {
  const [pipeline, task] = ["PIPELINE_ID", "TASK_ID", nonceVariable].map((name) => {
    const value = env[name];
    if (value === undefined || value === "") return undefined;
    if (/^[\w.:-]{1,200}$/.test(value)) return value;
    throw usage(
      `${name} is ${JSON.stringify(toPrintableLine(value.slice(0, 80)))}, which is no id`,
      "Use letters, digits and . _ : - only, at most 200, or leave it unset",
    );
  });
  return { ...(pipeline !== undefined && { pipeline }), ...(task !== undefined && { task }) };
}
