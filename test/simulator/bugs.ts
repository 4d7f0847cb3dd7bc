// Hand-made bugs: each is the core with one defect. The simulator must see every one of them within few seeds.

import type { RunState } from "../../src/core/state.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { changeAttempt, dropEvents, withTicketState } from "./defects.ts";
import { realSystem, withEvents, withEvolve, withInput, type System } from "./system.ts";

/** The accounts after an event with one half of them as before. */
const heldAs = (before: RunState, after: RunState): RunState["ledger"] =>
  new Map(
    [...after.ledger].map(([key, own]) => [
      key,
      { ...own, reserved: before.ledger.get(key)?.reserved ?? own.reserved },
    ]),
  );
const spentAs = (before: RunState, after: RunState): RunState["ledger"] =>
  new Map([...after.ledger].map(([key, own]) => [key, { ...own, spent: before.ledger.get(key)?.spent ?? own.spent }]));

/** What the defect is, and the core that has it. */
export const bugs: Readonly<Record<string, System>> = {
  "a failure unblocks what waits for it": withEvolve((_, { event }, after) => {
    if (event.type !== "ticket.failed" && event.type !== "ticket.blocked") return after;
    const index = after.graph.indexOf.get(event.ticket) ?? -1;
    return (after.graph.dependents[index] ?? []).reduce(
      (state, dependent) =>
        withTicketState(state, dependent, (own) =>
          own.status === "pending" ? { ...own, waiting: own.waiting - 1 } : own,
        ),
      after,
    );
  }),
  "a dependent starts when one of its dependencies is completed": withEvolve((_, { event }, after) => {
    if (event.type !== "plan.accepted") return after;
    return after.graph.tickets.reduce(
      (state, __, index) =>
        withTicketState(state, index, (own) => (own.status === "pending" ? { ...own, waiting: 1 } : own)),
      after,
    );
  }),
  "a lane is not given back when an attempt fails": withEvolve((_, { event }, after) =>
    event.type === "attempt.failed" ? { ...after, lanesUsed: after.lanesUsed + 1 } : after,
  ),
  "a waiting person costs a lane": withEvolve((before, { event }, after) => {
    if (event.type !== "approval.requested") return after;
    const index = after.graph.indexOf.get(event.ticket ?? ("" as TicketId)) ?? -1;
    const hadLane = before.attempts.get(index)?.lane === true && after.attempts.get(index)?.lane === false;
    return hadLane
      ? {
          ...changeAttempt(after, index, { lane: true }),
          lanesUsed: before.lanesUsed,
          lanesByTier: before.lanesByTier,
          lanesByProvider: before.lanesByProvider,
        }
      : after;
  }),
  "the lanes of a provider are not counted": withEvolve((_, __, after) => ({ ...after, lanesByProvider: new Map() })),
  "a ghost of an earlier attempt is taken for the present one": withInput((state, command) => {
    if (!("attempt" in command) || command.type === "report.disposed") return {};
    const index = state.graph.indexOf.get(command.ticket) ?? -1;
    const attempt = state.attempts.get(index)?.attempt;
    return attempt === undefined ? {} : { command: { ...command, attempt } };
  }),
  "a reply to an earlier try is taken for the present one": withInput((state, command) => {
    if (command.type !== "report.replied" && command.type !== "report.turn_failed") return {};
    const phase = state.attempts.get(state.graph.indexOf.get(command.ticket) ?? -1)?.phase;
    return phase?.at === "calling" ? { command: { ...command, turn: phase.turn, try: phase.try } } : {};
  }),
  "a check of an earlier round is taken for the present one": withInput((_, command) => {
    if (command.type !== "report.verified" && command.type !== "report.verify_failed") return {};
    const { round: __, ...rest } = command;
    return { command: rest };
  }),
  "tickets start in waves": withEvents((events, state) =>
    state.attempts.size > 0 ? dropEvents(events, (event) => event.type === "attempt.started") : events,
  ),
  "the shortest path starts first": withEvolve((_, { event }, after) =>
    event.type === "plan.accepted"
      ? { ...after, graph: { ...after.graph, rank: after.graph.rank.map((rank) => -rank) }, ready: new Map() }
      : after,
  ),
  "equal paths are ignored: the plan's order rules": withEvolve((_, { event }, after) =>
    event.type === "plan.added"
      ? { ...after, draftPlan: after.draftPlan.map((part) => part.map((ticket) => ({ ...ticket, weight: 1 }))) }
      : after,
  ),
  "linear mode runs tickets side by side": withInput((state) =>
    state.mode === "linear" ? { state: { ...state, mode: "async" } } : {},
  ),
  "a pause stops nothing": withInput((state, command) =>
    command.type.startsWith("report.") ? { state: { ...state, pause: null } } : {},
  ),
  "a drain starts new tickets": withInput((state, command) =>
    command.type === "report.replied" && state.pause?.drain === true ? { state: { ...state, pause: null } } : {},
  ),
  "merges overtake one another": withEvolve((_, { event }, after) =>
    event.type === "merge.queued" ? { ...after, mergeQueue: after.mergeQueue.toReversed() } : after,
  ),
  "an attempt is merged without its checks": withEvents((events) =>
    dropEvents(events, (event) => event.type === "verify.passed"),
  ),
  "the run ends while tickets are under way": withEvents((events, state) =>
    events.some(({ type }) => type === "ticket.completed") && state.attempts.size > 1
      ? [...events, { type: "run.ended", outcome: "completed", reason: "enough" }]
      : events,
  ),
  "a rejection is tried again": withEvents((events) =>
    dropEvents(events, (event) => event.type === "ticket.blocked" && event.cause === "user_rejected"),
  ),
  "a ticket is tried for ever": withEvolve((_, { event }, after) => {
    if (event.type !== "attempt.failed") return after;
    return withTicketState(after, after.graph.indexOf.get(event.ticket) ?? -1, (own) => ({
      ...own,
      history: { ...own.history, tries: 0, alike: 1 },
    }));
  }),
  "the same failure is tried a third time": withEvolve((_, { event }, after) => {
    if (event.type !== "attempt.failed") return after;
    return withTicketState(after, after.graph.indexOf.get(event.ticket) ?? -1, (own) => ({
      ...own,
      history: { ...own.history, alike: 0 },
    }));
  }),
  "the ladder is not climbed": withEvolve((_, { event }, after) => {
    if (event.type !== "attempt.failed") return after;
    return withTicketState(after, after.graph.indexOf.get(event.ticket) ?? -1, (own) => ({
      ...own,
      history: { ...own.history, rung: 0 },
    }));
  }),
  "a costly call is tried for ever": withEvolve((_, { event }, after) => {
    if (event.type !== "turn.failed") return after;
    const index = after.graph.indexOf.get(event.ticket ?? ("" as TicketId)) ?? -1;
    const phase = after.attempts.get(index)?.phase;
    return phase?.at === "calling"
      ? changeAttempt(after, index, { phase: { ...phase, failed: { free: 0, costly: 0 } } })
      : after;
  }),
  "a rate limit holds nobody": {
    ...realSystem,
    duties: (state) => realSystem.duties({ ...state, providers: new Map() }),
  },
  "with nobody there everything passes": withInput((state) =>
    state.attended ? {} : { state: { ...state, trust: "auto" } },
  ),
  "trust is ignored: effects pass unasked": withInput((state, command) =>
    command.type === "report.replied" && command.calls.every((call) => call.tool === "run")
      ? { state: { ...state, trust: "auto" } }
      : {},
  ),
  "one ticket's own trust is ignored": withInput((state) => ({ state: { ...state, ticketTrust: new Map() } })),
  "an answer is taken whatever digest it names": withInput((_, command) => {
    if (command.type !== "approval.answer") return {};
    const { digest: __, ...rest } = command;
    return { command: rest };
  }),
  "two calls spend the same money: what others hold back is not seen": withInput((state) => ({
    state: {
      ...state,
      ledger: new Map(
        [...state.ledger].map(([key, { spent }]) => [key, { spent, reserved: { tokens: 0, costMicros: 0 } }]),
      ),
    },
  })),
  "what is held back is never given back": withEvolve((before, { event }, after) =>
    event.type === "turn.replied" ? { ...after, ledger: heldAs(before, after) } : after,
  ),
  "usage nobody knows costs nothing": withEvolve((before, { event }, after) =>
    (event.type === "turn.replied" || event.type === "turn.failed") && event.usage.estimated
      ? { ...after, ledger: spentAs(before, after) }
      : after,
  ),
  "a call that is cut off costs nothing": withEvolve((before, { event }, after) =>
    event.type === "ticket.cancelled" || event.type === "attempt.failed"
      ? { ...after, ledger: spentAs(before, after) }
      : after,
  ),
  "a further try is made whatever is left": withEvolve((_, { event }, after) => {
    if (event.type !== "turn.failed" || event.retryAt === null) return after;
    const index = after.graph.indexOf.get(event.ticket) ?? -1;
    const phase = after.attempts.get(index)?.phase;
    return phase?.at === "calling" ? changeAttempt(after, index, { phase: { ...phase, isUnfunded: false } }) : after;
  }),
  "starts of workers are not counted": withEvolve((before, { event }, after) =>
    event.type === "attempt.started" ? { ...after, ledger: before.ledger } : after,
  ),
  "an approval can be answered again": withEvolve((before, { event }, after) =>
    event.type === "approval.answered" ? { ...after, approvals: before.approvals, settled: before.settled } : after,
  ),
  "the second person is told the wrong name": withEvolve((_, { event }, after) => {
    if (event.type !== "approval.answered") return after;
    const own = after.settled.get(event.approval);
    return own === undefined
      ? after
      : { ...after, settled: new Map(after.settled).set(event.approval, { ...own, by: "person:nobody" }) };
  }),
  "edited arguments are shown and the old ones run": withEvolve((before, { event }, after) => {
    if (event.type !== "approval.answered" || event.edited === undefined) return after;
    const index = after.graph.indexOf.get(event.ticket ?? ("" as TicketId)) ?? -1;
    const phase = after.attempts.get(index)?.phase;
    const shown = before.approvals.get(event.approval)?.shown;
    if (phase?.at !== "next" || phase.step !== "call" || typeof shown !== "string") return after;
    return changeAttempt(after, index, { phase: { ...phase, args: (JSON.parse(shown) as { args: string }).args } });
  }),
  "an effectful call is run again after a crash": withEvents((events) =>
    events.some(({ type }) => type === "tool.lost") ? events.slice(0, 1) : events,
  ),
  "a message rewrites calls that have run": withInput((state, command) => {
    if (command.type !== "message.edit") return {};
    const approval = state.approvals.get(command.approval);
    const attempt = state.attempts.get(approval?.index ?? -1);
    if (attempt === undefined) return {};
    const items = attempt.items.filter((item) => item.kind !== "result");
    return { state: changeAttempt(state, attempt.index, { items }) };
  }),
  "a late owner takes the run over": withInput((state, command) =>
    command.type === "run.adopt" ? { state: { ...state, token: 0 } } : {},
  ),
  "reports are taken after the run was aborted": withInput((state, command) =>
    state.aborted && command.type === "report.disposed"
      ? { state: { ...state, phase: "running", disposals: new Map() } }
      : {},
  ),
  "an abort does not ask how a merge under way came out": withEvents((events, _, command) =>
    events.map((event) =>
      event.type === "ticket.abort_requested" && command.type === "ticket.abort"
        ? { type: "ticket.cancelled" as const, ticket: event.ticket, reason: event.reason }
        : event,
    ),
  ),
  "a set-back clock lets a call wait for a year": withEvolve((before, { event }, after) =>
    event.type === "run.adopted" && before.providers.size > 0 ? { ...after, providers: before.providers } : after,
  ),
  "a worktree is forgotten": withEvolve((_, __, after) =>
    after.disposals.size === 0 ? after : { ...after, disposals: new Map() },
  ),
  "an approval outlives its attempt": withEvents((events) =>
    dropEvents(events, (event) => event.type === "approval.voided"),
  ),
  "an empty reply completes its ticket": withEvents((events) =>
    events
      .flatMap((event) =>
        event.type === "note.added" && event.kind === "nudge"
          ? [
              {
                type: "ticket.completed" as const,
                ticket: event.ticket,
                attempt: event.attempt,
                commit: null,
                summary: "done",
              },
            ]
          : [event],
      )
      .filter(
        (event, _, all) =>
          event.type !== "turn.started" ||
          !all.some((other) => other.type === "ticket.completed" && other.ticket === event.ticket),
      ),
  ),
};
