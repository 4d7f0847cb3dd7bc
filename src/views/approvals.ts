// What waits for a person: each open approval with what it is about, what an answer means, and what it holds up.

import { offeredAt } from "../core/clutch.ts";
import { ticketAt, type Approval, type RunState } from "../core/state.ts";
import type { Gate, GateDecision } from "../domain/event.ts";
import type { ApprovalId, ModelId, TicketId } from "../domain/ids.ts";
import { findHidden, type Hidden } from "../domain/printable.ts";
import { headOf, type Text } from "../domain/text.ts";
import { gateQuestion } from "./gate-question.ts";
import { callInWords } from "./words.ts";
import { workerFactsOf, workerInWords, type WorkerFacts } from "./worker-facts.ts";

export type Choice = {
  readonly decision: GateDecision;
  /** What follows from it, in words. */
  readonly means: string;
};

export type ApprovalView = {
  readonly id: ApprovalId;
  readonly gate: Gate;
  /** Null, with the attempt, where it is about the whole run. */
  readonly ticket: TicketId | null;
  readonly title: string;
  readonly attempt: number | null;
  readonly turn: number;
  readonly call: number;
  readonly model: ModelId;
  /** Who would start, at the gate `spawn`; null at every other. */
  readonly worker: WorkerFacts | null;
  readonly tool: string;
  /** The question in one line: `May it run npm test?`. */
  readonly asks: string;
  /** What an answer binds to, as recorded: the prompt, the call as JSON, the output, or the question. */
  readonly shown: Text;
  /** What can be shown of it without the blob store. */
  readonly head: string;
  /** Arguments of the call, as JSON text, where the gate is about one. */
  readonly args: Text | null;
  readonly hidden: readonly Hidden[];
  readonly digest: string;
  readonly askedAt: number;
  readonly choices: readonly Choice[];
  /** The model's last message, where it can be rewritten from here. */
  readonly lastMessage: Text | null;
  /** Weight of the longest path that waits for this answer; null: the whole run does. */
  readonly holdsUp: number | null;
};

type Order = Pick<ApprovalView, "holdsUp" | "askedAt">;

const weightOf = ({ holdsUp }: Order): number => holdsUp ?? Number.MAX_VALUE;

/** What holds up a whole run comes first, then the longest path; among equals the oldest question. */
export const byHoldUp = (a: Order, b: Order): number => weightOf(b) - weightOf(a) || a.askedAt - b.askedAt;

/** In that order. */
export function approvalsOf(state: RunState): readonly ApprovalView[] {
  return [...state.approvals.values()]
    .map((approval) => viewOf(state, approval))
    .toSorted((a, b) => byHoldUp(a, b) || (a.id < b.id ? -1 : 1));
}

function viewOf(state: RunState, approval: Approval): ApprovalView {
  const { gate, ticket, turn, tool, shown } = approval;
  const attempt = approval.index === null ? undefined : state.attempts.get(approval.index);
  const reply = attempt?.items.findLast((item) => item.kind === "reply");
  const message = reply?.kind === "reply" ? reply : undefined;
  const called = gate === "spawn" ? undefined : message?.calls[approval.call];
  const args = gate === "call" || gate === "unknown" || gate === "result" ? (called?.args ?? null) : null;
  const canRewrite = message !== undefined && message.turn === turn && gate !== "unknown";
  const head = headOf(shown);
  const worker = gate === "spawn" && attempt !== undefined ? workerFactsOf(state, attempt) : null;
  const seen = worker === null ? head : `${workerInWords(worker)}\n${head}`;
  return {
    id: approval.id,
    gate,
    ticket,
    title: approval.index === null ? (state.config?.title ?? "") : ticketAt(state, approval.index).title,
    attempt: approval.attempt,
    turn,
    call: approval.call,
    model: attempt?.model ?? ("" as ModelId),
    worker,
    tool,
    asks: capitalised(gateQuestion(gate, args === null ? tool : callInWords(tool, args))),
    shown,
    head,
    args,
    hidden: findHidden(gate === "call" || gate === "unknown" ? unescaped(args, head) : seen),
    digest: approval.digest,
    askedAt: approval.askedAt,
    choices: offeredAt[gate].map((decision) => ({
      decision,
      means: (state.proposals.has(approval.id) ? ofProposal : meanings[gate])[decision],
    })),
    lastMessage: canRewrite ? message.text : null,
    holdsUp: approval.index === null ? null : (state.graph.rank[approval.index] ?? 0),
  };
}

/** Inside JSON text hidden characters may stand as `\u202e`; what would run holds the characters themselves. */
function unescaped(args: Text | null, head: string): string {
  if (typeof args !== "string") return head;
  try {
    const strings: string[] = [];
    JSON.parse(args, (key, value: unknown) => {
      strings.push(key);
      if (typeof value === "string") strings.push(value);
      return value;
    });
    return strings.join("\n");
  } catch {
    return args;
  }
}

const abort = "the ticket is cancelled; tickets that need it will not start";

const meanings = {
  spawn: {
    approve: "the worker starts with this brief",
    edit: "the worker starts with the brief you write",
    reject: "this attempt ends; the ticket is blocked and not tried again",
    abort,
  },
  call: {
    approve: "the call runs, exactly as shown",
    edit: "the call runs with the arguments you write",
    reject: "the call does not run; the model is told your reason",
    abort,
  },
  result: {
    approve: "the model sees this output",
    edit: "the model sees what you write in its place",
    reject: "the output is withheld; the model is told your reason",
    abort,
  },
  unknown: {
    approve: "the call runs again",
    edit: "it is not run again; what you write counts as its output",
    reject: "it is not run again; the model is told that its effect is unknown",
    abort,
  },
  question: {
    approve: "not offered here",
    edit: "what you write is the answer",
    reject: "no answer; the worker decides by itself and says what it assumed",
    abort,
  },
  plan: {
    approve: "the plan is settled and work begins",
    edit: "the plan you write is settled and work begins",
    reject: "the run ends; the plan stays in its log",
    abort: "the run is aborted",
  },
  budget: {
    approve: "not offered here",
    edit: "the bounds you write count from now on, and whatever a bound held up is looked at again",
    reject: "the ticket is blocked; where the call was planning's, you write the plan yourself",
    abort: "the whole run is aborted",
  },
} as const satisfies Record<Gate, Record<GateDecision, string>>;

const ofProposal = {
  approve: "the plan changes exactly as shown",
  edit: "the plan changes as you write",
  reject: "the plan stays as it is, and the ticket blocked",
  abort: "the run is aborted",
} as const satisfies Record<GateDecision, string>;

const capitalised = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
