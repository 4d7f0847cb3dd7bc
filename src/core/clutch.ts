// The clutch: whether a gate holds for a person, passes, or refuses because nobody is there to ask.

import type { Gate } from "../domain/event.ts";
import type { Trust } from "../domain/ticket.ts";
import type { ToolClass } from "../domain/tool.ts";
import type { Text } from "../domain/text.ts";
import { answerByRules, ruledQuestion, type RuleAnswer } from "./live-rules.ts";
import { archetypeOf } from "./ladder.ts";
import { configOf, ticketAt, type RunState } from "./state.ts";

export type GateAnswer =
  /** `spared`: the person's rule without which it would have been asked about. */
  | { readonly kind: "pass"; readonly spared?: string }
  | { readonly kind: "hold" }
  | { readonly kind: "refuse"; readonly rule: string };

export type GateQuestion = {
  readonly gate: Gate;
  readonly tool: string;
  readonly class: ToolClass;
  /** Of the call, where the question is about one. */
  readonly args?: Text;
};

/** `step`: everything holds. `ask`: reads pass, the rest asks. `auto`: nothing holds but what only a person knows. */
function holds(trust: Trust, question: GateQuestion): boolean {
  switch (question.gate) {
    case "question":
    case "unknown":
    case "budget":
      return true;
    case "call":
      return trust === "step" || (trust === "ask" && question.class !== "pure");
    case "spawn":
    case "result":
      return trust === "step";
    case "plan":
      return trust !== "auto";
    default:
      return question.gate satisfies never;
  }
}

/** What a person said of this run; the latest and widest word first. */
export const overrideOf = (state: RunState, index: number): Trust | undefined =>
  state.trust ?? state.ticketTrust.get(index) ?? configOf(state).trust;

/** Whose word counts: the person's, the ticket's, the archetype's. */
export function trustOf(state: RunState, index: number): Trust {
  const ticket = ticketAt(state, index);
  return overrideOf(state, index) ?? ticket.trust ?? archetypeOf(configOf(state), ticket).trust;
}

/** GATE and RULE rules in docs/SPEC.md. A person's rule comes before trust; nobody there means no, never yes. */
export const askGate = (state: RunState, index: number, question: GateQuestion): GateAnswer =>
  judge(state, question, {
    trust: trustOf(state, index),
    override: overrideOf(state, index),
    made: state.rules.length === 0 ? undefined : answerByRules(state.rules, ruledQuestion(state, index, question)),
  });

/** A gate of the whole run; trust is the person's word for it, else what their configuration says of plans. */
export function askRunGate(state: RunState, gate: Gate): GateAnswer {
  const override = state.trust ?? configOf(state).trust;
  return judge(state, { gate, tool: "", class: "control" }, { trust: override ?? "ask", override });
}

function judge(
  state: RunState,
  question: GateQuestion,
  word: { readonly trust: Trust; readonly override: Trust | undefined; readonly made?: RuleAnswer | undefined },
): GateAnswer {
  const { made } = word;
  if (made?.decision === "reject") return { kind: "refuse", rule: `rule ${made.by} rejects it` };
  const config = configOf(state);
  const rule = config.rules.find(
    (each) => each.gate === question.gate && (each.tool === "*" || each.tool === question.tool),
  );
  // A rule may spare a question or refuse; it may not weaken a step-by-step run the person asked for.
  if (rule?.decision === "reject") return { kind: "refuse", rule: rule.name };
  // What was made in this run speaks before what stands for every run.
  const decision = made?.decision ?? rule?.decision;
  if (decision === "approve" && word.override !== "step")
    return made !== undefined && holds(word.trust, question) ? { kind: "pass", spared: made.by } : { kind: "pass" };
  const isHeld = decision === "ask" || holds(word.trust, question);
  if (!isHeld) return { kind: "pass" };
  return state.attended ? { kind: "hold" } : { kind: "refuse", rule: "nobody attends this run" };
}

/** What a person may answer at each gate. */
export const offeredAt = {
  spawn: ["approve", "edit", "reject", "abort"],
  call: ["approve", "edit", "reject", "abort"],
  result: ["approve", "edit", "reject", "abort"],
  unknown: ["approve", "edit", "reject", "abort"],
  question: ["edit", "reject", "abort"],
  plan: ["approve", "edit", "reject", "abort"],
  budget: ["edit", "reject", "abort"],
} as const satisfies Record<Gate, readonly string[]>;
