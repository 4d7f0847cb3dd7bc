// The words in which stories of forks are told: a log is cut at a record, and another run begins there.

import type { CommandOf } from "../../src/domain/command.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { RunId, TicketId } from "../../src/domain/ids.ts";
import { given, type Given, type Taken } from "../support/given.ts";
import { disposed, finish, gitRun, limits, mara, merged, prepared, replied, verified } from "./story.ts";

export const forkName = "run_fedcba9876543210" as RunId;

type Fork = CommandOf<"run.fork">;

/** A fork of these records, with nothing changed but what is named. */
export function forkOf(records: readonly Recorded[], changes: Partial<Fork> = {}): Fork {
  const first = records[0]?.event;
  if (first?.type !== "run.created") throw new Error("a log begins with run.created");
  const { run, config } = records.reduce<{ run: RunId; config: RunConfig }>(
    (last, { event }) => (event.type === "run.forked" ? event : last),
    first,
  );
  return {
    type: "run.fork",
    run: forkName,
    from: run,
    at: records.length,
    config,
    guidance: [],
    models: [],
    bounds: [],
    changes: [],
    ...changes,
  };
}

/** Forks where the story's decision number `seq` ended. */
export const forkAt = (story: Given, seq: number, changes: Partial<Fork> = {}): Taken => {
  const records = story.records.slice(0, seq);
  return given(records).when(forkOf(records, changes), mara);
};

export const guide = (ticket: string, text: string): Partial<Fork> => ({
  guidance: [{ ticket: ticket as TicketId, text }],
  changes: [`guidance for ${ticket}`],
});

/** The record of this place in the story that is of this type; counted from the end where `place` is negative. */
export function seqOf(story: Given, type: Recorded["event"]["type"], place = 0): number {
  const found = story.records.filter(({ event }) => event.type === type).at(place);
  if (found === undefined) throw new Error(`no ${type} in the story`);
  return found.seq;
}

const merge = (story: Taken, name: string, commit: string): Taken =>
  story
    .when(prepared(name))
    .when(replied(`${name}/1`, [finish()]))
    .when(verified(name))
    .when(merged(name, commit))
    .when(disposed(name));

/** A is merged, then B gives up: the run ends blocked, and C never began. */
export function blockedStory(changes: Partial<RunConfig> = {}): Taken {
  const begun = merge(gitRun(["A", "B: A", "C: B"], { ...limits({ attempts: 1 }), ...changes }), "A#1", "c1");
  return begun
    .when(prepared("B#1"))
    .when(replied("B#1/1", [finish("blocked", "what is B?")]))
    .when(disposed("B#1"));
}

/** The story above forked where B was at work, with a word on B; the fork comes to its end. */
export function forkedStory(): Taken {
  const origin = blockedStory();
  const fork = forkAt(origin, seqOf(origin, "turn.started", -1), guide("B", "B is the second half of A."));
  return merge(merge(fork.when({ type: "run.adopt", token: 1, owner: "here:1" }), "B#2", "c2"), "C#1", "c3");
}
