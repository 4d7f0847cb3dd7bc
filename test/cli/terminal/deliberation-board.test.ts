// The live view of a deliberation, as lines of a terminal.

import { expect, it } from "vitest";
import { deliberationHead, deliberationLines } from "../../../src/cli/terminal/deliberation-board.ts";
import { plainText } from "../../../src/cli/terminal/line.ts";
import { asciiGlyphs } from "../../../src/cli/terminal/style.ts";
import { foldAll } from "../../../src/core/evolve.ts";
import type { RunId } from "../../../src/domain/ids.ts";
import { deliberationEndOf } from "../../../src/views/deliberation-end.ts";
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

it("DCLI10 its head says the round, and the outcome once there is one", () => {
  expect(plainText(deliberationHead(viewOf(true)))).toMatch(/round \d+ of \d+/);
  expect(plainText(deliberationHead(viewOf(false)))).toMatch(/^ deadlock: /);
});
