// The answer of one cycle, or of the last synthesis, from a model's text. What needs the blackboard to be judged is the core's.

import {
  agentAnswerSchema,
  planningCycleSchema,
  planningSynthesisSchema,
  synthesisAnswerSchema,
  type AgentAnswer,
  type SynthesisAnswer,
} from "./deliberation-answer.ts";
import { entryText } from "./entry-plan.ts";
import { readAnswer, type Read } from "./read-answer.ts";

/** What the table is there for: at one that makes a plan, entries have plans. */
type About = { readonly isPlanning?: boolean };

export function readAgentAnswer(answer: string, { isPlanning = false }: About = {}): Read<AgentAnswer> {
  const read = readAnswer<AgentAnswer>(answer, isPlanning ? planningCycleSchema : agentAnswerSchema);
  if (!read.ok) return read;
  const problems = problemsOf(read.value);
  return problems.length === 0 ? read : { ok: false, problems };
}

export const readSynthesisAnswer = (answer: string, { isPlanning = false }: About = {}): Read<SynthesisAnswer> =>
  readAnswer<SynthesisAnswer>(answer, isPlanning ? planningSynthesisSchema : synthesisAnswerSchema);

/** What is wrong with an answer whatever stands on the blackboard. */
function problemsOf({ status, waitingFor, entries, votes }: AgentAnswer): string[] {
  const places = entries.map(({ section, key }) => `${section}/${key}`);
  const votedOn = votes.map(({ key }) => key);
  return [
    ...(status === "waiting" && waitingFor === undefined
      ? ['waitingFor: "waiting" has to name the one it waits for.']
      : []),
    ...repeated(places).map((place) => `entries: ${place} is written twice; write it once, whole.`),
    ...repeated(votedOn).map((key) => `votes: there are two votes on ${key}; one of them counts at most.`),
    ...entries.flatMap(({ patch, tests = [] }, place) =>
      tests.length > 0 && (patch ?? "").trim() === ""
        ? [`entries[${place}].tests: there is no patch that they could test.`]
        : [],
    ),
  ];
}

const repeated = (names: readonly string[]): string[] => [
  ...new Set(names.filter((name, place) => names.indexOf(name) < place)),
];

/** What is written of the mediator's last word. */
export function synthesisText({ text, open, next, plan }: SynthesisAnswer): string {
  const list = (title: string, lines: readonly string[]): string =>
    lines.length === 0 ? "" : `\n\n${title}:\n${lines.map((line) => `- ${line}`).join("\n")}`;
  return entryText({ text: `${text}${list("Open", open)}${list("Next", next)}`, plan });
}
