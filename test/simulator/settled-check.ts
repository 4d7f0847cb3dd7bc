// After every decision: nothing that could go on is left lying (SCH2), and what waits can be explained (I12).

import type { Duty } from "../../src/core/duties.ts";
import type { Attempt, RunState } from "../../src/core/state.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import { providerOf } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { must } from "./broken.ts";
import { hasRoomFor, lanesOf, limitOf, roomFor } from "./room.ts";

export function checkSettled(
  state: RunState,
  config: RunConfig,
  tickets: readonly Ticket[],
  owed: readonly Duty[],
): void {
  must(new Set(owed.map(({ key }) => key)).size === owed.length, "RUN12 two duties share a key");
  for (const duty of owed) {
    checkHold(state, duty);
    const phase = "index" in duty ? state.attempts.get(duty.index)?.phase : undefined;
    const isAgain = duty.kind === "tool" && duty.repeat && phase?.at === "tool" && phase.class === "effectful";
    must(!isAgain, () => `I3 RUN10 ${duty.key} may have had its effect and is run again`);
  }
  if (state.phase === "ended") {
    must(
      owed.every(({ kind }) => kind === "dispose"),
      "I7 RUN12 an ended run owes work",
    );
    return;
  }
  const isStopped = state.pause !== null && !state.pause.drain;
  if (!isStopped) checkAttempts(state, config);
  if (state.pause === null && !state.aborted) checkReady(state, config, tickets);
}

function checkHold(state: RunState, duty: Duty): void {
  if (duty.kind !== "turn" && duty.kind !== "consult") return;
  const hold = state.providers.get(providerOf(duty.model));
  must(hold === undefined || duty.notBefore >= hold.until, "RET8 a call does not wait for its provider");
}

function checkAttempts(state: RunState, config: RunConfig): void {
  for (const { index, phase, lane, tier, model, ticket } of state.attempts.values()) {
    if (phase.at !== "next") continue;
    if (state.pausedTickets.has(index)) {
      must(!lane, () => `STEER5 ${ticket} is paused and has a lane`);
      continue;
    }
    // Who may wait for a budget, and for what, is the budget monitor's.
    if (config.budgets !== undefined && [...state.attempts.values()].some(holdsBack)) continue;
    must(!lane, () => `SCH2 ${ticket} has a lane and does not go on`);
    must(
      !hasRoomFor(state, config, { tier, model, provider: providerOf(model) }),
      () => `SCH2 ${ticket} could go on and does not`,
    );
  }
  // Over the limit only while steps that were begun before it sank are still under way.
  const idle = lanesOf(state).filter(({ phase }) => phase.at === "next");
  must(lanesOf(state).length <= limitOf(state) || idle.length === 0, "SCH4 more lanes are taken than there are");
  for (const { phase, ticket } of lanesOf(state))
    must(phase.at !== "held" || state.mode === "linear", () => `SCH8 ${ticket} waits for a person and keeps its lane`);
}

const holdsBack = ({ phase }: Attempt): boolean => phase.at === "calling" && phase.reserved !== null;

function checkReady(state: RunState, config: RunConfig, tickets: readonly Ticket[]): void {
  const waiting = state.attempts.size - state.lanesUsed;
  if (waiting >= config.limits.held || (state.mode === "linear" && state.attempts.size + state.disposals.size > 0))
    return;
  tickets.forEach((ticket, index) => {
    const own = state.tickets.chunks[0]?.[index];
    must(
      own?.status !== "pending" || ticket.dependsOn.some((id) => statusIn(state, tickets, id) !== "completed"),
      () => `SCH2 PATCH3 ${ticket.id} waits for nothing that is not completed`,
    );
    if (own?.status !== "ready" || state.pausedTickets.has(index)) return;
    must(
      !roomFor(state, config, ticket, own.history.rung),
      () => `SCH2 ${ticket.id} is ready, has a lane and does not start`,
    );
  });
}

const statusIn = (state: RunState, tickets: readonly Ticket[], id: string): string =>
  state.tickets.chunks[0]?.[tickets.findIndex((ticket) => ticket.id === id)]?.status ?? "";

/** Every ticket of a run that has ended is settled, or waits for one that is settled otherwise than completed. */
export function checkExplained(state: RunState, tickets: readonly Ticket[]): void {
  // Nobody works in a run that ends with its plan.
  if (state.ended === null || ["aborted", "planned"].includes(state.ended.outcome)) return;
  const statusOf = (id: string): string => statusIn(state, tickets, id);
  for (const { id, dependsOn } of tickets) {
    const status = statusOf(id);
    if (["completed", "blocked", "failed", "cancelled"].includes(status)) continue;
    must(
      status === "pending" && dependsOn.some((need) => statusOf(need) !== "completed"),
      () => `RUN3 the run ended and ${id} is ${status}`,
    );
  }
}
