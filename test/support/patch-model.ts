// Plan patches at random, and what each must lead to, written down a second time in the plainest way there is.

import type { RunState } from "../../src/core/state.ts";
import { items } from "../../src/core/vector.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import type { PatchRequest } from "../../src/domain/plan-patch.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { makeTicket } from "../core/story.ts";
import type { Chance } from "../simulator/chance.ts";

export const makePatch = (parts: Partial<PatchRequest>): PatchRequest => ({
  reason: "because",
  add: [],
  drop: [],
  rewire: [],
  split: [],
  ...parts,
});

/** Every ticket that ever was, in the order they came. */
export type ModelPlan = ReadonlyMap<string, { readonly dependsOn: readonly string[]; readonly dropped: boolean }>;

export const modelOf = (state: RunState): ModelPlan => {
  const own = [...items(state.tickets)];
  return new Map(
    state.graph.tickets.map(({ id, dependsOn }, index) => {
      const now = own[index];
      return [id, { dependsOn, dropped: now?.status === "cancelled" && now.dropped === true }];
    }),
  );
};

/** The plan after the patch, or undefined where it must be refused. */
export function applyToModel(state: RunState, request: PatchRequest): ModelPlan | undefined {
  const plan = new Map(modelOf(state));
  const statusOf = (id: string): string =>
    [...items(state.tickets)][state.graph.indexOf.get(id as TicketId) ?? -1]?.status ?? "";
  const attemptOf = (id: string) => state.attempts.get(state.graph.indexOf.get(id as TicketId) ?? -1);
  const wholes = request.split.map(({ ticket }) => ticket);
  const leaving = [...request.drop, ...wholes];
  const touched = [...leaving, ...request.rewire.map(({ ticket }) => ticket)];
  const isUntouchable = (id: string): boolean =>
    plan.get(id)?.dropped !== false ||
    statusOf(id) === "completed" ||
    ["merging", "withdrawing"].includes(attemptOf(id)?.phase.at ?? "");
  const parts = request.split.flatMap(({ into }) => into);
  const coming = [...request.add, ...parts];
  if (touched.length + coming.length === 0) return undefined;
  if (touched.some(isUntouchable) || new Set(touched).size < touched.length) return undefined;
  if (coming.some(({ id }) => plan.has(id)) || new Set(coming.map(({ id }) => id)).size < coming.length)
    return undefined;

  const last = new Map<string, string[]>(
    request.split.map(({ ticket, into }) => {
      const needed = into.flatMap(({ dependsOn }) => dependsOn);
      return [ticket, into.map(({ id }) => id as string).filter((id) => !needed.includes(id as TicketId))];
    }),
  );
  const through = (ids: readonly string[]): string[] => [...new Set(ids.flatMap((id) => last.get(id) ?? [id]))];
  const before = new Map(plan);
  for (const id of leaving) plan.set(id, { dependsOn: [], dropped: true });
  for (const [id, own] of before)
    if (!leaving.includes(id as TicketId) && !own.dropped && own.dependsOn.some((need) => last.has(need)))
      plan.set(id, { dependsOn: through(own.dependsOn), dropped: false });
  for (const { ticket, dependsOn } of request.rewire)
    plan.set(ticket, { dependsOn: through(dependsOn), dropped: false });
  for (const { id, dependsOn } of request.add) plan.set(id, { dependsOn: through(dependsOn), dropped: false });
  for (const { ticket, into } of request.split) {
    const ids = into.map(({ id }) => id);
    const inherited = (before.get(ticket)?.dependsOn ?? []).filter((id) => !request.drop.includes(id as TicketId));
    for (const part of into) {
      if (part.dependsOn.includes(ticket)) return undefined;
      const isFirst = !part.dependsOn.some((id) => ids.includes(id));
      plan.set(part.id, { dependsOn: through([...(isFirst ? inherited : []), ...part.dependsOn]), dropped: false });
    }
  }
  const live = [...plan].filter(([, { dropped }]) => !dropped);
  if (live.length === 0 || live.some(([, { dependsOn }]) => dependsOn.some((id) => plan.get(id)?.dropped !== false)))
    return undefined;
  for (const { ticket, dependsOn } of request.rewire)
    if (attemptOf(ticket) !== undefined && through(dependsOn).some((id) => statusOf(id) !== "completed"))
      return undefined;
  return hasCycle(plan) ? undefined : plan;
}

/** Takes away what waits for nothing, again and again. */
export function hasCycle(plan: ModelPlan): boolean {
  const left = new Map([...plan].map(([id, { dependsOn }]) => [id, new Set(dependsOn)]));
  for (;;) {
    const free = [...left].filter(([, needs]) => needs.size === 0).map(([id]) => id);
    if (free.length === 0) return left.size > 0;
    for (const id of free) left.delete(id);
    for (const needs of left.values()) for (const id of free) needs.delete(id);
  }
}

/** One to three changes. Most fit together; some are nonsense. */
export function randomPatch(chance: Chance, state: RunState): PatchRequest {
  const plan = modelOf(state);
  const live = [...plan].filter(([, { dropped }]) => !dropped).map(([id]) => id as TicketId);
  const any = (): TicketId => (live.length === 0 || chance.maybe(0.02) ? ("nobody" as TicketId) : chance.pick(live));
  const some = (most: number): TicketId[] => [...new Set(Array.from({ length: chance.int(0, most) }, any))];
  const fresh: TicketId[] = [];
  const newTicket = (needs: readonly TicketId[]): Ticket => {
    const id = chance.maybe(0.02) ? any() : (`N${state.tickets.length + fresh.length}` as TicketId);
    fresh.push(id);
    return makeTicket(`${id}: ${needs.join(" ")}`, { weight: chance.int(1, 4) });
  };
  const request = {
    reason: "because",
    add: [] as Ticket[],
    drop: [] as TicketId[],
    rewire: [] as PatchRequest["rewire"][number][],
    split: [] as PatchRequest["split"][number][],
  };
  const release = (gone: TicketId): void => {
    for (const [id, { dependsOn, dropped }] of plan)
      if (!dropped && dependsOn.includes(gone))
        request.rewire.push({
          ticket: id as TicketId,
          dependsOn: dependsOn.filter((need) => need !== gone) as TicketId[],
        });
  };
  for (let left = chance.int(1, 3); left > 0; left -= 1) {
    const kind = chance.pick(["add", "add", "drop", "rewire", "split", "nothing"]);
    if (kind === "add") request.add.push(newTicket([...some(2), ...fresh.filter(() => chance.maybe(0.3))]));
    if (kind === "drop") {
      const gone = any();
      request.drop.push(gone);
      if (chance.maybe(0.8)) release(gone);
    }
    if (kind === "rewire") request.rewire.push({ ticket: any(), dependsOn: some(2) });
    if (kind === "split") {
      const into: Ticket[] = [];
      for (let part = chance.int(1, 3); part > 0; part -= 1)
        into.push(newTicket(into.filter(() => chance.maybe(0.6)).map(({ id }) => id)));
      request.split.push({ ticket: any(), into });
    }
  }
  return request;
}
