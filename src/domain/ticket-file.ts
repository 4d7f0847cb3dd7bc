// A ticket file's text to canonical tickets: shapes, old names, sizes. The graph's rules are in core/plan-rules.ts.
// Everything that is wrong is told at once, and nothing is taken from a file that has a fault.

import { z } from "zod";
import { parseJsonText } from "./json-text.ts";
import { nearestName } from "./nearest-name.ts";
import type { ModelId, TicketId } from "./ids.ts";
import type { PlanProblem } from "./rejection.ts";
import type { ShellCommand, Ticket } from "./ticket.ts";
import {
  defaultArchetype,
  madeTitleLength,
  modelList,
  oldFieldNames,
  oldFields,
  oldNames,
  remedies,
  singleAllowed,
  ticketFieldNames,
  ticketFields,
  ticketFileCaps,
  verifyList,
} from "./ticket-fields.ts";
import type { OldFields, TicketField, TicketFields } from "./ticket-fields.ts";

export type Plan = {
  /** Undefined where the file gives none, as a flat list never does. */
  readonly title: string | undefined;
  readonly description: string;
  /** Commands for every ticket, before its own. */
  readonly verify: readonly ShellCommand[];
  /** Model ladder for tickets that name none; empty where the file gives none. */
  readonly models: readonly ModelId[];
  readonly tickets: readonly Ticket[];
  /** What was accepted and has no effect, in sentences for a person. */
  readonly notes: readonly string[];
};

/** What the graph's rules need of a ticket; readable even where its other fields are at fault. */
export type PlanNode = { readonly index: number; readonly id: string; readonly dependsOn: readonly string[] };

export type TicketFile =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[]; readonly nodes: readonly PlanNode[] };

/** Index of a problem that belongs to the file and to no ticket. */
export const wholeFile = -1;

/** Never throws. Checks every item by itself; `readPlan` in core adds what tickets must be to each other. */
export function parseTicketFile(text: string): TicketFile {
  if (text.length > ticketFileCaps.file) return refused(tooLarge(text.length));
  const json = parseJsonText(text);
  if (!json.ok) {
    const { line, column, problem } = json.fault;
    return refused(fileProblem("file", `is not JSON: line ${line}, column ${column}: ${problem}`, "Correct it there."));
  }
  const suggest = makeSuggest();
  if (Array.isArray(json.value)) return toTicketFile({ items: json.value as unknown[], problems: [] }, suggest);
  if (isRecord(json.value)) return toTicketFile(readFrame(json.value, suggest), suggest);
  return refused(
    fileProblem(
      "file",
      "is neither a list of tickets nor an object",
      'Write [ticket, ...] or { "title": ..., "tickets": [ticket, ...] }.',
    ),
  );
}

/** Tickets that stand in another file: a plan patch. */
export const readTickets = (items: readonly unknown[]): TicketFile =>
  toTicketFile({ items, problems: [] }, makeSuggest());

// ---- the frame -------------------------------------------------------------------------------------------------

export const frameFields = z.strictObject({
  title: ticketFields.shape.title.describe("What the whole plan is about, in one line."),
  description: z
    .string({ error: "must be a text" })
    .max(ticketFileCaps.description, { error: "is too long" })
    .optional(),
  verify: verifyList.optional().describe("Commands for every ticket, before its own."),
  models: modelList.optional().describe("Model ladder for tickets that name none."),
});
type FrameFields = z.infer<typeof frameFields>;

type Frame = {
  readonly items: readonly unknown[];
  readonly fields?: FrameFields;
  readonly problems: readonly PlanProblem[];
};

const frameNames = [...Object.keys(frameFields.shape), "tickets"];
const frameRemedies: Readonly<Record<string, string>> = { ...remedies, description: "Write a text, or leave it out." };

function readFrame(value: Record<string, unknown>, suggest: Suggest): Frame {
  const problems: PlanProblem[] = [];
  const known = new Map<string, unknown>();
  for (const [name, held] of Object.entries(value)) {
    // Editors find the published schema by "$schema"; it is no setting of the plan.
    if (name === "tickets" || name === "$schema" || held === null) continue;
    if (frameNames.includes(name)) known.set(name, asList(name, held));
    else problems.push(unknownName({ index: wholeFile, name, known: frameNames }, suggest));
  }
  const parsed = frameFields.safeParse(Object.fromEntries(known));
  if (!parsed.success) problems.push(...toProblems(parsed.error, wholeFile, (field) => frameRemedies[field]));
  const items = value["tickets"];
  if (Array.isArray(items))
    return { items: items as unknown[], problems, ...(parsed.success && { fields: parsed.data }) };
  const problem = items === undefined ? "is missing" : "must be a list of tickets";
  return {
    items: [],
    problems: [...problems, fileProblem("tickets", problem, 'Write "tickets": [{ "id": ..., "description": ... }].')],
  };
}

function toTicketFile(frame: Frame, suggest: Suggest): TicketFile {
  if (frame.items.length > ticketFileCaps.tickets) {
    const problem = `has ${frame.items.length} tickets; the most is ${ticketFileCaps.tickets}`;
    return refused(
      fileProblem("tickets", problem, "Split the plan into several files and run them one after the other."),
    );
  }
  const read = frame.items.map((item, index) => readItem(item, index, suggest));
  const problems = [...frame.problems, ...read.flatMap((item) => item.problems)];
  if (problems.length > 0) return { ok: false, problems, nodes: read.flatMap((item) => item.node ?? []) };
  return {
    ok: true,
    plan: {
      title: frame.fields?.title?.trim() || undefined,
      description: frame.fields?.description ?? "",
      verify: frame.fields?.verify ?? [],
      models: (frame.fields?.models ?? []) as ModelId[],
      tickets: read.flatMap((item) => item.ticket ?? []),
      notes: read.some((item) => item.prioritised)
        ? ['"priority" has no effect: the ticket with the longest remaining path goes first.']
        : [],
    },
  };
}

// ---- one ticket ------------------------------------------------------------------------------------------------

type ReadItem = {
  readonly problems: readonly PlanProblem[];
  readonly ticket?: Ticket;
  readonly node?: PlanNode;
  readonly prioritised?: boolean;
};

function readItem(item: unknown, index: number, suggest: Suggest): ReadItem {
  if (!isRecord(item)) {
    const problem = {
      index,
      field: "ticket",
      problem: "is not an object",
      remedy: 'Write { "id": ..., "description": ... }.',
    };
    return { problems: [problem] };
  }
  const named = renameFields(item, index, suggest);
  const fields = ticketFields.safeParse(Object.fromEntries(named.today));
  const old = oldFields.safeParse(Object.fromEntries(named.old));
  const remedyOf = (field: string): string | undefined => (remedies as Record<string, string>)[field];
  const found = [
    ...named.problems,
    ...(fields.success ? [] : toProblems(fields.error, index, remedyOf)),
    ...(old.success ? [] : toProblems(old.error, index, remedyOf)),
  ];
  const id = named.today.get("id");
  const problems = found.map((problem) => ({
    ...problem,
    ...(typeof id === "string" && id.length <= ticketFileCaps.id && { id }),
    field: asWritten(problem.field, named.written),
  }));
  const node = toNode(named.today, index);
  const read = { problems, ...(node && { node }) };
  if (!fields.success || !old.success || problems.length > 0) return read;
  return { ...read, ticket: toTicket(fields.data, old.data), prioritised: old.data.priority !== undefined };
}

type Named = {
  readonly today: ReadonlyMap<string, unknown>;
  readonly old: ReadonlyMap<string, unknown>;
  /** Field of today to the name in the file, where they differ. */
  readonly written: ReadonlyMap<string, string>;
  readonly problems: readonly PlanProblem[];
};

/** Sorts an item's keys into today's and old ones. `null` means "not given", as old exports write it. */
function renameFields(item: Record<string, unknown>, index: number, suggest: Suggest): Named {
  const today = new Map<string, unknown>();
  const old = new Map<string, unknown>();
  const written = new Map<string, string>();
  const problems: PlanProblem[] = [];
  for (const [name, value] of Object.entries(item)) {
    const field = isField(name) ? name : oldNames.get(name);
    if (field === undefined && !oldFieldNames.includes(name))
      problems.push(unknownName({ index, name, known: allNames }, suggest));
    else if (value === null) continue;
    else if (field === undefined) old.set(name, value);
    else if (today.has(field)) problems.push(saidTwice(index, name, written.get(field) ?? field));
    else {
      today.set(field, asList(field, value));
      if (name !== field) written.set(field, name);
    }
  }
  return { today, old, written, problems };
}

const allNames: readonly string[] = [...ticketFieldNames, ...oldNames.keys(), ...oldFieldNames];
const isField = (name: string): name is TicketField => (ticketFieldNames as readonly string[]).includes(name);
const asList = (field: string, value: unknown): unknown =>
  typeof value === "string" && (singleAllowed as ReadonlySet<string>).has(field) ? [value] : value;

/** `dependsOn[2]` becomes `depends_on[2]` where that is what the file says. */
function asWritten(field: string, written: ReadonlyMap<string, string>): string {
  const [name = field] = field.split("[", 1);
  return `${written.get(name) ?? name}${field.slice(name.length)}`;
}

function toNode(today: ReadonlyMap<string, unknown>, index: number): PlanNode | undefined {
  const id = today.get("id");
  if (typeof id !== "string" || id === "" || id.length > ticketFileCaps.id) return undefined;
  const dependsOn = today.get("dependsOn");
  const ids = Array.isArray(dependsOn) ? (dependsOn as unknown[]) : [];
  return { index, id, dependsOn: ids.filter((entry): entry is string => typeof entry === "string") };
}

function toTicket(fields: TicketFields, old: OldFields): Ticket {
  const archetype =
    fields.archetype === undefined || fields.archetype === "unassigned" ? defaultArchetype : fields.archetype;
  const trust = fields.trust ?? (old.step_mode === true ? "step" : undefined);
  return {
    id: fields.id as TicketId,
    title: fields.title?.trim() || makeTitle(fields.description),
    description: fields.description,
    dependsOn: [...new Set(fields.dependsOn)] as TicketId[],
    ...(fields.targetFile !== undefined && { targetFile: fields.targetFile }),
    contextFiles: fields.contextFiles ?? [],
    touches: fields.touches ?? [],
    verify: fields.verify ?? [],
    models: (fields.models ?? []) as ModelId[],
    archetype,
    ...(fields.track !== undefined && { track: fields.track }),
    ...(trust !== undefined && { trust }),
    ...(fields.strategy !== undefined && { strategy: fields.strategy }),
    ...(fields.labels !== undefined && fields.labels.length > 0 && { labels: [...new Set(fields.labels)] }),
    weight: fields.weight ?? 1,
    startRung: fields.startRung ?? 0,
  };
}

/** The description's first line with words in it, cut between characters. */
function makeTitle(description: string): string {
  const line = (/\S.*/.exec(description)?.[0] ?? "").replaceAll(/\p{Cc}+/gu, " ").trimEnd();
  if (line.length <= madeTitleLength) return line;
  const cut = line.slice(0, madeTitleLength - 1);
  return `${cut.isWellFormed() ? cut : cut.slice(0, -1)}…`;
}

// ---- problems --------------------------------------------------------------------------------------------------

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const refused = (problem: PlanProblem): TicketFile => ({ ok: false, problems: [problem], nodes: [] });

const fileProblem = (field: string, problem: string, remedy: string): PlanProblem => ({
  index: wholeFile,
  field,
  problem,
  remedy,
});

const tooLarge = (size: number): PlanProblem =>
  fileProblem(
    "file",
    `has ${size} characters; the most is ${ticketFileCaps.file}`,
    "Move long matter into files of the repository and name them in contextFiles, or split the plan.",
  );

/** The known name nearest to one that is not known, if any is near. */
type Suggest = (name: string, known: readonly string[]) => string | undefined;

const mostSuggestions = 200;

/** For the first of a file only: one with more has the same mistake many times, and a search takes its time. */
function makeSuggest(): Suggest {
  let left = mostSuggestions;
  return (name, known) => (left-- > 0 ? nearestName(name, known) : undefined);
}

type Unknown = { readonly index: number; readonly name: string; readonly known: readonly string[] };

function unknownName({ index, name, known }: Unknown, suggest: Suggest): PlanProblem {
  const field = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  const nearest = suggest(name, known);
  const problem = "is not a known name";
  return nearest === undefined
    ? { index, field, problem, remedy: `Remove it; known are ${known.join(", ")}.` }
    : { index, field, problem: `${problem}; did you mean "${nearest}"?`, remedy: `Write "${nearest}", or remove it.` };
}

const saidTwice = (index: number, name: string, first: string): PlanProblem => ({
  index,
  field: name,
  problem: `says again what "${first}" says`,
  remedy: `Keep one of "${first}" and "${name}".`,
});

function toProblems(error: z.ZodError, index: number, remedyOf: (field: string) => string | undefined): PlanProblem[] {
  const problems = new Map<string, PlanProblem>();
  for (const issue of error.issues) {
    const [name = "", ...rest] = issue.path.map(String);
    const field = `${name}${rest.map((step) => `[${step}]`).join("")}`;
    // The first fault of a value is the one to mend; the others often follow from it.
    if (problems.has(field)) continue;
    problems.set(field, { index, field, problem: issue.message, remedy: remedyOf(name) ?? "Correct or remove it." });
  }
  return [...problems.values()];
}
