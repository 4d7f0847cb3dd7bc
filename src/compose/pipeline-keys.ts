// The keys by which the earlier system's programs know a deliberation, for a store that is a Redis server: written in one
// step with the records they follow from. What points and what is pointed at end together.

import type { KeyWrite, KeyWriter } from "../adapters/log/redis/key-writes.ts";
import { evolve } from "../core/evolve.ts";
import { questionOf } from "../core/recovery/next-run.ts";
import { initialState, type RunState } from "../core/state.ts";
import type { Recorded } from "../domain/event.ts";
import type { Digest } from "../domain/ids.ts";
import { handoffSeconds, pipelineDetailOf } from "../views/pipeline-detail.ts";

const isDeliberation = ({ event }: Recorded): boolean =>
  event.type === "run.created" && event.config.deliberation !== undefined;

/** `before`: what the run's log holds already; of a run that is no deliberation only the first is read. */
export function pipelineKeys(before: Iterable<Recorded>): KeyWriter {
  let state: RunState = initialState;
  let isPipeline: boolean | undefined;
  const take = (records: Iterable<Recorded>): void => {
    for (const recorded of records) {
      isPipeline ??= isDeliberation(recorded);
      if (!isPipeline) return;
      // A batch that found no room comes again.
      if (recorded.seq > state.seq) state = evolve(state, recorded);
    }
  };
  take(before);
  return (records) => {
    take(records);
    return isPipeline === true ? writesOf(state) : [];
  };
}

function writesOf(state: RunState): readonly KeyWrite[] {
  const deliberation = questionOf(state);
  const detail = pipelineDetailOf(state);
  if (deliberation === undefined || detail === null) return [];
  const { inheritance, handoff } = deliberation;
  // While the run goes on its hashes stay; once it has ended they go with the documents they name.
  const seconds = state.ended === null ? null : handoffSeconds;
  const left = handoff?.stored === true ? handoff.handoff.blob : undefined;
  const own = detail.keys.flatMap(({ key, value }): KeyWrite[] => {
    if (value !== null)
      return [
        { kind: "hash", key, fields: value },
        { kind: "keep", key, seconds },
      ];
    const digest = key.endsWith(":inherited") ? (inheritance?.handoff as Digest | undefined) : left;
    return digest === undefined ? [] : [{ kind: "text", key, digest, seconds: handoffSeconds }];
  });
  const chain = inheritance === null ? [] : [...new Set([inheritance.prior, inheritance.root])];
  return [...own, ...chain.flatMap(keepAlive)];
}

/** The runs a recovery comes from are needed for as long as it goes on. */
const keepAlive = (run: string): readonly KeyWrite[] =>
  [`pipeline:${run}`, `handoff:${run}:agents`, `handoff:${run}:inherited`, `recovery:${run}`].map((key) => ({
    kind: "keep",
    key,
    seconds: handoffSeconds,
  }));
