// What a person hands a deliberation in words: the objective, its constraints and criteria, and a file of subtasks.

import { z } from "zod";
import { subtaskSchema, type Subtask } from "./deliberation.ts";
import { readGoal } from "./goal.ts";
import { parseJsonText } from "./json-text.ts";

/** Characters and entries, as a deliberation's objective takes them. */
export const objectiveCaps = { line: 2_000, lines: 50, subtasks: 100 } as const;

export type ReadObjective =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: string; readonly remedy: string };

/** Under the caps of a goal. */
export function readObjective(words: string): ReadObjective {
  const read = readGoal(words);
  if (read.ok) return { ok: true, text: read.epic };
  return {
    ok: false,
    problem: read.problem.replace("the goal", "the objective"),
    remedy: read.remedy.replace("the goal", "the objective").replace("to be done", "to be decided"),
  };
}

/** Undefined where they are good; `what` names them, as a person typed it. */
export function faultOfLines(what: string, lines: readonly string[]): string | undefined {
  if (lines.length > objectiveCaps.lines)
    return `${what} is given ${lines.length} times; the most is ${objectiveCaps.lines}`;
  if (lines.some((line) => line.trim() === "")) return `${what} says nothing`;
  const long = lines.find((line) => line.length > objectiveCaps.line);
  return long === undefined ? undefined : `${what} has ${long.length} characters; the most is ${objectiveCaps.line}`;
}

export type ReadSubtasks =
  | { readonly ok: true; readonly subtasks: readonly Subtask[] }
  | { readonly ok: false; readonly problems: readonly string[] };

const names = z.array(z.string({ error: "must be the id of a subtask" }), { error: "must be a list of ids" });

const said = (most: number) =>
  z
    .string({ error: "must be a text" })
    .trim()
    .min(1, { error: "must not be empty" })
    .max(most, { error: `is longer than ${most} characters` });

/** `dependencies` and `status` are the earlier system's; nothing of a subtask is done when it is handed in. */
export const subtaskField = z.strictObject({
  id: said(80),
  description: said(2_000),
  dependsOn: names.optional(),
  dependencies: names.optional(),
  status: z.literal("pending", { error: 'must be "pending", or be left out' }).optional(),
});

export const subtaskList = z
  .array(subtaskField, { error: "must be a list of subtasks" })
  .max(objectiveCaps.subtasks, { error: `has too many entries; the most is ${objectiveCaps.subtasks}` });

const subtaskFile = z.preprocess(
  (value) => (typeof value === "object" && value !== null && "subtasks" in value ? value.subtasks : value),
  subtaskList,
);

/** A JSON list of subtasks, or an object with `subtasks`. All problems at once. */
export function readSubtasks(json: string): ReadSubtasks {
  const read = parseJsonText(json);
  if (!read.ok) {
    const { line, column, problem } = read.fault;
    return { ok: false, problems: [`line ${line}, column ${column}: not JSON: ${problem}`] };
  }
  const parsed = subtaskFile.safeParse(read.value);
  if (!parsed.success) return { ok: false, problems: parsed.error.issues.map(toProblem) };
  return toSubtasks(parsed.data);
}

/** Unique ids, known dependencies, no cycle. */
export function toSubtasks(fields: readonly z.infer<typeof subtaskField>[]): ReadSubtasks {
  const subtasks = fields.map(({ id, description, dependsOn, dependencies }) =>
    subtaskSchema.parse({ id, description, dependsOn: dependsOn ?? dependencies ?? [] }),
  );
  const ids = subtasks.map(({ id }) => id);
  const known = new Set(ids);
  const problems = [
    ...fields.flatMap(({ id, dependsOn, dependencies }) =>
      dependsOn === undefined || dependencies === undefined
        ? []
        : [`${id}: dependencies says again what dependsOn says`],
    ),
    ...[...known].filter((id) => ids.filter((each) => each === id).length > 1).map((id) => `${id} is given twice`),
    ...subtasks.flatMap(({ id, dependsOn }) =>
      dependsOn.filter((each) => !known.has(each)).map((each) => `${id} depends on ${each}, which there is not`),
    ),
  ];
  if (problems.length > 0) return { ok: false, problems };
  const circle = findCircle(subtasks);
  if (circle.length > 0)
    return { ok: false, problems: [`they depend on each other in a circle: ${circle.join(", ")}`] };
  return { ok: true, subtasks };
}

/** Those that are left when again and again all that wait for nothing are taken away. */
function findCircle(subtasks: readonly Subtask[]): readonly string[] {
  let left = subtasks;
  for (;;) {
    const open = new Set(left.map(({ id }) => id));
    const waiting = left.filter(({ dependsOn }) => dependsOn.some((id) => open.has(id)));
    if (waiting.length === left.length) return waiting.map(({ id }) => id);
    left = waiting;
  }
}

function toProblem(issue: z.core.$ZodIssue): string {
  const path = issue.path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
  const words =
    issue.code === "unrecognized_keys"
      ? `unknown ${issue.keys.map((key) => `"${key}"`).join(", ")}`
      : issue.message.replace(/^Invalid input: /, "");
  return path === "" ? words : `${path.replace(/^\./, "")}: ${words}`;
}
