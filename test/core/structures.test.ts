// The persistent structures under the state, against the plainest thing that does the same.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeGraph, topologicalOrder } from "../../src/core/graph.ts";
import { pop, push, type ReadyQueue } from "../../src/core/ready-queue.ts";
import { emptyMap, withEntry, withoutEntry } from "../../src/core/small-map.ts";
import { at, items, makeVector, withItem } from "../../src/core/vector.ts";
import { makeTicket } from "./story.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";

describe("the vector", () => {
  it("RUN13 does what an array does, and leaves every earlier version as it was", () => {
    const changes = fc.array(fc.tuple(fc.nat(699), fc.string()), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), changes, (length, writes) => {
        let model = Array.from({ length }, (_, index) => `${index}`);
        let vector = makeVector(model);
        const versions: [typeof vector, string[]][] = [[vector, model]];
        for (const [place, value] of writes) {
          vector = withItem(vector, place % length, value);
          model = model.with(place % length, value);
          versions.push([vector, model]);
        }
        for (const [version, expected] of versions) {
          expect([...items(version)]).toEqual(expected);
          expect(at(version, length - 1)).toBe(expected.at(-1));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("RUN13 an index outside is a bug and says so", () => {
    expect(() => at(makeVector(["a"]), 1)).toThrow(RangeError);
    expect(() => at(makeVector([]), 0)).toThrow(RangeError);
  });

  it("RUN13 a change copies one chunk and shares the others, at any length", () => {
    const before = makeVector(Array.from({ length: 50_000 }, (_, index) => index));
    const after = withItem(before, 30_000, -1);
    expect(after.chunks.filter((chunk, place) => chunk !== before.chunks[place])).toHaveLength(1);
    expect(Math.max(...after.chunks.map((chunk) => chunk.length))).toBe(256);
  });
});

describe("the small map", () => {
  it("RUN13 does what a Map does, order included, and leaves every earlier version as it was", () => {
    const steps = fc.array(fc.tuple(fc.nat(6), fc.option(fc.integer())), { maxLength: 40 });
    fc.assert(
      fc.property(steps, (changes) => {
        let map = emptyMap<number, number>();
        const model = new Map<number, number>();
        const versions: [typeof map, [number, number][]][] = [];
        for (const [key, value] of changes) {
          map = value === null ? withoutEntry(map, key) : withEntry(map, key, value);
          if (value === null) model.delete(key);
          else model.set(key, value);
          versions.push([map, [...model]]);
        }
        for (const [version, expected] of versions) {
          expect([...version]).toEqual(expected);
          expect([...version.keys()]).toEqual(expected.map(([key]) => key));
          expect([...version.values()]).toEqual(expected.map(([, value]) => value));
          expect(version.size).toBe(expected.length);
        }
        for (const key of [0, 1, 2, 3, 4, 5, 6])
          expect([map.has(key), map.get(key)]).toEqual([model.has(key), model.get(key)]);
      }),
    );
  });

  it("RUN13 takes a Map in its place", () => {
    expect([...withEntry(new Map([["a", 1]]), "b", 2)]).toEqual([
      ["a", 1],
      ["b", 2],
    ]);
    const told: [string, number][] = [];
    withoutEntry(
      new Map([
        ["a", 1],
        ["b", 2],
      ]),
      "a",
    ).forEach((value, key) => told.push([key, value]));
    expect(told).toEqual([["b", 2]]);
  });
});

const drain = (queue: ReadyQueue): number[] => {
  const order: number[] = [];
  for (let top = queue; top !== null; top = pop(top)) order.push(top.index);
  return order;
};

const depths = (queue: ReadyQueue): number => (queue === null ? 0 : 1 + depths(queue.right));

describe("the ready queue", () => {
  const ranks = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 200 });

  it("SCH3 gives tickets back as a sorted list does: longest path first, then the plan's order", () => {
    fc.assert(
      fc.property(ranks, (given) => {
        const queue = given.reduce<ReadyQueue>((all, rank, index) => push(all, index, rank), null);
        const expected = given
          .map((rank, index) => ({ rank, index }))
          .toSorted((a, b) => b.rank - a.rank || a.index - b.index);
        expect(drain(queue)).toEqual(expected.map(({ index }) => index));
      }),
    );
  });

  it("SCH3 any mix of pushes and pops does what a sorted list does, and earlier versions stay", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: 0, max: 9 })), { maxLength: 150 }), (steps) => {
        let queue: ReadyQueue = null;
        let model: { rank: number; index: number }[] = [];
        const kept: [ReadyQueue, number[]][] = [];
        steps.forEach((rank, index) => {
          queue = rank === null ? pop(queue) : push(queue, index, rank);
          model =
            rank === null
              ? model.slice(1)
              : [...model, { rank, index }].toSorted((a, b) => b.rank - a.rank || a.index - b.index);
          kept.push([queue, model.map((each) => each.index)]);
        });
        for (const [version, expected] of kept) expect(drain(version)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("RUN13 its right spine, and so the work of a push, stays logarithmic", () => {
    let queue: ReadyQueue = null;
    for (let index = 0; index < 50_000; index += 1) queue = push(queue, index, (index * 7919) % 1000);
    expect(depths(queue)).toBeLessThanOrEqual(Math.log2(50_001));
  });
});

/** A random plan: each ticket may wait for any earlier one; then shuffled, so that dependencies may stand later. */
const plans: fc.Arbitrary<Ticket[]> = fc
  .array(fc.tuple(fc.array(fc.nat(30), { maxLength: 4 }), fc.integer({ min: 1, max: 9 })), {
    minLength: 1,
    maxLength: 30,
  })
  .chain((rows) => {
    const tickets = rows.map(([needs, weight], place) =>
      makeTicket(`T${place}`, {
        weight,
        dependsOn: place === 0 ? [] : needs.map((need) => `T${need % place}` as TicketId),
      }),
    );
    return fc.shuffledSubarray(tickets, { minLength: tickets.length, maxLength: tickets.length });
  });

/** The longest path by its definition: recursion over all paths. */
const longest = (tickets: readonly Ticket[], id: string): number => {
  const own = tickets.find((ticket) => ticket.id === id)?.weight ?? 0;
  const after = tickets
    .filter((ticket) => ticket.dependsOn.includes(id as TicketId))
    .map((ticket) => longest(tickets, ticket.id));
  return own + Math.max(0, ...after);
};

describe("the graph", () => {
  it("SCH3 a ticket's rank is the weight of the longest path from it to an end", () => {
    fc.assert(
      fc.property(plans, (tickets) => {
        const small = tickets.slice(0, 14).map((ticket, _, kept) => ({
          ...ticket,
          dependsOn: ticket.dependsOn.filter((id) => kept.some((each) => each.id === id)),
        }));
        expect(makeGraph(small).rank).toEqual(small.map((ticket) => longest(small, ticket.id)));
      }),
      { numRuns: 60 },
    );
  });

  it("SCH1 its order has every ticket once, after all it waits for", () => {
    fc.assert(
      fc.property(plans, (tickets) => {
        const graph = makeGraph(tickets);
        const order = topologicalOrder(tickets, graph.dependents);
        const place = new Map(order.map((index, position) => [tickets[index]?.id, position]));
        expect(place.size).toBe(tickets.length);
        for (const ticket of tickets) {
          for (const id of ticket.dependsOn) expect(place.get(id)).toBeLessThan(place.get(ticket.id) ?? -1);
        }
      }),
    );
  });

  it("SCH1 T-04 a chain of 50,000 tickets is ranked without recursion", () => {
    const chain = Array.from({ length: 50_000 }, (_, place) =>
      makeTicket(`T${place}${place === 0 ? "" : `: T${place - 1}`}`),
    );
    const { rank } = makeGraph(chain);
    expect([rank[0], rank[49_999]]).toEqual([50_000, 1]);
  });
});
