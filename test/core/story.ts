// The words in which the core's stories are told: plans, commands and reports, named like "A#1/2.0" (ticket A,
// attempt 1, turn 2, call 0).

import { given, type Override, type Taken } from "../support/given.ts";
import type { Command, CommandOf } from "../../src/domain/command.ts";
import { defaultLanes, defaultLimits, type Limits, type RunConfig } from "../../src/domain/config.ts";
import type { GateDecision } from "../../src/domain/event.ts";
import type { ApprovalId, ModelId, RunId, TicketId } from "../../src/domain/ids.ts";
import type { FailureCause, ProviderFaultCode } from "../../src/domain/outcome.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import type { ToolCall } from "../../src/domain/tool.ts";
import { zeroUsage, type Usage } from "../../src/domain/usage.ts";

export const model = (id: string): ModelId => id as ModelId;
export const ladder = [model("alpha/small"), model("alpha/middle"), model("beta/large")];

export const makeConfig = (changes: Partial<RunConfig> = {}): RunConfig => ({
  title: "Story",
  project: { root: "/project", branch: "main", base: "c0" },
  workspace: "none",
  sandbox: "bwrap",
  mode: "async",
  attended: true,
  lanes: defaultLanes,
  limits: defaultLimits,
  archetypes: [{ name: "coder", tier: 3, models: ladder, trust: "auto", tools: ["read", "edit", "run"], prompt: "" }],
  rules: [],
  verify: [],
  ...changes,
});

export const limits = (changes: Partial<Limits>): { limits: Limits } => ({ limits: { ...defaultLimits, ...changes } });

export const trusted = (trust: "step" | "ask" | "auto"): { trust: "step" | "ask" | "auto" } => ({ trust });

/** "C: A B" is a ticket C that waits for A and B. */
export function makeTicket(line: string, changes: Partial<Ticket> = {}): Ticket {
  const [id = "", needs = ""] = line.split(":").map((part) => part.trim());
  return {
    id: id as TicketId,
    title: id,
    description: `Do ${id}.`,
    dependsOn: needs.split(" ").filter((need) => need !== "") as TicketId[],
    contextFiles: [],
    touches: [],
    verify: [],
    models: [],
    archetype: "coder",
    weight: 1,
    startRung: 0,
    ...changes,
  };
}

type Plan = readonly (string | Ticket)[];

const create = (tickets: Plan, config: RunConfig): Taken =>
  given([]).when({
    type: "run.create",
    run: "run_0123456789abcdef" as RunId,
    config,
    tickets: tickets.map((each) => (typeof each === "string" ? makeTicket(each) : each)),
  });

/** A run without a workspace: attempts start with their first turn. */
export const bareRun = (tickets: Plan, changes: Partial<RunConfig> = {}): Taken => create(tickets, makeConfig(changes));

/** A run on a repository: attempts are prepared, verified and merged. */
export const gitRun = (tickets: Plan, changes: Partial<RunConfig> = {}): Taken =>
  create(tickets, makeConfig({ workspace: "git", verify: ["npm test"], ...changes }));

type Step = { readonly ticket: TicketId; readonly attempt: number; readonly turn: number; readonly call: number };

export function at(name: string): Step {
  const found = /^([^#]+)#(\d+)(?:\/(\d+)(?:\.(\d+))?)?$/.exec(name);
  if (found === null) throw new Error(`"${name}" names no step`);
  const [, ticket = "", attempt, turn = "0", call = "0"] = found;
  return { ticket: ticket as TicketId, attempt: Number(attempt), turn: Number(turn), call: Number(call) };
}

const attemptAt = (name: string): { ticket: TicketId; attempt: number } => {
  const { ticket, attempt } = at(name);
  return { ticket, attempt };
};

const turnAt = (name: string): { ticket: TicketId; attempt: number; turn: number } => ({
  ...attemptAt(name),
  turn: at(name).turn,
});

const makeCall = (tool: string, args: unknown, kind: ToolCall["class"]): ToolCall => ({
  id: `call-${tool}`,
  tool,
  args: JSON.stringify(args),
  class: kind,
});

export const read = makeCall("read", { path: "a.ts" }, "pure");
export const edit = makeCall("edit", { path: "a.ts" }, "idempotent");
export const command = (line = "npm test"): ToolCall => makeCall("run", { command: line }, "effectful");
export const finish = (outcome = "completed", summary = "done"): ToolCall =>
  makeCall("finish", { outcome, summary }, "control");
export const ask = (question = "Which one?"): ToolCall => makeCall("ask", { question }, "control");
export const broken: ToolCall = { ...makeCall("read", {}, "pure"), problem: "path: required" };

type Reply = CommandOf<"report.replied">;

export const replied = (step: string, calls: readonly ToolCall[], more: Partial<Reply> = {}): Reply => ({
  type: "report.replied",
  ...turnAt(step),
  try: 1,
  text: "",
  calls,
  finish: calls.length > 0 ? "calls" : "stop",
  usage: zeroUsage,
  ms: 10,
  ...more,
});

type FailedTurn = CommandOf<"report.turn_failed">;

export const turnFailed = (step: string, code: ProviderFaultCode, more: Partial<FailedTurn> = {}): FailedTurn => ({
  type: "report.turn_failed",
  ...turnAt(step),
  try: 1,
  code,
  detail: "said so",
  usage: zeroUsage,
  ms: 10,
  ...more,
});

export const toolDone = (step: string, output = "output", ok = true): Command => ({
  type: "report.tool",
  ...at(step),
  ok,
  output,
  ms: 5,
  changed: [],
});

export const prepared = (step: string, prompt = "The brief."): Command => ({
  type: "report.prepared",
  ...attemptAt(step),
  base: "c0",
  branch: `refs/heads/${step}`,
  prompt,
  omitted: [],
});

export const verified = (step: string, round = 1): Command => ({
  type: "report.verified",
  ...attemptAt(step),
  round,
  ms: 50,
  commands: 1,
});

export const red = (step: string, round: number, fingerprint = "f"): Command => ({
  type: "report.verify_failed",
  ...attemptAt(step),
  round,
  ms: 50,
  command: "npm test",
  output: `1 failing (${fingerprint})`,
  fingerprint,
});

export const merged = (step: string, commit: string | null = "c1"): Command => ({
  type: "report.merged",
  ...attemptAt(step),
  commit,
  verified: "attempt",
  ms: 40,
});

export const failed = (step: string, cause: FailureCause, fingerprint: string = cause): Command => ({
  type: "report.failed",
  ...attemptAt(step),
  failure: { cause, detail: `${cause} happened`, diagnosis: `why ${cause}`, fingerprint },
});

export const disposed = (step: string): Command => ({ type: "report.disposed", ...attemptAt(step) });

export const adopt = (token = 2): Command => ({ type: "run.adopt", token, owner: "other:1" });
export const pause = (drain = false): Command => ({ type: "run.pause", reason: "lunch", drain });
export const resume: Command = { type: "run.resume" };
/** The merge that met an abort was stopped in time. */
export const withdrawn = (name: string, problem?: string): Command => ({
  type: "report.withdrawn",
  ...attemptAt(name),
  ...(problem === undefined ? {} : { problem }),
});
export const abortTicket = (ticket: string): Command => ({
  type: "ticket.abort",
  ticket: ticket as TicketId,
  reason: "not needed",
});
export const reopen = (ticket: string): Command => ({ type: "ticket.reopen", ticket: ticket as TicketId });

/** The oldest approval that waits. */
export function open(story: Taken): ApprovalId {
  const [first] = story.state.approvals.keys();
  if (first === undefined) throw new Error("nobody is asked");
  return first;
}

type Answer = CommandOf<"approval.answer">;

export const answer = (story: Taken, decision: GateDecision, more: Partial<Answer> = {}): Answer => ({
  type: "approval.answer",
  approval: open(story),
  decision,
  reason: "",
  ...more,
});

export const mara: Override = { by: "person:mara" };

/** One ticket's status by id. */
export const statusOf = (story: Taken, ticket: string): string => ticketOf(story, ticket).status;

export function ticketOf(story: Taken, ticket: string): Taken["state"]["tickets"]["chunks"][number][number] {
  const index = story.state.graph.indexOf.get(ticket as TicketId);
  const found = index === undefined ? undefined : story.state.tickets.chunks[Math.floor(index / 256)]?.[index % 256];
  if (found === undefined) throw new Error(`no ticket ${ticket}`);
  return found;
}

export const attemptOf = (story: Taken, ticket: string): NonNullable<ReturnType<Taken["state"]["attempts"]["get"]>> => {
  const found = [...story.state.attempts.values()].find((attempt) => attempt.ticket === ticket);
  if (found === undefined) throw new Error(`no attempt of ${ticket} stands`);
  return found;
};

/** Tickets with an attempt, in the order they started. */
export const running = (story: Taken): readonly string[] =>
  [...story.state.attempts.values()].map((attempt) => attempt.ticket);

/** A bare ticket's attempt goes from its first turn to its end in one reply. */
export const complete = (story: Taken, name: string): Taken => story.when(replied(`${name}/1`, [finish()]));

export const cost = (costMicros: number): Usage => ({ ...zeroUsage, input: 10, output: 5, costMicros });
