// The answer of one cycle, or of the last synthesis, from a model's text. What needs the blackboard to be judged is the core's.

import {
  agentAnswerSchema,
  synthesisAnswerSchema,
  type AgentAnswer,
  type SynthesisAnswer,
} from "./deliberation-answer.ts";
import { readAnswer, type Read } from "./read-answer.ts";

export function readAgentAnswer(answer: string): Read<AgentAnswer> {
  const read = readAnswer(answer, agentAnswerSchema);
  if (!read.ok) return read;
  const problems = problemsOf(read.value);
  return problems.length === 0 ? read : { ok: false, problems };
}

export const readSynthesisAnswer = (answer: string): Read<SynthesisAnswer> =>
  readAnswer<SynthesisAnswer>(answer, synthesisAnswerSchema);

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
