// The words in which stories of re-planning are told: a ticket is blocked, and tier 2 is asked how to go on.

import type { RunConfig } from "../../src/domain/config.ts";
import type { Given, Taken } from "../support/given.ts";
import { answers } from "./planned-story.ts";
import { answer, bareRun, finish, limits, mara, model, replied } from "./story.ts";

export const replanning: Partial<RunConfig> = {
  ...limits({ attempts: 1 }),
  tiers: { "2": [model("alpha/lead")] },
  planning: { replan: true, diagnosis: false },
  trust: "ask",
};

/** A and C run, B waits for A; then A gives up. */
export const blockedRun = (changes: Partial<RunConfig> = {}): Taken =>
  bareRun(["A", "B: A", "C"], { ...replanning, ...changes }).when(
    replied("A#1/1", [finish("blocked", "it is two things")]),
  );

export const splitOf = (ticket: string, ...parts: readonly string[]): string =>
  JSON.stringify({
    reason: `${ticket} is ${parts.length} things`,
    split: [
      {
        ticket,
        into: parts.map((line) => {
          const [id = "", needs = ""] = line.split(":");
          return { id, description: `Do ${id}.`, archetype: "coder", dependsOn: needs === "" ? [] : needs.split(" ") };
        }),
      },
    ],
  });

export const proposed = (story: Given, patch = splitOf("A", "A1", "A2:A1")): Taken => story.when(answers(story, patch));

/** A run that meets every event of re-planning: an answer sent back, a patch signed, and one by a person. */
export function replannedStory(): Taken {
  const prose = blockedRun();
  const offered = proposed(prose.when(answers(prose, "Split it.")));
  const signed = offered.when(answer(offered, "approve"), mara);
  const dropped = signed.when(
    { type: "plan.patch", patch: { reason: "C is not needed", add: [], drop: ["C" as never], rewire: [], split: [] } },
    mara,
  );
  return ["A1#1/1", "A2#1/1", "B#1/1"].reduce((story, step) => story.when(replied(step, [finish()])), dropped);
}
