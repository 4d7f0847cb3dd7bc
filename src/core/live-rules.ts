// A person's own rules at a gate: which match a question, and what they come to together. RULE rules in docs/SPEC.md.

import { parseArgv } from "../domain/argv.ts";
import { parseGlob } from "../domain/glob.ts";
import type { LiveRule } from "../domain/live-rule.ts";
import type { Text } from "../domain/text.ts";
import type { Gate } from "../domain/event.ts";
import { archetypeOf } from "./ladder.ts";
import { configOf, ticketAt, type MadeRule, type RunState } from "./state.ts";

export type RuledQuestion = {
  readonly gate: Gate;
  readonly tool: string;
  /** Of the call, where the question is about one. */
  readonly args?: Text;
  readonly ticket: string;
  readonly archetype: string;
};

/** `unknown`: what it would have to look at cannot be read for certain. */
type Match = "yes" | "no" | "unknown";

export type RuleAnswer = { readonly decision: LiveRule["decision"]; readonly by: string };

export const ruledQuestion = (
  state: RunState,
  index: number,
  asked: { readonly gate: Gate; readonly tool: string; readonly args?: Text | undefined },
): RuledQuestion => {
  const ticket = ticketAt(state, index);
  const { gate, tool, args } = asked;
  const archetype = archetypeOf(configOf(state), ticket).name;
  return { gate, tool, ticket: ticket.id, archetype, ...(args === undefined ? {} : { args }) };
};

/** What one rule alone says to a question: a rule that cannot see for certain what it rejects has a person look. */
export function decisionOf(rule: LiveRule, question: RuledQuestion): LiveRule["decision"] | undefined {
  const match = matchOf(rule, question);
  if (match === "yes") return rule.decision;
  return match === "unknown" && rule.decision !== "approve" ? "ask" : undefined;
}

/** All together: a rejection wins; then the narrowest speaks, among equals the newest. */
export function answerByRules(rules: readonly MadeRule[], question: RuledQuestion): RuleAnswer | undefined {
  let best: { readonly answer: RuleAnswer; readonly width: number } | undefined;
  for (const { id, rule } of rules) {
    const decision = decisionOf(rule, question);
    if (decision === undefined) continue;
    const answer = { decision, by: id };
    if (decision === "reject") return answer;
    const width = narrowness(rule);
    if (best === undefined || width >= best.width) best = { answer, width };
  }
  return best?.answer;
}

/** An argument counts for more than a ticket, that for more than a kind of worker, that for more than a tool. */
const narrowness = ({ path, argv, argvPrefix, ticket, archetype, tool }: LiveRule): number =>
  (argv === undefined ? 0 : 24) +
  (path === undefined && argvPrefix === undefined ? 0 : 16) +
  (ticket === undefined ? 0 : 4) +
  (archetype === undefined ? 0 : 2) +
  (tool === "*" ? 0 : 1);

function matchOf(rule: LiveRule, question: RuledQuestion): Match {
  const isAbout =
    rule.gate === question.gate &&
    (rule.tool === "*" || rule.tool === question.tool) &&
    (rule.ticket === undefined || rule.ticket === question.ticket) &&
    (rule.archetype === undefined || rule.archetype === question.archetype);
  if (!isAbout) return "no";
  if (rule.path !== undefined) return matchPath(rule, rule.path, argumentOf(question.args, "path"));
  const { argv, argvPrefix } = rule;
  const words = argv ?? argvPrefix;
  return words === undefined ? "yes" : matchWords(words, argv !== undefined, argumentOf(question.args, "command"));
}

/** A string argument by its name; undefined where the arguments lie beside the log, or are not what they should be. */
function argumentOf(args: Text | undefined, name: string): string | undefined {
  if (typeof args !== "string") return undefined;
  try {
    const parsed: unknown = JSON.parse(args);
    if (typeof parsed !== "object" || parsed === null || !Object.hasOwn(parsed, name)) return undefined;
    const value: unknown = (parsed as Readonly<Record<string, unknown>>)[name];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** A way up and down again may lead through a link: only a straight path is released by its name. */
function matchPath(rule: LiveRule, pattern: string, path: string | undefined): Match {
  if (path === undefined) return "unknown";
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (path.startsWith("/") || parts.includes("..") || /[\\\0]/.test(path))
    return rule.decision === "approve" ? "no" : "unknown";
  const glob = parseGlob(pattern);
  return typeof glob === "function" && glob(parts.join("/")) ? "yes" : "no";
}

function matchWords(words: readonly string[], isWhole: boolean, command: string | undefined): Match {
  const argv = command === undefined ? undefined : parseArgv(command);
  if (argv === undefined) return "unknown";
  const begins = words.every((word, place) => argv[place] === word);
  return begins && (!isWhole || argv.length === words.length) ? "yes" : "no";
}
