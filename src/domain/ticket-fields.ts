// The fields of a ticket in a file: what each may hold, its old names, and what to do where it is wrong.
// One table for the parser and for the published JSON Schema.

import { z } from "zod";
import { machineLabelPattern } from "./machine.ts";

/** Characters (UTF-16 units). Long matter belongs into a file of the repository that the ticket names. */
export const ticketFileCaps = {
  file: 32 * 1024 * 1024,
  tickets: 50_000,
  id: 200,
  title: 500,
  description: 256 * 1024,
  path: 4_096,
  command: 64 * 1024,
  list: 1_000,
} as const;

/** Length of a title that is made from the description. */
export const madeTitleLength = 80;
export const defaultArchetype = "worker";

const kindOf = (value: unknown): string => {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return value === "" ? "an empty text" : "a text";
  return typeof value === "number" || typeof value === "boolean" ? `the ${typeof value} ${value}` : "an object";
};

const must = (be: string) => ({
  error: (issue: { input?: unknown }) =>
    issue.input === undefined ? "is missing" : `must be ${be}, but is ${kindOf(issue.input)}`,
});

const atMost = (cap: number) => ({
  error: (issue: { input?: unknown }) => {
    const size =
      typeof issue.input === "string" ? issue.input.length : Array.isArray(issue.input) ? issue.input.length : 0;
    const unit = typeof issue.input === "string" ? "characters" : "entries";
    return `has ${size} ${unit}; the most is ${cap}`;
  },
});

const text = (cap: number) => z.string(must("a text")).max(cap, atMost(cap));
const said = (cap: number) => text(cap).regex(/\S/, { error: "must not be empty" });
const list = <T extends z.ZodType>(items: T, of: string) =>
  z.array(items, must(`a list of ${of}`)).max(ticketFileCaps.list, atMost(ticketFileCaps.list));

// Bidirectional controls reorder what a person reads at a gate; the others cannot be typed or seen.
const unseen = /[\p{Cc}\u2028\u2029\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/u;

const idText = said(ticketFileCaps.id)
  .refine((id) => !unseen.test(id), { error: "has a control or text-direction character" })
  .refine((id) => id.isWellFormed(), { error: "has half of a surrogate pair" })
  .refine((id) => id === id.trim(), { error: "begins or ends with a space" });

const pathText = said(ticketFileCaps.path)
  .refine((path) => !/^(?:[/\\~]|[A-Za-z]:)/.test(path), { error: "is not relative to the repository" })
  .refine((path) => !path.split(/[/\\]/).includes(".."), { error: 'leads out of the repository with ".."' })
  .refine((path) => !/\p{Cc}/u.test(path), { error: "has a control character" });

/** `<provider>/<model>`; whether the provider exists is for the models' adapter to say. */
export const modelText = text(ticketFileCaps.id).regex(/^[A-Za-z0-9][\w.-]*\/\S+$/, {
  error: (issue) => `"${String(issue.input)}" does not say its provider`,
});

const command = { error: "must be a shell line or a list of arguments, and not empty" };
export const commandEntry = z.union(
  [
    z.string(command).regex(/\S/, command).max(ticketFileCaps.command, atMost(ticketFileCaps.command)),
    z.array(z.string(command), command).min(1, command).max(ticketFileCaps.list, atMost(ticketFileCaps.list)),
  ],
  command,
);

export const verifyList = list(commandEntry, "commands");
export const modelList = list(modelText, "model ids");
export const trustText = z.enum(["step", "ask", "auto"], { error: 'must be "step", "ask" or "auto"' });

export const labelList = list(
  text(100).regex(machineLabelPattern, { error: "must be letters, digits and .:_/- and begin with a letter or digit" }),
  "labels",
);

export const strategyText = z.enum(["work", "deliberate"], { error: 'must be "work" or "deliberate"' });

/** Every field of a ticket under its own name, as a file may write it. */
export const ticketFields = z.strictObject({
  id: idText.describe("The ticket's own id, unique in the file, kept exactly as written."),
  title: text(ticketFileCaps.title)
    .refine((title) => !unseen.test(title), { error: "has a line break or another control character" })
    .optional()
    .describe("One line. Without it, the first line of the description."),
  description: said(ticketFileCaps.description).describe("What the worker is asked to do."),
  dependsOn: list(z.string(must("a ticket id")), "ticket ids")
    .optional()
    .describe("Ids of the tickets that must be completed and merged first."),
  targetFile: pathText.optional().describe("The file the worker sees whole, relative to the repository's top folder."),
  contextFiles: list(pathText, "paths").optional().describe("Further files to show the worker."),
  touches: list(pathText, "globs")
    .optional()
    .describe("Globs of the files the ticket may change. Empty: anywhere in the repository."),
  verify: verifyList
    .optional()
    .describe("Commands that must exit 0 before the result counts, after the project's own."),
  models: modelList.optional().describe("Model ladder, <provider>/<model>, first choice first."),
  archetype: said(ticketFileCaps.id)
    .optional()
    .describe(`Worker kind from agents.toml; "${defaultArchetype}" by default.`),
  trust: trustText.optional().describe("How much the worker is held: every gate, the policy's gates, or none."),
  strategy: strategyText
    .optional()
    .describe("How it is gone about: by its worker alone, or after a deliberation about how to do it."),
  track: said(ticketFileCaps.id)
    .refine((track) => !unseen.test(track), { error: "has a control or text-direction character" })
    .optional()
    .describe("The part of the goal it belongs to, where a plan was made of one."),
  labels: labelList
    .optional()
    .describe("What a machine must have to work on it, where several machines do; for example gpu or os:linux."),
  weight: z
    .number(must("a number"))
    .positive({ error: "must be greater than 0" })
    .max(1e9, { error: "must be at most 1000000000" })
    .optional()
    .describe("Expected duration in any unit, used only to compare paths through the graph."),
  startRung: z
    .number(must("a whole number"))
    .int({ error: "must be a whole number" })
    .nonnegative({ error: "must be 0 or more" })
    .optional()
    .describe("The rung of the model ladder the first attempt starts on."),
});

export type TicketFields = z.infer<typeof ticketFields>;
export type TicketField = keyof TicketFields;
export const ticketFieldNames: readonly TicketField[] = Object.keys(ticketFields.shape) as TicketField[];

/** Fields where one text stands for a list of one. */
export const singleAllowed: ReadonlySet<TicketField> = new Set(["models", "verify", "labels"]);

/** Old names that mean exactly a field of today. */
export const oldNames: ReadonlyMap<string, TicketField> = new Map([
  ["depends_on", "dependsOn"],
  ["dependencies", "dependsOn"],
  ["needs", "dependsOn"],
  ["prompt", "description"],
  ["goal", "description"],
  ["worker_archetype", "archetype"],
  ["assigned_to", "archetype"],
  ["persona_id", "archetype"],
  ["target_file", "targetFile"],
  ["context_requirements", "contextFiles"],
  ["context_files", "contextFiles"],
  ["retry_count", "startRung"],
  ["start_rung", "startRung"],
  ["model_override", "models"],
  ["trust_level", "trust"],
]);

/** Old fields that are no field of today: `step_mode` becomes trust, the rest is checked and let go. */
export const oldFields = z.strictObject({
  step_mode: z.boolean(must("true or false")).optional(),
  status: z
    .enum(["todo", "pending"], {
      error: (issue) => `must be "todo" or "pending", but is ${JSON.stringify(issue.input)}`,
    })
    .optional(),
  priority: z.enum(["high", "medium", "low"], { error: 'must be "high", "medium" or "low"' }).optional(),
  manual_block: z.literal(false, { error: "must be false" }).optional(),
  blocked_reason: z.literal("", { error: "must be empty" }).optional(),
});
export type OldFields = z.infer<typeof oldFields>;
export const oldFieldNames: readonly string[] = Object.keys(oldFields.shape);

/** What to do, by field. */
export const remedies: Readonly<Record<TicketField | keyof OldFields, string>> = {
  id: `Give every ticket an "id" of 1 to ${ticketFileCaps.id} visible characters.`,
  title: `Write one line of at most ${ticketFileCaps.title} characters, or leave it out.`,
  description: `Say in "description" what the worker is to do; put long matter into a file and name it in "contextFiles".`,
  dependsOn: 'Write a list of ticket ids, for example ["T1", "T2"], or leave it out.',
  targetFile: 'Write a path from the repository\'s top folder, for example "src/main.ts".',
  contextFiles: 'Write a list of paths from the repository\'s top folder, for example ["src/main.ts"].',
  touches: 'Write a list of globs from the repository\'s top folder, for example ["src/**"].',
  verify: 'Write a list of commands, for example ["npm test"] or [["npm", "test"]].',
  models: 'Write <provider>/<model>, for example "anthropic/claude-sonnet-4".',
  archetype: `Name a worker kind of agents.toml, or leave it out for "${defaultArchetype}".`,
  trust: 'Write "step", "ask" or "auto", or leave it out for the archetype\'s.',
  labels: 'Write labels as machines are started with: "gpu", "os:linux"; or leave it out.',
  strategy: 'Write "work" or "deliberate", or leave it out for the archetype\'s.',
  track: 'Name a track in a few words, for example "core", or leave it out.',
  weight: "Write a number above 0, or leave it out for 1.",
  startRung: "Write 0, 1, 2 ..., or leave it out for 0.",
  step_mode: 'Write true or false, or use "trust".',
  status: "Leave the status out: a run starts every ticket itself, and no file can hand in finished work.",
  priority: "Leave it out: the ticket with the longest remaining path goes first.",
  manual_block: "Leave the ticket out of the file until it may run.",
  blocked_reason: "Leave it out: a file hands in work that has not begun.",
};
