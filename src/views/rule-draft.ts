// The rules that a person may want to make of a request in view: what it could be about, from narrow to wide.

import { archetypeOf } from "../core/ladder.ts";
import { configOf, ticketAt, type RunState } from "../core/state.ts";
import { isOpenEnded, parseArgv } from "../domain/argv.ts";
import type { ApprovalId } from "../domain/ids.ts";
import { ruleProblem, type LiveRule } from "../domain/live-rule.ts";
import { callSubject } from "./precedents.ts";

export type RuleOption = {
  readonly words: string;
  readonly part: Partial<Pick<LiveRule, "path" | "argv" | "argvPrefix" | "ticket" | "archetype">>;
};

export type RuleDraft = {
  readonly gate: LiveRule["gate"];
  readonly tool: string;
  /** What of its arguments a rule could look at, the narrowest first. */
  readonly matches: readonly RuleOption[];
  /** Whose requests it could be about, the narrowest first. */
  readonly scopes: readonly RuleOption[];
};

/** Undefined where no rule can answer such a request: plans and bounds are the person's own. */
export function ruleDraftOf(state: RunState, id: ApprovalId): RuleDraft | undefined {
  const approval = state.approvals.get(id);
  if (approval === undefined || approval.index === null) return undefined;
  const { gate, tool, index, turn } = approval;
  if (gate === "plan" || gate === "budget") return undefined;
  const reply = state.attempts.get(index)?.items.findLast((item) => item.kind === "reply" && item.turn === turn);
  const call = reply?.kind === "reply" && gate !== "spawn" ? reply.calls[approval.call] : undefined;
  const ticket = ticketAt(state, index);
  const { name } = archetypeOf(configOf(state), ticket);
  const isOfCall = gate === "call" || gate === "result" || gate === "unknown";
  return {
    gate,
    tool: isOfCall ? tool : "*",
    matches: isOfCall && call !== undefined ? matchesOf(tool, callSubject(call.args)) : [],
    scopes: [
      { words: `This ticket, ${ticket.id}`, part: { ticket: ticket.id } },
      { words: `Every worker of the kind ${name}`, part: { archetype: name } },
      { words: "The whole run", part: {} },
    ],
  };
}

function matchesOf(tool: string, subject: string): readonly RuleOption[] {
  const any: RuleOption = { words: `Any call of ${tool}`, part: {} };
  if (subject === "") return [any];
  if (tool === "run") return [...commandMatches(subject), any];
  if (/^(?:edit|write|read|list)$/.test(tool)) return [...pathMatches(subject), any];
  return [any];
}

function commandMatches(command: string): readonly RuleOption[] {
  const argv = parseArgv(command);
  if (argv === undefined || argv.length === 0) return [];
  const prefix = argv.slice(0, 2);
  const isWider = argv.length > 2 && !isOpenEnded(prefix);
  return [
    { words: `Exactly ${argv.join(" ")}`, part: { argv: [...argv] } },
    ...(isWider ? [{ words: `Whatever begins with ${prefix.join(" ")}`, part: { argvPrefix: [...prefix] } }] : []),
  ];
}

function pathMatches(path: string): readonly RuleOption[] {
  // A path with characters that mean something in a glob cannot be named by one.
  if (/[*?[\]{}!\\]/.test(path)) return [];
  const folder = path.slice(0, path.lastIndexOf("/"));
  return [
    { words: `This file, ${path}`, part: { path } },
    ...(path.includes("/") ? [{ words: `Files below ${folder}/`, part: { path: `${folder}/**` } }] : []),
  ];
}

export type ChosenRule = {
  readonly match: number;
  readonly scope: number;
  readonly decision: LiveRule["decision"];
};

/** The rule itself, or why there can be none like it. */
export function makeRule(
  draft: RuleDraft,
  { match, scope, decision }: ChosenRule,
): LiveRule | { readonly problem: string } {
  const rule: LiveRule = {
    gate: draft.gate,
    tool: draft.tool,
    ...draft.matches[match]?.part,
    ...draft.scopes[scope]?.part,
    decision,
  };
  const problem = ruleProblem(rule);
  return problem === undefined ? rule : { problem };
}
