// A change to a settled plan: from what was asked for to the one form that is recorded, or everything that is wrong
// with it. PATCH rules in docs/SPEC.md. Cost grows with tickets plus dependencies; nothing here runs per event.

import type { TicketId } from "../domain/ids.ts";
import { didYouMean } from "../domain/nearest-name.ts";
import { patchTickets, type PatchRequest, type PlanPatch, type Rewire } from "../domain/plan-patch.ts";
import type { PlanProblem } from "../domain/rejection.ts";
import type { Ticket } from "../domain/ticket.ts";
import { fault, shortened } from "./patch-fault.ts";
import { checkArrangement, type Arranged } from "./patched-plan.ts";
import { configOf, isDropped, planLength, ticketAt, type RunState } from "./state.ts";
import { at } from "./vector.ts";

export type CheckedPatch =
  | { readonly ok: true; readonly patch: PlanPatch }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

/** A ticket that comes new, and where it stands in what was handed in. */
type Newcomer = { readonly ticket: Ticket; readonly place: string };

/** The request and what follows from it, while its problems are gathered. */
type Draft = {
  readonly state: RunState;
  readonly request: PatchRequest;
  /** By id: index of a ticket that leaves, and where the request says so. */
  readonly leaving: ReadonlyMap<TicketId, { readonly index: number; readonly place: string }>;
  /** By id of a split ticket: the last of its parts, which nothing else among them waits for. */
  readonly sinks: ReadonlyMap<TicketId, readonly TicketId[]>;
  readonly problems: PlanProblem[];
};

/** `most`: how many tickets the plan may have afterwards. Expects a run whose plan is settled. */
export function checkPatch(state: RunState, request: PatchRequest, most: number): CheckedPatch {
  const problems: PlanProblem[] = [];
  if (isEmpty(request))
    return {
      ok: false,
      problems: [fault("patch", "changes nothing", "Add, drop, rewire or split at least one ticket.")],
    };
  const leaving = findLeaving(state, request, problems);
  const draft: Draft = { state, request, leaving, sinks: findSinks(request), problems };
  const newcomers = takeNewcomers(draft);
  const rewired = takeRewired(draft);
  for (const [ticket, { index }] of leaving) if (draft.sinks.has(ticket)) follow(draft, index, rewired);
  checkNewcomers(draft, newcomers);
  checkSize(draft, newcomers.length, most);
  problems.push(...checkArrangement(state, arrange(draft, newcomers, rewired)));
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    patch: {
      reason: request.reason,
      add: newcomers.map(({ ticket }) => ticket),
      drop: [...leaving.keys()],
      rewire: [...rewired.values()].map(({ ticket, dependsOn }) => ({ ticket, dependsOn: [...dependsOn] })),
      split: request.split.map(({ ticket, into }) => ({ ticket, into: into.map(({ id }) => id) })),
    },
  };
}

const isEmpty = ({ add, drop, rewire, split }: PatchRequest): boolean =>
  add.length + drop.length + rewire.length + split.length === 0;

// ---- what leaves -----------------------------------------------------------------------------------------------

function findLeaving(state: RunState, request: PatchRequest, problems: PlanProblem[]): Draft["leaving"] {
  const leaving = new Map<TicketId, { index: number; place: string }>();
  const named = [
    ...request.drop.map((ticket, place) => ({ ticket, place: `drop[${place}]` })),
    ...request.split.map(({ ticket }, place) => ({ ticket, place: `split[${place}].ticket` })),
  ];
  for (const { ticket, place } of named) {
    const index = findOpen(state, ticket, { place, problems });
    if (index === undefined) continue;
    const before = leaving.get(ticket);
    if (before === undefined) leaving.set(ticket, { index, place });
    else
      problems.push(fault(place, `${shortened(ticket)} leaves the plan by ${before.place} already`, "Name it once."));
  }
  return leaving;
}

/** The index of a ticket that a patch may touch; any other is a problem. */
function findOpen(
  state: RunState,
  ticket: TicketId,
  said: { readonly place: string; readonly problems: PlanProblem[] },
): number | undefined {
  const index = state.graph.indexOf.get(ticket);
  const refuse = (problem: string, remedy: string): undefined => {
    said.problems.push(fault(said.place, problem, remedy));
    return undefined;
  };
  if (index === undefined) {
    const hint = didYouMean(ticket, state.graph.indexOf.keys());
    return refuse(
      `"${shortened(ticket)}" is no ticket of this plan${hint}`,
      "See its tickets with `tutti replan show`.",
    );
  }
  const own = at(state.tickets, index);
  if (own.status === "completed")
    return refuse(
      `${shortened(ticket)} is completed`,
      "Finished work stays; add a ticket for what is to be different.",
    );
  if (isDropped(own))
    return refuse(
      `${shortened(ticket)} left the plan before`,
      "Add a new ticket, with another id, if it is wanted after all.",
    );
  const phase = state.attempts.get(index)?.phase.at;
  if (phase === "merging" || phase === "withdrawing")
    return refuse(`${shortened(ticket)} is being merged`, "Wait a moment: it completes, or goes back to its worker.");
  return index;
}

// ---- what comes ------------------------------------------------------------------------------------------------

const findSinks = ({ split }: PatchRequest): Draft["sinks"] =>
  new Map(
    split.map(({ ticket, into }) => {
      const waitedFor = new Set(into.flatMap(({ dependsOn }) => dependsOn));
      return [ticket, into.map(({ id }) => id).filter((id) => !waitedFor.has(id))];
    }),
  );

/** Whoever waits for a split ticket waits for its last parts. A part that names its own whole is left to be found out. */
const throughSplits = ({ sinks }: Draft, dependsOn: readonly TicketId[], but?: TicketId): TicketId[] => [
  ...new Set(dependsOn.flatMap((id) => (id === but ? [id] : (sinks.get(id) ?? [id])))),
];

function takeNewcomers(draft: Draft): Newcomer[] {
  const { request, state } = draft;
  const added = request.add.map((ticket, place) => ({
    ticket: { ...ticket, dependsOn: throughSplits(draft, ticket.dependsOn) },
    place: `add[${place}]`,
  }));
  const parts = request.split.flatMap(({ ticket: id, into }, place) => {
    const index = state.graph.indexOf.get(id);
    const whole = index === undefined ? undefined : ticketAt(state, index);
    return into.map((part, of) => ({
      ticket: toPart(draft, { id, whole, into, part }),
      place: `split[${place}].into[${of}]`,
    }));
  });
  return [...added, ...parts];
}

type Part = {
  readonly id: TicketId;
  readonly whole: Ticket | undefined;
  readonly into: readonly Ticket[];
  readonly part: Ticket;
};

/** A first part inherits what the whole waited for, but for what this patch drops. */
function toPart(draft: Draft, { id, whole, into, part }: Part): Ticket {
  const siblings = new Set(into.map((other) => other.id));
  const isFirst = !part.dependsOn.some((needed) => siblings.has(needed));
  const inherited =
    isFirst && whole !== undefined
      ? whole.dependsOn.filter((needed) => draft.sinks.has(needed) || !draft.leaving.has(needed))
      : [];
  const track = part.track ?? whole?.track;
  return {
    ...part,
    dependsOn: throughSplits(draft, [...inherited, ...part.dependsOn], id),
    ...(track === undefined ? {} : { track }),
  };
}

// ---- what waits for others -------------------------------------------------------------------------------------

type Rewired = Rewire & { readonly index: number; readonly place: string };

function takeRewired(draft: Draft): Map<TicketId, Rewired> {
  const { request, state, leaving, problems } = draft;
  const rewired = new Map<TicketId, Rewired>();
  request.rewire.forEach(({ ticket, dependsOn }, order) => {
    const place = `rewire[${order}]`;
    const index = findOpen(state, ticket, { place: `${place}.ticket`, problems });
    if (index === undefined) return;
    const left = leaving.get(ticket);
    if (left !== undefined)
      problems.push(
        fault(`${place}.ticket`, `${shortened(ticket)} leaves the plan by ${left.place}`, "Leave it out here."),
      );
    else if (rewired.has(ticket))
      problems.push(fault(`${place}.ticket`, `${shortened(ticket)} is rewired twice`, "Say once what it waits for."));
    else rewired.set(ticket, { ticket, dependsOn: throughSplits(draft, dependsOn), index, place });
  });
  for (const each of rewired.values()) checkRunning(draft, each);
  return rewired;
}

/** A worker that is on its way has begun without what it would now have to wait for. */
function checkRunning({ state, problems }: Draft, { ticket, dependsOn, index, place }: Rewired): void {
  if (!state.attempts.has(index)) return;
  const open = dependsOn.filter((id) => {
    const needed = state.graph.indexOf.get(id);
    return needed === undefined || at(state.tickets, needed).status !== "completed";
  });
  if (open.length === 0) return;
  const problem = `${shortened(ticket)} is running and cannot wait for ${open.map(shortened).join(", ")} any more`;
  problems.push(fault(`${place}.dependsOn`, problem, "Name completed tickets only, or split it to begin it anew."));
}

/** What waited for a split ticket is rewired to its last parts, where the request does not say otherwise. */
function follow(draft: Draft, index: number, rewired: Map<TicketId, Rewired>): void {
  const { state, leaving } = draft;
  for (const dependent of state.graph.dependents[index] ?? []) {
    const { id, dependsOn } = ticketAt(state, dependent);
    if (leaving.has(id) || rewired.has(id)) continue;
    const place = leaving.get(ticketAt(state, index).id)?.place ?? "";
    rewired.set(id, { ticket: id, dependsOn: throughSplits(draft, dependsOn), index: dependent, place });
  }
}

// ---- checks ----------------------------------------------------------------------------------------------------

/** A new ticket is worked on by what the run was begun with: its providers, prices and rights were looked at then. */
function checkNewcomers({ state, problems }: Draft, newcomers: readonly Newcomer[]): void {
  const config = configOf(state);
  const archetypes = config.archetypes.map(({ name }) => name);
  const models = new Set([
    ...config.archetypes.flatMap((archetype) => archetype.models),
    ...state.graph.tickets.flatMap((ticket) => ticket.models),
  ]);
  for (const { ticket, place } of newcomers) {
    if (!archetypes.includes(ticket.archetype)) {
      const problem = `"${shortened(ticket.archetype)}" is no archetype of this run${didYouMean(ticket.archetype, archetypes)}`;
      problems.push(fault(`${place}.archetype`, problem, `Use one of: ${archetypes.join(", ")}.`));
    }
    const stranger = ticket.models.find((model) => !models.has(model));
    if (stranger !== undefined) {
      const problem = `"${shortened(stranger)}" is no model of this run`;
      problems.push(fault(`${place}.models`, problem, `Use one of: ${[...models].join(", ")}; or leave it out.`));
    }
  }
}

function checkSize({ state, leaving, problems }: Draft, coming: number, most: number): void {
  const left = planLength(state) - leaving.size + coming;
  if (coming > patchTickets)
    problems.push(fault("patch", `adds ${coming} tickets; one patch may add ${patchTickets}`, "Hand in several."));
  if (left > most)
    problems.push(
      fault("patch", `leaves a plan of ${left} tickets; the most is ${most}`, "Make fewer, larger tickets."),
    );
  if (left < 1) problems.push(fault("patch", "leaves no ticket in the plan", "To stop, abort the run instead."));
}

function arrange(
  { leaving }: Draft,
  newcomers: readonly Newcomer[],
  rewired: ReadonlyMap<TicketId, Rewired>,
): Arranged {
  return {
    leaving: new Map([...leaving].map(([id, { place }]) => [id, place])),
    rewired: new Map([...rewired].map(([id, { dependsOn, place }]) => [id, { dependsOn, place }])),
    newcomers: newcomers.map(({ ticket, place }) => ({ id: ticket.id, dependsOn: ticket.dependsOn, place })),
  };
}
