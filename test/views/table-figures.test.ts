// A run that is one deliberation, in figures.

import { expect, it } from "vitest";
import { foldAll } from "../../src/core/evolve.ts";
import { initialState } from "../../src/core/state.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { consultsOf } from "../../src/views/agents.ts";
import { tableFiguresOf } from "../../src/views/table-figures.ts";
import { agreeing, deliberating } from "../support/deliberating.ts";
import { failedDeliberation } from "../support/failed-deliberation.ts";

const failed = foldAll(failedDeliberation({ run: "run_0123456789abcdef" as RunId }).records);
/** Its agents sit and have just been asked. */
const begun = async () => (await deliberating({ consults: agreeing })).conductor.state();

it("DPG32 while it goes on: the round, of how many, and how many agents are asked, each by name", async () => {
  const state = await begun();
  const figures = tableFiguresOf(state);
  const asked = consultsOf(state);
  expect(figures).toMatchObject({ hasEnded: false, standing: "deliberating", atWork: asked.length });
  expect(figures).toMatchObject({ round: 1, rounds: 10, atWork: 2 });
  for (const { role } of asked) expect(role).toMatch(/^(?:ALPHA|BETA|GAMMA)$/);
});

it("DPG32 at its end: how it ended, and what was written, said, objected and voted", () => {
  const [own] = failed.deliberations.values();
  expect(tableFiguresOf(failed)).toMatchObject({
    hasEnded: true,
    standing: "deadlock",
    atWork: 0,
    entries: own?.board.length,
    messages: own?.tally.messages,
    objections: own?.objections.length,
    votes: own?.votes.length,
  });
});

it("DPG32 there are none of a run with tickets, and those of a table where nobody sits yet are at their beginning", () => {
  expect(tableFiguresOf(initialState)).toBeNull();
  const { config } = failed;
  expect(tableFiguresOf({ config, deliberations: new Map() })).toMatchObject({
    round: 1,
    atWork: 0,
    standing: "begins",
  });
});
