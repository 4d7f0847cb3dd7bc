// The live view of a deliberation, as lines of a terminal.

import { expect, it } from "vitest";
import { createAnswerTails } from "../../../src/cli/terminal/answer-tails.ts";
import { deliberationHead, deliberationLines } from "../../../src/cli/terminal/deliberation-board.ts";
import { plainText } from "../../../src/cli/terminal/line.ts";
import { asciiGlyphs } from "../../../src/cli/terminal/style.ts";
import { foldAll } from "../../../src/core/evolve.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { deliberationEndOf } from "../../../src/views/deliberation-end.ts";
import { agreeing, deliberating } from "../../support/deliberating.ts";
import { failedDeliberation } from "../../support/failed-deliberation.ts";

const viewOf = (isOpen: boolean) => {
  const { records } = failedDeliberation({ run: "run_0123456789abcdef" as RunId, isOpen });
  const end = deliberationEndOf(foldAll(records), 0);
  if (end === null) throw new Error("there is none");
  return end.view;
};

it("DCLI10 the live view has a line for each agent, the meters, and who stands for what", () => {
  const view = viewOf(true);
  const lines = deliberationLines(view, { room: 40, columns: 100, glyphs: asciiGlyphs }).map(plainText);
  for (const { role } of view.agents) expect(lines.some((line) => line.includes(` ${role} `))).toBe(true);
  expect(lines.some((line) => /STUCK \d.*CONFLICT \d.*COMPLEXITY .*SUCCESS /.test(line))).toBe(true);
  for (const { key } of view.candidates)
    expect(lines.some((line) => line.startsWith(` synthesis ${key} v`))).toBe(true);
  expect(deliberationLines(view, { room: 2, columns: 100, glyphs: asciiGlyphs })).toHaveLength(2);
});

it("DPG31 under each agent that is asked stand its newest words, where lines are to spare", async () => {
  const state = (await deliberating({ consults: agreeing })).conductor.state();
  const view = deliberationEndOf(state, 0)?.view ?? viewOf(true);
  const asked = view.agents.filter(({ consult }) => consult !== null);
  expect(asked.length).toBeGreaterThan(0);
  const tails = createAnswerTails();
  for (const { consult, role } of asked) {
    if (consult === null) continue;
    const call = { consult, round: 1, try: 1 };
    tails.add({ ...call, try: 2 }, { kind: "text", text: "of a call before" });
    tails.add(call, { kind: "reasoning", text: `${role} thinks` });
  }
  const draw = (room: number) =>
    deliberationLines(view, { room, columns: 60, glyphs: asciiGlyphs, answerTail: tails.of }).map(plainText);
  for (const { role } of asked) expect(draw(40)).toContainEqual(`     ${role} thinks`);
  const [{ consult } = { consult: null }] = asked;
  if (consult === null) throw new Error("nobody is asked");
  const text = `{"status":"working","progress":0.5,"entries":[{"section":"solutions","key":"a","text":"Much.\\u001b[2J ${"on ".repeat(30)}the end`;
  tails.add({ consult, round: 1, try: 1 }, { kind: "text", text });
  const line = draw(40).find((each) => each.endsWith("the end")) ?? "";
  expect(line).not.toContain('"');
  expect(line.length).toBeLessThanOrEqual(60);
  expect(tails.of(consult)).toMatch(/^Writes solutions, a Much\./);
  expect(tails.of(consult)).not.toContain("\u001b");
  expect(draw(view.agents.length + 1).join("\n")).not.toContain("the end");
  tails.clearAfter({ type: "consult.ended", consult, result: "used", detail: "" });
  expect(tails.of(consult)).toBe("");
});

it("DCLI10 its head says the round, and the outcome once there is one", () => {
  expect(plainText(deliberationHead(viewOf(true)))).toMatch(/round \d+ of \d+/);
  expect(plainText(deliberationHead(viewOf(false)))).toMatch(/^ deadlock: /);
});
