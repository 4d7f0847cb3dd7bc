// How this process speaks for a run: one it conducts, or one it holds for a moment so that words can be recorded.

import type { Conductor } from "../engine/conductor.ts";
import { keepLiveTexts, noLiveTexts } from "../engine/live-texts.ts";
import type { Ports } from "../engine/ports.ts";
import type { OpenRun } from "../http/runs.ts";

export type Held = { readonly conductor: Conductor; readonly ports: Ports; readonly person: string };

/** `over`: aborted when the run is over here. */
export const openHere = ({ conductor, ports, person }: Held, over: AbortSignal): OpenRun => ({
  run: ports.log.run,
  conducted: "here",
  state: conductor.state,
  feed: conductor.feed,
  live: keepLiveTexts(conductor.feed),
  ports,
  person,
  signal: over,
  change: (work) => work({ conductor, ports, isHeld: false }),
});

/** Of a run that nobody conducts and this process holds. `hold`: called before anything is recorded. */
export const openHeld = ({ conductor, ports, person }: Held, hold: () => Promise<void>): OpenRun => ({
  run: ports.log.run,
  conducted: "nobody",
  state: conductor.state,
  feed: conductor.feed,
  live: noLiveTexts,
  ports,
  person,
  signal: new AbortController().signal,
  change: async (work) => {
    await hold();
    return work({ conductor, ports, isHeld: true });
  },
});
