// Runs whose plan changes again and again, at random: what holds after every event, whatever came before.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decide } from "../../src/core/decide.ts";
import { evolve, foldAll } from "../../src/core/evolve.ts";
import { makeGraph, topologicalOrder } from "../../src/core/graph.ts";
import { brokenInvariants } from "../../src/core/invariants.ts";
import { planPatched, queueReady } from "../../src/core/evolve-patch.ts";
import { checkPatch } from "../../src/core/plan-patch.ts";
import { flattenQueue } from "../../src/core/ready-queue.ts";
import { fromSnapshotText, toSnapshotText } from "../../src/core/snapshot.ts";
import { initialState, type RunState } from "../../src/core/state.ts";
import { items } from "../../src/core/vector.ts";
import type { Command } from "../../src/domain/command.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { RunId, TicketId } from "../../src/domain/ids.ts";
import type { PlanPatch } from "../../src/domain/plan-patch.ts";
import { parsePatchFile } from "../../src/domain/plan-patch-file.ts";
import { toPatchFileText } from "../../src/domain/ticket-file-text.ts";
import { createChance, type Chance } from "../simulator/chance.ts";
import { digest, start } from "../support/given.ts";
import { applyToModel, hasCycle, modelOf, randomPatch } from "../support/patch-model.ts";
import { failed, finish, limits, makeConfig, makeTicket, replied } from "./story.ts";

type Told = { readonly records: readonly Recorded[]; readonly state: RunState };

const take = ({ records, state }: Told, command: Command): Told | undefined => {
  const decision = decide(state, command, { at: start + records.length, by: "person:mara", chance: 0.5, digest });
  if (!decision.ok) return undefined;
  expect(brokenInvariants(decision.state)).toEqual([]);
  return { records: [...records, ...decision.records], state: decision.state };
};

const begin = (chance: Chance): Told => {
  const tickets = Array.from({ length: chance.int(1, 7) }, (_, place) => {
    const needs = Array.from({ length: place }, (_each, from) => `T${from}`).filter(() => chance.maybe(0.3));
    return makeTicket(`T${place}: ${needs.join(" ")}`, { weight: chance.int(1, 4) });
  });
  const config = makeConfig({ ...limits({ attempts: 2 }), lanes: { run: chance.int(1, 3), tiers: {}, providers: {} } });
  const begun = take(
    { records: [], state: initialState },
    { type: "run.create", run: "run_0123456789abcdef" as RunId, config, tickets },
  );
  if (begun === undefined) throw new Error("the plan was refused");
  return begun;
};

/** A worker's step, or a person's: never a patch. */
function someStep(chance: Chance, state: RunState): Command {
  const attempts = [...state.attempts.values()];
  const anyTicket = chance.pick(state.graph.tickets).id;
  if (attempts.length === 0 || chance.maybe(0.15))
    return chance.maybe(0.5)
      ? { type: "ticket.reopen", ticket: anyTicket }
      : { type: "ticket.abort", ticket: anyTicket, reason: "no" };
  const attempt = chance.pick(attempts);
  return chance.maybe(0.7)
    ? replied(`${attempt.ticket}#${attempt.attempt}/${attempt.turn}`, [finish()])
    : failed(`${attempt.ticket}#${attempt.attempt}`, chance.pick(["worker_blocked", "timeout"]));
}

/** A whole run, told by a seed; `see` is shown each patch with what became of it. */
function story(
  seed: number,
  steps: number,
  see: (before: RunState, request: ReturnType<typeof randomPatch>, after: RunState | undefined) => void = () => {},
): Told {
  const chance = createChance(seed);
  let told = begin(chance);
  for (let step = 0; step < steps; step += 1) {
    if (!chance.maybe(0.45)) {
      told = take(told, someStep(chance, told.state)) ?? told;
      continue;
    }
    const request = randomPatch(chance, told.state);
    const next = take(told, { type: "plan.patch", patch: request });
    see(told.state, request, next?.state);
    told = next ?? told;
  }
  return told;
}

const runs = (check: (seed: number, steps: number) => void, numRuns = 300): void =>
  fc.assert(fc.property(fc.integer(), fc.nat(25), check), { numRuns });

const statesOf = ({ records }: Told): RunState[] => {
  const states: RunState[] = [];
  records.reduce((state, recorded) => {
    const next = evolve(state, recorded);
    states.push(next);
    return next;
  }, initialState);
  return states;
};

const statusesOf = (state: RunState): readonly string[] => [...items(state.tickets)].map(({ status }) => status);

describe("a plan that changes while it is worked on", () => {
  it("PATCH10 takes exactly the patches that a plain reading of the rules allows, and becomes what they say", () => {
    let taken = 0;
    let refused = 0;
    runs((seed, steps) => {
      story(seed, steps, (before, request, after) => {
        const expected = applyToModel(before, request);
        expect([after === undefined, request]).toEqual([expected === undefined, request]);
        if (after === undefined || expected === undefined) {
          refused += 1;
          return;
        }
        taken += 1;
        const sorted = (plan: ReturnType<typeof modelOf>) =>
          new Map([...plan].map(([id, { dependsOn, dropped }]) => [id, { needs: new Set(dependsOn), dropped }]));
        expect(sorted(modelOf(after))).toEqual(sorted(expected));
      });
    });
    // A generator that makes only one kind would prove little.
    expect(Math.min(taken, refused)).toBeGreaterThan(200);
  });

  it("PATCH16 what was taken, written as a file and read again, is the same change", () => {
    runs((seed, steps) => {
      story(seed, steps, (before, request, after) => {
        if (after === undefined) return;
        const checked = checkPatch(before, request, 1_000);
        if (!checked.ok) throw new Error("the patch was taken and is refused");
        const read = parsePatchFile(toPatchFileText(checked.patch));
        if (!read.ok) throw new Error(JSON.stringify(read.problems));
        const again = checkPatch(before, read.patch, 1_000);
        if (!again.ok) throw new Error(JSON.stringify(again.problems));
        const plan = (patch: PlanPatch) =>
          new Map(
            [...modelOf(planPatched(before, { type: "plan.patched", patch }))].map(([id, own]) => [
              id,
              { ...own, dependsOn: new Set(own.dependsOn) },
            ]),
          );
        expect(plan(again.patch)).toEqual(plan(checked.patch));
        expect(again.patch.split).toEqual(checked.patch.split);
      });
    }, 100);
  });

  it("PATCH10 any prefix of the log folds to the same graph, from the first record or from any snapshot", () => {
    runs((seed, steps) => {
      const told = story(seed, steps);
      const states = statesOf(told);
      expect(states.at(-1)).toEqual(told.state);
      const cut = createChance(seed).int(0, states.length - 1);
      const state = states[cut] ?? initialState;
      expect(foldAll(told.records.slice(0, cut + 1))).toEqual(state);
      const restored = fromSnapshotText(toSnapshotText(state));
      expect(restored).toEqual(state);
      expect(foldAll(told.records.slice(cut + 1), restored).graph).toEqual(told.state.graph);
    }, 150);
  });

  it("PATCH10 never has a cycle; ranks, dependents and places are what a graph made from scratch has", () => {
    runs((seed, steps) => {
      for (const { graph, tickets } of statesOf(story(seed, steps))) {
        expect(topologicalOrder(graph.tickets, graph.dependents)).toHaveLength(graph.tickets.length);
        expect(makeGraph(graph.tickets)).toEqual(graph);
        expect(tickets.length).toBe(graph.tickets.length);
      }
    }, 100);
    expect(hasCycle(new Map([["A", { dependsOn: ["A"], dropped: false }]]))).toBe(true);
  });

  it("PATCH10 completed stays completed, dropped stays dropped, and every ticket keeps its place", () => {
    runs((seed, steps) => {
      const states = statesOf(story(seed, steps));
      states.slice(1).forEach((state, place) => {
        const before = states[place] ?? initialState;
        const now = statusesOf(state);
        statusesOf(before).forEach((status, index) => {
          if (status === "completed") expect(now[index]).toBe("completed");
        });
        for (const [id, { dropped }] of modelOf(before))
          if (dropped) expect(modelOf(state).get(id)?.dropped).toBe(true);
        const ids = state.graph.tickets.map(({ id }) => id);
        expect(ids.slice(0, before.graph.tickets.length)).toEqual(before.graph.tickets.map(({ id }) => id));
      });
    }, 100);
  });

  it("PATCH10 what is ready is what a look at every ticket finds, in the order of the longest path", () => {
    runs((seed, steps) => {
      const told = story(seed, steps);
      for (const state of statesOf(told)) {
        if (state.phase === "planning") continue;
        const now = [...items(state.tickets)];
        const isCompleted = (id: TicketId): boolean => now[state.graph.indexOf.get(id) ?? -1]?.status === "completed";
        state.graph.tickets.forEach(({ dependsOn }, index) => {
          const own = now[index];
          if (own?.status === "ready") expect(dependsOn.every(isCompleted)).toBe(true);
          if (own?.status === "pending") expect(own.waiting).toBe(dependsOn.filter((id) => !isCompleted(id)).length);
        });
        expect(topsOf(state, state.ready)).toEqual(topsOf(state, queueReady(state.graph, now)));
      }
    }, 100);
  });
});

/** By pool: ready tickets with their ranks, best first; entries that are stale are no part of it. */
const topsOf = (state: RunState, ready: RunState["ready"]): unknown =>
  [...ready]
    .map(([pool, queue]) => {
      const flat = flattenQueue(queue);
      const entries = Array.from({ length: flat.length / 3 }, (_, place) => [
        flat[place * 3] ?? 0,
        flat[place * 3 + 1] ?? 0,
      ]);
      const fresh = entries.filter(([index = 0]) => {
        const own = [...items(state.tickets)][index];
        return own?.status === "ready" && own.pool === pool;
      });
      const once = [...new Map(fresh.map(([index, rank]) => [index, rank]))];
      return [pool, once.toSorted(([a = 0, x = 0], [b = 0, y = 0]) => y - x || a - b)] as const;
    })
    .filter(([, entries]) => entries.length > 0)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
