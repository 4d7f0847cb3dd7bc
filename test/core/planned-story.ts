// The words in which stories of planning are told: a run that begins with a goal, and what its tiers answer.

import type { CommandOf } from "../../src/domain/command.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { ConsultId, RunId } from "../../src/domain/ids.ts";
import type { ProviderFaultCode } from "../../src/domain/outcome.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import { given, type Given, type Taken } from "../support/given.ts";
import { makeConfig, model } from "./story.ts";

export const goalRun = (changes: Partial<RunConfig> = {}): Taken =>
  given([]).when({
    type: "run.create",
    run: "run_0123456789abcdef" as RunId,
    config: makeConfig({
      goal: { epic: "Sell books abroad." },
      tiers: { "1": [model("alpha/planner")], "2": [model("alpha/lead")], "4": [model("alpha/cheap")] },
      ...changes,
    }),
    tickets: [],
  });

/** `core`, `shop:core` is a track shop that builds on core. */
export const tracksAnswer = (...lines: readonly string[]): string =>
  JSON.stringify({
    tracks: lines.map((line) => {
      const [id = "", needs = ""] = line.split(":");
      const dependsOn = needs === "" ? [] : needs.split(" ");
      return { id, title: `Track ${id}`, brief: "Do it.", dependsOn, modules: [], severity: "low", persona: "lead" };
    }),
  });

/** `A`, `B:A` is a ticket B that waits for A. */
export const ticketsAnswer = (...lines: readonly string[]): string =>
  JSON.stringify({
    tickets: lines.map((line) => {
      const [id = "", needs = ""] = line.split(":");
      return { id, description: `Do ${id}.`, archetype: "coder", dependsOn: needs === "" ? [] : needs.split(" ") };
    }),
  });

/** The open consult about this track, or the only one. */
export function consultOf(story: Given, track?: string): { consult: ConsultId; round: number; try: number } {
  const open = [...story.state.consults.values()].filter((each) => track === undefined || each.track === track);
  const [found] = open;
  if (found === undefined || open.length > 1) throw new Error(`${open.length} consults are open`);
  return { consult: found.id, round: found.round, try: found.try };
}

export const answers = (
  story: Given,
  answer: string,
  more: { readonly track?: string } & Partial<CommandOf<"report.consulted">> = {},
): CommandOf<"report.consulted"> => {
  const { track, ...rest } = more;
  return {
    type: "report.consulted",
    ...consultOf(story, track),
    input: "The question.",
    text: answer,
    answer,
    calledTools: false,
    finish: "stop",
    usage: { ...zeroUsage, input: 100, output: 20, costMicros: 7 },
    ms: 800,
    ...rest,
  };
};

export const consultFails = (story: Given, code: ProviderFaultCode): CommandOf<"report.consult_failed"> => ({
  type: "report.consult_failed",
  ...consultOf(story),
  code,
  detail: "so it said",
  usage: zeroUsage,
  ms: 10,
});

/** A run that meets every event of planning, and is then written anew by a person. */
export function plannedStory(): Taken {
  const asked = goalRun({ trust: "ask" });
  const busy = asked.when(consultFails(asked, "overloaded"));
  const prose = busy.when(answers(busy, "Here is my plan: ..."));
  const tracked = prose.when(answers(prose, tracksAnswer("core", "shop:core")));
  const half = tracked.when(answers(tracked, ticketsAnswer("C1", "C2:C1")));
  const whole = half.when(answers(half, ticketsAnswer("S1:C2")));
  const { approval } = whole.the("approval.requested");
  return whole.when(
    {
      type: "approval.answer",
      approval,
      decision: "edit",
      reason: "",
      edited: "[...]",
      tickets: whole.state.draftPlan.flat().slice(0, 2),
    },
    { by: "person:ada" },
  );
}
