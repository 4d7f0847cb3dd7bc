// given(events).when(command).then(events): rules as typed values. Inputs are frozen, so a rule that mutates throws here;
// every decision is checked to be pure and to hand back exactly the state its records fold to.

import { createHash } from "node:crypto";
import { expect } from "vitest";
import { decide, type Decision } from "../../src/core/decide.ts";
import { duties, type Duty } from "../../src/core/duties.ts";
import { foldAll } from "../../src/core/evolve.ts";
import { brokenInvariants } from "../../src/core/invariants.ts";
import type { RunState } from "../../src/core/state.ts";
import type { Circumstances, Command } from "../../src/domain/command.ts";
import type { Event, EventOf, EventType, Recorded } from "../../src/domain/event.ts";
import type { Rejection } from "../../src/domain/rejection.ts";
import { deepFreeze } from "./deep-freeze.ts";

export const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Epoch ms of the first event of every story told here. */
export const start = 1_790_000_000_000;

export type Override = Partial<Pick<Circumstances, "at" | "by" | "chance">>;

export type Given = {
  readonly records: readonly Recorded[];
  readonly state: RunState;
  readonly duties: readonly Duty[];
  /** Decides on a frozen state; the command must be taken. */
  readonly when: (command: Command, override?: Override) => Taken;
  /** Decides on a frozen state; the command must be refused. */
  readonly refused: (command: Command, override?: Override) => Rejection;
};

/** What a command led to. It is itself a `Given`: stories go on. */
export type Taken = Given & {
  /** This decision's events. */
  readonly events: readonly Event[];
  readonly types: readonly EventType[];
  /** The decision's only event of this type; fails where there is none or more than one. */
  readonly the: <T extends EventType>(type: T) => EventOf<T>;
  /** Compares this decision's events by the fields that are named. */
  readonly then: (...expected: readonly ({ readonly type: EventType } & Record<string, unknown>)[]) => Taken;
};

/** Plain events take their place and time; records stay as they are. */
export function given(history: readonly (Event | Recorded)[]): Given {
  const records = history.map((each, place): Recorded =>
    "event" in each ? each : { seq: place + 1, at: start + place, by: "engine", event: each },
  );
  return tell(records);
}

function tell(records: readonly Recorded[]): Given {
  const state = deepFreeze(foldAll(records));
  expect(brokenInvariants(state)).toEqual([]);
  const ask = (command: Command, override: Override): Decision => {
    const circumstances: Circumstances = {
      at: start + 1000 + state.seq,
      by: "engine",
      chance: 0.5,
      digest,
      ...override,
    };
    const decision = decide(state, deepFreeze(command), circumstances);
    expect(decide(state, command, circumstances)).toEqual(decision);
    return decision;
  };
  return {
    records,
    state,
    duties: duties(state),
    when: (command, override = {}) => {
      const decision = ask(command, override);
      if (!decision.ok) throw new Error(`${command.type} was refused: ${JSON.stringify(decision.rejection)}`);
      const next = tell([...records, ...deepFreeze(decision.records)]);
      expect(decision.state).toEqual(next.state);
      return take(next, decision.records);
    },
    refused: (command, override = {}) => {
      const decision = ask(command, override);
      if (decision.ok)
        throw new Error(`${command.type} was taken: ${decision.records.map(({ event }) => event.type).join(", ")}`);
      return decision.rejection;
    },
  };
}

function take(next: Given, fresh: readonly Recorded[]): Taken {
  const events = fresh.map(({ event }) => event);
  const taken: Taken = {
    ...next,
    events,
    types: events.map(({ type }) => type),
    the: <T extends EventType>(type: T): EventOf<T> => {
      const found = events.filter((event): event is EventOf<T> => event.type === type);
      const [first] = found;
      if (first === undefined || found.length > 1)
        throw new Error(`${found.length} ${type} among ${events.map((e) => e.type).join(", ")}`);
      return first;
    },
    then: (...expected) => {
      expect(events).toMatchObject(expected);
      return taken;
    },
  };
  return taken;
}
