// What an agent of a deliberation answers: the shape, and everything that is wrong with an answer at once.

import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadPrompts } from "../../src/adapters/prompt-files.ts";
import { readAgentAnswer, readSynthesisAnswer } from "../../src/domain/read-deliberation-answer.ts";

const program = join(import.meta.dirname, "..", "..");
const shownIn = async (name: string): Promise<string> => {
  const text = (await loadPrompts({ program, config: undefined })).find((each) => each.name === name)?.text ?? "";
  return /^\{.*\}$/m.exec(text)?.[0] ?? "";
};
const answer = (fields: object): string =>
  JSON.stringify({ status: "working", progress: 0.5, confidence: 0.5, ...fields });
const problemsOf = (fields: object): readonly string[] => {
  const read = readAgentAnswer(answer(fields));
  return read.ok ? [] : read.problems;
};

describe("an agent's answer", () => {
  it("CYC1 the answers that the prompts show are ones that are taken", async () => {
    for (const name of ["deliberate", "mediate"])
      expect(readAgentAnswer(await shownIn(name))).toMatchObject({ ok: true });
    expect(readSynthesisAnswer(await shownIn("synthesise"))).toMatchObject({ ok: true });
  });

  it("CYC1 what is left out is empty, and a fence around the JSON is taken off", () => {
    expect(readAgentAnswer(`\`\`\`json\n${answer({})}\n\`\`\``)).toEqual({
      ok: true,
      value: {
        status: "working",
        progress: 0.5,
        confidence: 0.5,
        entries: [],
        objections: [],
        settled: [],
        messages: [],
        votes: [],
      },
    });
  });

  it("CYC1 everything that is wrong is told at once, each with its place", () => {
    const problems = problemsOf({
      progress: 2,
      entries: [{ section: "consensus", key: "Final!", base: -1, text: " " }],
      messages: [{ to: "everybody", kind: "inform", text: "hello" }],
      votes: [{ key: "plan", version: 0, stance: "yes", reasoning: "good" }],
      achieved: true,
    });
    expect(problems.map((problem) => problem.slice(0, problem.indexOf(":")))).toEqual([
      "progress",
      "entries[0].section",
      "entries[0].key",
      "entries[0].base",
      "entries[0].text",
      "messages[0].to",
      "votes[0].version",
      "votes[0].stance",
      "answer",
    ]);
    expect(problems[5]).toBe('messages[0].to: must be the name of one at the table, for example ALPHA, or "all".');
  });

  it("CYC1 waiting names for whom, nothing is written or voted on twice, and tests need a patch", () => {
    const entry = { section: "solutions", key: "a", base: 0, text: "words" };
    const vote = { key: "plan", version: 1, stance: "accept", reasoning: "good" };
    expect(problemsOf({ status: "waiting" })).toEqual(['waitingFor: "waiting" has to name the one it waits for.']);
    expect(
      problemsOf({ entries: [entry, { ...entry, tests: ["npm test"] }], votes: [vote, { ...vote, stance: "reject" }] }),
    ).toEqual([
      "entries: solutions/a is written twice; write it once, whole.",
      "votes: there are two votes on plan; one of them counts at most.",
      "entries[1].tests: there is no patch that they could test.",
    ]);
  });

  it("CYC1 prose, broken JSON and an empty answer are none", () => {
    expect(readAgentAnswer("I agree with BETA.")).toMatchObject({ ok: false });
    expect(readAgentAnswer('{"status": "done", ')).toMatchObject({ ok: false });
    expect(readSynthesisAnswer("{}")).toMatchObject({ ok: false });
  });
});
