// What every reader of one run shares: its live end, its past, and what is known of its log by place.

import type { RunId, TicketId } from "../../domain/ids.ts";
import type { Feed } from "../../engine/feed.ts";
import { createPast, type Past } from "../../engine/past.ts";
import { createMarks, type Stretch } from "../../views/marks.ts";
import { createSubjects } from "../../views/subject.ts";
import type { OpenRun } from "../runs.ts";
import { createChannel, type Channel } from "./channel.ts";

export type RunFace = {
  readonly run: RunId;
  /** Seq of the last record on disk. */
  readonly head: () => number;
  readonly log: OpenRun["ports"]["log"];
  readonly channel: Channel;
  readonly past: Past;
  /** The whole log in at most so many stretches. */
  readonly stretches: (most: number) => Promise<readonly Stretch[]>;
  /** Seqs of the records about one ticket, in order, as far as `head`. */
  readonly placesOf: (ticket: TicketId) => Promise<{ readonly seqs: readonly number[]; readonly head: number }>;
};

const faces = new WeakMap<Feed, RunFace>();

/** One for each run that is open, however often it is found. */
export function faceOf(open: OpenRun): RunFace {
  const known = faces.get(open.feed);
  if (known !== undefined) return known;
  const made = makeFace(open);
  faces.set(open.feed, made);
  return made;
}

function makeFace({ run, state, feed, live, ports }: OpenRun): RunFace {
  const head = (): number => state().seq;
  const marks = createMarks();
  const subjects = createSubjects();
  const places = new Map<TicketId, number[]>();
  const past = createPast({
    log: ports.log,
    clock: ports.clock,
    state,
    onRecord: (recorded) => {
      marks.add(recorded);
      const ticket = subjects.of(recorded);
      const known = ticket === undefined ? undefined : places.get(ticket);
      if (known !== undefined) known.push(recorded.seq);
      else if (ticket !== undefined) places.set(ticket, [recorded.seq]);
    },
  });
  return {
    run,
    head,
    log: ports.log,
    channel: createChannel({ run, feed, live, head }),
    past,
    stretches: async (most) => {
      await past.walked();
      return marks.stretches(most);
    },
    placesOf: async (ticket) => {
      const end = await past.walked();
      return { seqs: (places.get(ticket) ?? []).filter((seq) => seq <= end), head: end };
    },
  };
}
