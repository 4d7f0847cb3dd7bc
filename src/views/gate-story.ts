// What a person has to know before they answer at a gate, beside what is shown there: what an approval sets going, why
// the gate holds, and what waits for the answer.

import { trustOf } from "../core/clutch.ts";
import { sizeOf } from "../core/compact-items.ts";
import { tokenRate, windowOf } from "../core/context-size.ts";
import { answerByRules, ruledQuestion } from "../core/live-rules.ts";
import { archetypeOf } from "../core/ladder.ts";
import { configOf, ticketAt, type Approval, type Attempt, type RunState } from "../core/state.ts";
import type { Gate } from "../domain/event.ts";
import { matchesAny } from "../domain/glob.ts";
import type { TicketId } from "../domain/ids.ts";
import type { ToolCall } from "../domain/tool.ts";
import { contextGaugeOf } from "./context-meter.ts";
import { callSubject } from "./precedents.ts";
import { counted, listInWords, tokensInWords } from "./words.ts";

export type GateStory = {
  /** `Waits before running`. */
  readonly stands: string;
  /** `The worker is paused. Nothing has run.` */
  readonly untilThen: string;
  /** `Writes a file`, `No network`. */
  readonly effects: readonly string[];
  /** What an approval sets going, one thing a line. */
  readonly follows: readonly string[];
  /** Which rule or trust level holds it. */
  readonly because: string;
  /** Tickets that cannot begin before this one is completed. */
  readonly holdsUp: readonly TicketId[];
};

export function gateStoryOf(state: RunState, approval: Approval): GateStory {
  const attempt = approval.index === null ? undefined : state.attempts.get(approval.index);
  const call = attempt === undefined ? undefined : calledAt(attempt, approval);
  return {
    ...stances[approval.gate],
    effects: effectsOf(state, approval, call),
    follows: followsOf(state, approval, { attempt, call }),
    because: whyHeld(state, approval, call),
    holdsUp: approval.index === null ? [] : heldUpBy(state, approval.index),
  };
}

const stances = {
  spawn: { stands: "Waits before starting", untilThen: "No model has been called." },
  call: { stands: "Waits before running", untilThen: "The worker is paused. Nothing has run." },
  result: { stands: "Output held back", untilThen: "The model has not seen this output yet." },
  unknown: { stands: "May have run", untilThen: "Nobody knows whether this call took effect." },
  question: { stands: "Asks you", untilThen: "The worker waits for your answer." },
  plan: { stands: "Waits for your signature", untilThen: "No ticket starts by this plan before you sign." },
  budget: { stands: "Bound reached", untilThen: "The call was not made; nothing was spent on it." },
} as const satisfies Record<Gate, Pick<GateStory, "stands" | "untilThen">>;

function calledAt(attempt: Attempt, { gate, turn, call }: Approval): ToolCall | undefined {
  if (gate === "spawn" || gate === "budget") return undefined;
  const reply = attempt.items.findLast((item) => item.kind === "reply" && item.turn === turn);
  return reply?.kind === "reply" ? reply.calls[call] : undefined;
}

// ---- effects ---------------------------------------------------------------------------------------------------

const writers: ReadonlySet<string> = new Set(["edit", "write"]);

function effectsOf(state: RunState, { gate }: Approval, call: ToolCall | undefined): readonly string[] {
  if (gate === "plan") return [state.phase === "planning" ? "Starts work" : "Changes the plan"];
  if (gate === "spawn") return ["Starts a worker", "Spends tokens"];
  if (gate === "budget") return ["Spends more"];
  if (call === undefined || gate === "question") return [];
  const isDone = gate === "result";
  const isRun = call.tool === "run";
  if (writers.has(call.tool)) return [isDone ? "Wrote a file" : "Writes a file", "No network"];
  if (isRun) return [isDone ? "Ran a command" : "Runs a command", sandboxWords(state)];
  if (call.class === "pure") return [isDone ? "Read only" : "Reads only"];
  return [call.class === "idempotent" ? "Safe to repeat" : "May change something outside"];
}

const sandboxWords = (state: RunState): string =>
  configOf(state).sandbox === "none" ? "No sandbox: may reach everything" : "No network";

// ---- what follows ----------------------------------------------------------------------------------------------

type Subject = { readonly attempt: Attempt | undefined; readonly call: ToolCall | undefined };

function followsOf(state: RunState, approval: Approval, { attempt, call }: Subject): readonly string[] {
  switch (approval.gate) {
    case "spawn":
      return [
        "The worker starts with this brief",
        configOf(state).workspace === "git"
          ? "It works in a worktree of its own; your checkout is not touched"
          : "It changes no files",
        "Its model calls count against the budget",
      ];
    case "call":
    case "unknown":
      return call === undefined || attempt === undefined ? [] : ofCall(state, attempt, call);
    case "result":
      return [...contextWords(state, attempt, approval), "The worker goes on with its next step"];
    case "question":
      return ["Your answer is the output of its question", "The worker goes on with its next step"];
    case "plan":
      return ofPlan(state, approval);
    case "budget":
      return ["The new bounds count from now on", "Whatever a bound held up is looked at again"];
    default:
      return approval.gate satisfies never;
  }
}

function ofCall(state: RunState, attempt: Attempt, call: ToolCall): readonly string[] {
  if (writers.has(call.tool)) {
    const path = callSubject(call.args);
    return [
      `Writes ${path === "" ? "one file" : path} in the worktree of ${attempt.ticket}`,
      "Can be undone: it reaches the run's branch only when the ticket is merged",
      ...(path === "" ? [] : [othersOn(state, attempt, path)]),
    ];
  }
  if (call.tool !== "run") return ["The call runs, exactly as shown"];
  const isSandboxed = configOf(state).sandbox !== "none";
  return [
    `Runs in the worktree of ${attempt.ticket}${isSandboxed ? ", in the sandbox" : ", without a sandbox"}`,
    isSandboxed
      ? "Writes nothing outside the worktree, and reaches no network"
      : "Cannot be undone by Tutti: it may change anything you may change",
    ...(trustOf(state, attempt.index) === "step" ? ["Its output is held back for you as well"] : []),
  ];
}

function othersOn(state: RunState, attempt: Attempt, path: string): string {
  const others = [...state.attempts.values()].filter(({ index }) => {
    if (index === attempt.index) return false;
    const { targetFile, touches } = ticketAt(state, index);
    return targetFile === path || (touches.length > 0 && matchesAny(touches, path));
  });
  if (others.length === 0) return "No other running ticket is meant to touch it";
  return `${listInWords(others.map(({ ticket }) => ticket))} may touch it too`;
}

function ofPlan(state: RunState, approval: Approval): readonly string[] {
  if (state.proposals.has(approval.id)) return ["The plan changes exactly as shown", "Completed work stays"];
  return ["The plan is settled", "Tickets start as soon as their own dependencies are completed"];
}

// ---- the second gate -------------------------------------------------------------------------------------------

export type ContextCost = {
  /** Estimated tokens that the output takes. */
  readonly tokens: number;
  /** Per cent of the window without it and with it; null where the window is not known. */
  readonly before: number | null;
  readonly after: number | null;
};

/** What an output of so many characters takes of the model's window; undefined: the output as it is. */
export function contextCostOf(state: RunState, approval: Approval, characters?: number): ContextCost | undefined {
  const attempt = approval.index === null ? undefined : state.attempts.get(approval.index);
  const item = attempt?.items.findLast(
    (each) => each.kind === "result" && each.turn === approval.turn && each.call === approval.call,
  );
  if (attempt === undefined || item?.kind !== "result") return undefined;
  const rate = tokenRate(attempt);
  const now = sizeOf(item.output);
  const without = contextGaugeOf(state, attempt).tokens - Math.ceil(now * rate);
  const tokens = Math.ceil((characters ?? now) * rate);
  const window = windowOf(state, attempt);
  const percent = (of: number): number | null =>
    window === null ? null : Math.round((Math.max(0, of) * 100) / window);
  return { tokens, before: percent(without), after: percent(without + tokens) };
}

export function contextCostInWords({ tokens, before, after }: ContextCost): string {
  const share = before === null || after === null ? "" : ` (${before} % to ${after} % of the window)`;
  return `About ${tokensInWords(tokens)} tokens enter the context${share}`;
}

function contextWords(state: RunState, attempt: Attempt | undefined, approval: Approval): readonly string[] {
  const cost = attempt === undefined ? undefined : contextCostOf(state, approval);
  return cost === undefined ? [] : [contextCostInWords(cost)];
}

// ---- why it waits ----------------------------------------------------------------------------------------------

const always = {
  question: "A worker's question always comes to you.",
  unknown: "Whether a call that a crash interrupted may run again is never decided without you.",
  budget: "No bound allows the next call, and only you raise a bound.",
} as const;

function whyHeld(state: RunState, { gate, tool, index, id }: Approval, call: ToolCall | undefined): string {
  const asked = { gate, tool, args: call?.args };
  const made = index === null ? undefined : answerByRules(state.rules, ruledQuestion(state, index, asked));
  if (made?.decision === "ask") return `The rule ${made.by}, made in this run, asks first.`;
  if (gate === "question" || gate === "unknown" || gate === "budget") return always[gate];
  if (state.proposals.has(id)) return "A change of a settled plan needs your signature.";
  const rule = configOf(state).rules.find((each) => each.gate === gate && (each.tool === "*" || each.tool === tool));
  if (rule?.decision === "ask") return `The rule ${rule.name} asks first.`;
  if (index === null) return "A plan waits for your signature unless trust is auto.";
  return `Trust is ${trustOf(state, index)}, ${trustSource(state, index)}: ${trustMeans[trustOf(state, index)]}.`;
}

const trustMeans = {
  step: "every start, call and result waits for you",
  ask: "calls that change something wait for you",
  auto: "only questions and unknown effects wait for you",
} as const;

function trustSource(state: RunState, index: number): string {
  if (state.trust !== null && state.trust !== undefined) return "set for the whole run";
  if (state.ticketTrust.get(index) !== undefined) return "set for this ticket by hand";
  if (configOf(state).trust !== undefined) return "as the run was started";
  const ticket = ticketAt(state, index);
  return ticket.trust === undefined
    ? `as configured for ${archetypeOf(configOf(state), ticket).name}`
    : "as the plan says of this ticket";
}

// ---- what it holds up ------------------------------------------------------------------------------------------

/** Open tickets that wait for this one, directly or through others, in the plan's order. */
function heldUpBy(state: RunState, index: number): readonly TicketId[] {
  const { dependents, tickets } = state.graph;
  const seen = new Set<number>();
  const open = [index];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    for (const dependent of dependents[place] ?? []) {
      if (seen.has(dependent)) continue;
      seen.add(dependent);
      open.push(dependent);
    }
  }
  return [...seen].toSorted((a, b) => a - b).flatMap((place) => tickets[place]?.id ?? []);
}

/** `Three tickets wait for this one: B, C and D.` */
export const holdsUpInWords = (ids: readonly TicketId[]): string =>
  ids.length === 0
    ? "No other ticket waits for this one."
    : `${counted(ids.length, "ticket")} ${ids.length === 1 ? "waits" : "wait"} for this one: ${listInWords(ids)}.`;
