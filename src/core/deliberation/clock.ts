// What counts as a deliberation's time, and who has been idle in it. A pause, a provider's wait, a budget that is held
// elsewhere, a person and a dead process stop the clocks; no tick of ours moves them.

import { providerOf } from "../../domain/ids.ts";
import type { RunState } from "../state.ts";
import { isLiving, latestOf, type Agent, type Deliberation, type Entry, type EntryVersion } from "./state.ts";

/** Epoch ms from which on this agent's cycle is under way by itself; Infinity where it is not, or a person has to act. */
export function workingFrom(state: RunState, agent: Agent): number {
  const consult = agent.consult === null ? undefined : state.consults.get(agent.consult);
  if (consult === undefined || state.pause !== null || consult.isParked || consult.isUnfunded) return Infinity;
  return Math.max(consult.notBefore, state.providers.get(providerOf(consult.model))?.until ?? 0);
}

/** Patches and tests that stand on the board and were not tried yet. */
export const uncheckedOf = (
  deliberation: Deliberation,
): readonly { readonly entry: Entry; readonly version: EntryVersion }[] =>
  deliberation.board.flatMap((entry) => {
    const version = latestOf(entry);
    const hasEvidence = version.patch !== null || version.tests.length > 0;
    const isProposal = entry.section === "solutions" || entry.section === "synthesis";
    return hasEvidence && isProposal && version.evidence === null ? [{ entry, version }] : [];
  });

type Since = {
  /** Epoch ms from which on the deliberation's own time runs, and the agents' silence; Infinity: it stands. */
  readonly time: number;
  readonly silence: number;
};

function runningFrom(state: RunState, deliberation: Deliberation): Since {
  const silence = Math.min(...deliberation.agents.map((agent) => workingFrom(state, agent)), Infinity);
  const isChecking = state.pause === null && uncheckedOf(deliberation).length > 0;
  return { time: isChecking ? 0 : silence, silence };
}

const counted = (clockAt: number, from: number, at: number): number => Math.max(0, at - Math.max(clockAt, from));

/** The deliberation with its clocks brought up to `at`, which is before the change that this event makes. */
export function tick(state: RunState, deliberation: Deliberation, at: number): Deliberation {
  const { clock } = deliberation;
  if (deliberation.result !== null || clock.at === at) return deliberation;
  const from = runningFrom(state, deliberation);
  return {
    ...deliberation,
    clock: {
      at,
      ms: clock.ms + counted(clock.at, from.time, at),
      quietMs: clock.quietMs + counted(clock.at, from.silence, at),
    },
    agents: deliberation.agents.map((agent) => {
      const more = counted(clock.at, workingFrom(state, agent), at);
      return more === 0 ? agent : { ...agent, idleMs: agent.idleMs + more };
    }),
  };
}

/** What passed while nobody conducted the run counts for nobody. */
export const skip = (deliberation: Deliberation, at: number): Deliberation =>
  deliberation.result === null ? { ...deliberation, clock: { ...deliberation.clock, at } } : deliberation;

export type Deadlines = {
  /** Epoch ms; Infinity: not by itself. */
  readonly timeout: number;
  readonly stuck: number;
  /** When each living agent that owes something becomes idle, earliest first. */
  readonly idle: readonly number[];
};

/** When limits come true if nobody does anything. */
export function deadlinesOf(state: RunState, deliberation: Deliberation): Deadlines {
  const { clock, agents } = deliberation;
  const { timeoutMs, stuckMs, idleMs } = deliberation.setup.limits;
  const from = runningFrom(state, deliberation);
  const idle = agents
    .filter((agent) => isLiving(agent) && agent.consult !== null)
    .map((agent) => Math.max(clock.at, workingFrom(state, agent)) + idleMs - agent.idleMs);
  return {
    timeout: Math.max(clock.at, from.time) + timeoutMs - clock.ms,
    stuck: Math.max(clock.at, from.silence) + stuckMs - clock.quietMs,
    idle: idle.toSorted((a, b) => a - b),
  };
}
