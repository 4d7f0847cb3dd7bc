// What is simulated: the core's three functions, or the same with a defect put in.

import { decide, type Decision } from "../../src/core/decide.ts";
import { duties } from "../../src/core/duties.ts";
import { evolve } from "../../src/core/evolve.ts";
import type { RunState } from "../../src/core/state.ts";
import type { Circumstances, Command } from "../../src/domain/command.ts";
import type { Event, Recorded } from "../../src/domain/event.ts";

export type System = {
  readonly decide: (state: RunState, command: Command, circumstances: Circumstances) => Decision;
  readonly evolve: (state: RunState, recorded: Recorded) => RunState;
  readonly duties: typeof duties;
};

export const realSystem: System = { decide, evolve, duties };

const fold = (evolveOne: System["evolve"], state: RunState, records: readonly Recorded[]): RunState =>
  records.reduce(evolveOne, state);

/** The core with another fold. Its decisions carry the state which that fold makes, as a core with this bug would. */
export const withEvolve = (change: (before: RunState, recorded: Recorded, after: RunState) => RunState): System => {
  const evolveOne: System["evolve"] = (state, recorded) => change(state, recorded, evolve(state, recorded));
  return {
    ...realSystem,
    evolve: evolveOne,
    decide: (state, command, circumstances) => {
      const decision = decide(state, command, circumstances);
      return decision.ok ? { ...decision, state: fold(evolveOne, state, decision.records) } : decision;
    },
  };
};

/** The core whose decisions come out with other events. */
export const withEvents = (
  change: (events: readonly Event[], state: RunState, command: Command) => readonly Event[],
): System => ({
  ...realSystem,
  decide: (state, command, circumstances) => {
    const decision = decide(state, command, circumstances);
    if (!decision.ok) return decision;
    const { at, by } = circumstances;
    const events = change(
      decision.records.map(({ event }) => event),
      state,
      command,
    );
    const records = events.map((event, place): Recorded => ({ seq: state.seq + place + 1, at, by, event }));
    return { ok: true, records, state: fold(evolve, state, records) };
  },
});

/** The core that is told something else than what was asked. */
export const withInput = (
  change: (state: RunState, command: Command) => { readonly state?: RunState; readonly command?: Command },
): System => ({
  ...realSystem,
  decide: (state, command, circumstances) => {
    const changed = change(state, command);
    const decision = decide(changed.state ?? state, changed.command ?? command, circumstances);
    return decision.ok ? { ...decision, state: fold(evolve, state, decision.records) } : decision;
  },
});
