// A person's rules in words, and what one would have decided in the past: looked at before it is made.

import { answerOf } from "../core/decide-rules.ts";
import { evolve } from "../core/evolve.ts";
import { decisionOf, ruledQuestion } from "../core/live-rules.ts";
import { openArgs } from "../core/open-call.ts";
import { initialState, type RunState } from "../core/state.ts";
import type { Recorded, RuleEvent } from "../domain/event.ts";
import type { Actor, ApprovalId, TicketId } from "../domain/ids.ts";
import type { LiveRule } from "../domain/live-rule.ts";
import { byWhom } from "./actor-name.ts";
import { gateQuestion } from "./gate-question.ts";
import { callInWords } from "./words.ts";

/** For example `approves every call of run that is exactly "npm test", of T7`. */
export function ruleInWords(rule: LiveRule): string {
  const { gate, tool, path, argv, argvPrefix, ticket, archetype, decision } = rule;
  const verb = { approve: "approves", reject: "rejects", ask: "asks about" }[decision];
  const what = {
    spawn: "the start of every worker",
    call: `every call of ${tool === "*" ? "any tool" : tool}`,
    result: `every result of ${tool === "*" ? "any tool" : tool}`,
    unknown: `every ${tool === "*" ? "call" : `call of ${tool}`} whose effect is unknown`,
    question: "every question of a worker",
  }[gate];
  const said = (words: readonly string[]): string => JSON.stringify(words.join(" "));
  const match =
    path !== undefined
      ? ` on ${path}`
      : argv !== undefined
        ? ` that is exactly ${said(argv)}`
        : argvPrefix !== undefined
          ? ` that begins with ${said(argvPrefix)}`
          : "";
  const scope = [ticket, archetype === undefined ? undefined : `workers "${archetype}"`].filter(
    (each) => each !== undefined,
  );
  return `${verb} ${what}${match}${scope.length === 0 ? "" : `, of ${scope.join(" and ")}`}`;
}

export const tellRule = (event: RuleEvent, by: Actor): string =>
  event.type === "rule.added"
    ? `has a rule from now on${byWhom(by)}: ${event.id} ${ruleInWords(event.rule)}`
    : `has rule ${event.id} no more${byWhom(by)}`;

/** A gate question of the past, or one that is open, which the rule is about. */
export type PreviewedQuestion = {
  readonly approval: ApprovalId;
  /** Record of the question. */
  readonly seq: number;
  readonly gate: LiveRule["gate"];
  readonly ticket: TicketId;
  readonly attempt: number;
  readonly tool: string;
  /** `May it run npm test?` */
  readonly asks: string;
  readonly would: LiveRule["decision"];
  /** What became of it: a decision, `void`, or `open`. */
  readonly did: string;
  readonly by: Actor | null;
};

export type RulePreview = {
  readonly words: string;
  /** Gate questions about attempts so far. */
  readonly asked: number;
  /** Of these, those that the rule is about, oldest first; at most the newest 200. */
  readonly questions: readonly PreviewedQuestion[];
  readonly counts: {
    readonly matched: number;
    /** Answered as the rule would have, and otherwise; an edit is otherwise. */
    readonly same: number;
    readonly other: number;
  };
  /** Open approvals that it would answer now. */
  readonly answers: readonly ApprovalId[];
};

const mostShown = 200;

/** Records from the first on. */
export function rulePreviewOf(records: Iterable<Recorded>, rule: LiveRule): RulePreview {
  let state = initialState;
  let asked = 0;
  const found = new Map<ApprovalId, PreviewedQuestion>();
  for (const recorded of records) {
    state = evolve(state, recorded);
    const { event, by } = recorded;
    if (event.type === "approval.requested" && event.ticket !== undefined && event.gate !== "budget") {
      asked += 1;
      const question = previewed(state, rule, recorded);
      if (question !== undefined) found.set(event.approval, question);
    } else if (event.type === "approval.answered" || event.type === "approval.voided") {
      const question = found.get(event.approval);
      const did = event.type === "approval.voided" ? "void" : event.decision;
      if (question !== undefined) found.set(event.approval, { ...question, did, by });
    }
  }
  const questions = [...found.values()];
  const decided = questions.filter(({ did, would }) => did !== "void" && did !== "open" && would !== "ask");
  const same = decided.filter(({ did, would }) => did === would).length;
  return {
    words: ruleInWords(rule),
    asked,
    questions: questions.slice(-mostShown),
    counts: { matched: questions.length, same, other: decided.length - same },
    answers: [...state.approvals.keys()].filter((id) => answerOf(state, rule, id) !== undefined),
  };
}

function previewed(state: RunState, rule: LiveRule, { event, seq }: Recorded): PreviewedQuestion | undefined {
  if (event.type !== "approval.requested" || event.ticket === undefined || event.attempt === undefined)
    return undefined;
  const index = state.graph.indexOf.get(event.ticket);
  const attempt = index === undefined ? undefined : state.attempts.get(index);
  if (attempt === undefined) return undefined;
  const { approval, ticket, attempt: number, gate, tool } = event;
  const args = openArgs(attempt, event);
  const would = decisionOf(rule, ruledQuestion(state, attempt.index, { gate, tool, args }));
  if (would === undefined) return undefined;
  const asks = gateQuestion(gate, args === undefined ? tool : callInWords(tool, args));
  return { approval, seq, gate: rule.gate, ticket, attempt: number, tool, asks, would, did: "open", by: null };
}
