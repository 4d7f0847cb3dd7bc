// Where tickets stand on the board, in slots and in pixels; what moves when the plan changes, and what never does.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { makeGraph } from "../../src/core/graph.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import {
  boxOf,
  edgesIn,
  geometryOf,
  meet,
  piecesOf,
  ticketsIn,
  wholeOf,
  type Density,
} from "../../src/views/board-geometry.ts";
import { createRoutes } from "../../src/web/screens/board/routes.ts";
import { layoutBoard, type BoardLayout } from "../../src/views/board-layout.ts";
import { dependenciesOf, moveOn } from "../../src/views/board-moves.ts";
import { lineageOf } from "../../src/views/ticket-lineage.ts";
import { makeTicket } from "../core/story.ts";

const viewport = { width: 1_360, height: 760 };
const whole = { x: -100, y: -100, width: 1e7, height: 1e7 };
const densities: readonly Density[] = [1, 2, 3];

/** Ticket n may wait for tickets before it only, so that every plan is sound. */
const planOf = (of: readonly { readonly track: number; readonly needs: readonly number[] }[]): Ticket[] =>
  of.map(({ track, needs }, index) =>
    makeTicket(`T${index}`, {
      ...(track === 0 ? {} : { track: `track ${track}` }),
      dependsOn: [...new Set(index === 0 ? [] : needs.map((need) => `T${need % index}` as TicketId))],
    }),
  );

const ticket = fc.record({ track: fc.nat(4), needs: fc.array(fc.nat(200), { maxLength: 3 }) });
const plans = fc.array(ticket, { minLength: 1, maxLength: 90 });

const layoutOf = (
  tickets: readonly Ticket[],
  more: { readonly gone?: number; readonly previous?: BoardLayout } = {},
): BoardLayout =>
  layoutBoard({
    graph: makeGraph(tickets),
    isGone: (index) => index === more.gone,
    tracks: [],
    previous: more.previous,
  });

const trackOf = (layout: BoardLayout, index: number): string | null =>
  layout.lanes[layout.lane[index] ?? -1]?.track ?? null;

describe("the board's layout", () => {
  it("BOARD1 a ticket stands in its track's lane, right of all it waits for, as far left as that allows", () => {
    fc.assert(
      fc.property(plans, (of) => {
        const tickets = planOf(of);
        const graph = makeGraph(tickets);
        const layout = layoutOf(tickets);
        tickets.forEach(({ track }, index) => {
          expect(trackOf(layout, index)).toBe(track ?? null);
          const needed = dependenciesOf(graph, index).map((each) => layout.column[each] ?? -1);
          expect(layout.column[index]).toBe(Math.max(-1, ...needed) + 1);
        });
      }),
    );
  });

  it("BOARD1 no two tickets stand on one place, and one that left the plan stands nowhere", () => {
    fc.assert(
      fc.property(plans, fc.nat(89), (of, gone) => {
        const tickets = planOf(of).map((each) => ({
          ...each,
          dependsOn: each.dependsOn.filter((id) => id !== `T${gone}`),
        }));
        const layout = layoutOf(tickets, { gone });
        const geometry = geometryOf(layout, { density: 2, viewport });
        const boxes = tickets.flatMap((_, index) => boxOf(layout, geometry, index) ?? []);
        expect(boxes.length).toBe(tickets.length - (gone < tickets.length ? 1 : 0));
        expect(new Set(boxes.map(({ x, y }) => `${x} ${y}`)).size).toBe(boxes.length);
        expect(layout.inColumn.flat()).not.toContain(gone);
      }),
    );
  });

  it("BOARD2 a ticket that comes new moves no other one to another lane, column or row", () => {
    fc.assert(
      fc.property(plans, ticket, (of, added) => {
        const before = layoutOf(planOf(of));
        const after = layoutOf(planOf([...of, added]), { previous: before });
        of.forEach((_, index) => {
          expect(trackOf(after, index)).toBe(trackOf(before, index));
          expect(after.column[index]).toBe(before.column[index]);
          expect(after.row[index]).toBe(before.row[index]);
        });
        for (const lane of before.lanes) {
          const now = after.lanes.find(({ track }) => track === lane.track);
          expect(now?.rows).toBeGreaterThanOrEqual(lane.rows);
        }
      }),
    );
  });

  it("BOARD2 a lane has a spare row: one more ticket beside the others moves nothing at all", () => {
    const of = [
      { track: 1, needs: [] },
      { track: 1, needs: [] },
      { track: 2, needs: [] },
      { track: 3, needs: [0] },
    ];
    const before = layoutOf(planOf(of));
    const after = layoutOf(planOf([...of, { track: 1, needs: [] }]), { previous: before });
    for (const density of densities) {
      const had = geometryOf(before, { density, viewport });
      const has = geometryOf(after, { density, viewport });
      of.forEach((_, index) => expect(boxOf(after, has, index)).toEqual(boxOf(before, had, index)));
    }
  });

  it("BOARD2 what a person names last does not decide: a plan in another order has the same columns", () => {
    const tickets = ["C: B", "B: A", "A"].map((line) => makeTicket(line));
    expect([...layoutOf(tickets).column]).toEqual([2, 1, 0]);
  });

  it("BOARD3 three densities show one map: who is left of, right of, above or below whom is the same in all", () => {
    fc.assert(
      fc.property(plans, (of) => {
        const layout = layoutOf(planOf(of));
        const order = densities.map((density) => {
          const geometry = geometryOf(layout, { density, viewport });
          const boxes = of.map((_, index) => boxOf(layout, geometry, index) ?? { x: 0, y: 0 });
          return boxes.map((a) => boxes.map((b) => `${Math.sign(a.x - b.x)} ${Math.sign(a.y - b.y)}`).join()).join();
        });
        expect(new Set(order).size).toBe(1);
      }),
      { numRuns: 30 },
    );
  });

  it("BOARD3 the overview is fitted to the room: 500 tickets in eight tracks can be seen at once", () => {
    const of = Array.from({ length: 500 }, (_, index) => ({
      track: index % 8,
      needs: index < 16 ? [] : [index - 16],
    }));
    const layout = layoutOf(planOf(of));
    const geometry = geometryOf(layout, { density: 1, viewport });
    expect(geometry.width).toBeLessThanOrEqual(viewport.width);
    expect(geometry.height).toBeLessThanOrEqual(viewport.height);
    expect(geometry.cell.width).toBeGreaterThanOrEqual(17);
    expect(geometry.cell.height).toBeGreaterThanOrEqual(12);
  });

  it("BOARD3 a wide plan without tracks gets rows instead of an endless width", () => {
    const star = planOf(Array.from({ length: 400 }, (_, index) => ({ track: 0, needs: index === 0 ? [] : [0] })));
    const layout = layoutOf(star.map((each, index) => ({ ...each, dependsOn: index === 0 ? [] : ["T0" as TicketId] })));
    expect(layout.firstSlot.at(-1)).toBeLessThanOrEqual(60);
  });
});

describe("what is drawn of the board", () => {
  it("BOARD4 exactly the tickets that can be seen, and every line that can be", () => {
    const part = { x: 400, y: 100, width: 900, height: 500 };
    fc.assert(
      fc.property(plans, (of) => {
        const layout = layoutOf(planOf(of));
        const geometry = geometryOf(layout, { density: 3, viewport });
        const seen = of.flatMap((_, index) => {
          const box = boxOf(layout, geometry, index);
          return box !== undefined && meet(box, part) ? [index] : [];
        });
        expect([...ticketsIn(layout, geometry, part)].toSorted((a, b) => a - b)).toEqual(seen);
        const lines = new Set(edgesIn(layout, geometry, part));
        layout.edgeFrom.forEach((from, edge) => {
          if (seen.includes(from) && seen.includes(layout.edgeTo[edge] ?? -1)) expect(lines.has(edge)).toBe(true);
        });
        expect(edgesIn(layout, geometry, whole)).toHaveLength(layout.edgeFrom.length);
      }),
      { numRuns: 60 },
    );
  });

  it("BOARD4 a lane that is left out takes no room, and nothing of it is drawn", () => {
    const layout = layoutOf(
      planOf([
        { track: 1, needs: [] },
        { track: 2, needs: [0] },
        { track: 2, needs: [1] },
      ]),
    );
    const geometry = geometryOf(layout, { density: 2, viewport, shown: new Set([1]) });
    expect(ticketsIn(layout, geometry, whole)).toEqual([1, 2]);
    expect(geometry.laneHeight[0]).toBe(0);
    expect(edgesIn(layout, geometry, whole).map((edge) => layout.edgeFrom[edge])).toEqual([1]);
  });

  it("BOARD5 a line runs through no ticket", () => {
    fc.assert(
      fc.property(plans, fc.constantFrom(...densities), (of, density) => {
        const layout = layoutOf(planOf(of));
        const geometry = geometryOf(layout, { density, viewport });
        const boxes = of.flatMap((_, index) => boxOf(layout, geometry, index) ?? []);
        layout.edgeFrom.forEach((_, edge) => {
          for (const [from, to] of stretchesOf(wholeOf(layout, geometry, edge).path)) {
            const line = {
              x: Math.min(from[0], to[0]) + 0.01,
              y: Math.min(from[1], to[1]) + 0.01,
              width: Math.max(0, Math.abs(from[0] - to[0]) - 0.02),
              height: Math.max(0, Math.abs(from[1] - to[1]) - 0.02),
            };
            expect(boxes.filter((box) => meet(box, line))).toEqual([]);
          }
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe("a line in pieces", () => {
  const numbersOf = (path: string): readonly number[] => [...path.matchAll(/-?[\d.]+/g)].map(Number);
  const endOf = (path: string): readonly number[] => numbersOf(path).slice(-2);
  const beginOf = (path: string): readonly number[] => numbersOf(path).slice(0, 2);
  /** Along both sides of its corners. */
  const lengthOf = (path: string): number =>
    numbersOf(path).reduce((sum, value, place, all) => sum + Math.abs(value - (all[place - 2] ?? value)), 0);

  it("BOARD21 they are short, follow each other, and together are the line", () => {
    fc.assert(
      fc.property(plans, fc.constantFrom(...densities), (of, density) => {
        const layout = layoutOf(planOf(of));
        const geometry = geometryOf(layout, { density, viewport });
        layout.edgeFrom.forEach((_, edge) => {
          const route = wholeOf(layout, geometry, edge).path;
          const pieces = piecesOf(layout, geometry, edge).map(({ path }) => path);
          expect(beginOf(pieces[0] ?? "")).toEqual(beginOf(route));
          expect(endOf(pieces.at(-1) ?? "")).toEqual(endOf(route));
          pieces.slice(1).forEach((piece, place) => expect(beginOf(piece)).toEqual(endOf(pieces[place] ?? "")));
          expect(pieces.reduce((sum, piece) => sum + lengthOf(piece), 0)).toBeCloseTo(lengthOf(route), 3);
          expect(Math.max(...pieces.map(lengthOf))).toBeLessThan(260);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("BOARD21 only those that can be seen are drawn, and each of them is", () => {
    const part = { x: 300, y: 60, width: 700, height: 300 };
    fc.assert(
      fc.property(plans, (of) => {
        const layout = layoutOf(planOf(of));
        const geometry = geometryOf(layout, { density: 3, viewport });
        const routes = createRoutes(layout, geometry);
        layout.edgeFrom.forEach((_, edge) => {
          const drawn = new Set(routes.pieces(edge, part).map(({ path }) => path));
          for (const { path: piece } of piecesOf(layout, geometry, edge)) {
            const points = stretchesOf(piece).flat();
            const xs = points.map(([x]) => x);
            const ys = points.map(([, y]) => y);
            const isFar =
              Math.max(...xs) < part.x - 3 ||
              Math.min(...xs) > part.x + part.width + 3 ||
              Math.max(...ys) < part.y - 3 ||
              Math.min(...ys) > part.y + part.height + 3;
            const isIn = points.some(
              ([x, y]) => x > part.x && y > part.y && x < part.x + part.width && y < part.y + part.height,
            );
            if (isFar) expect(drawn.has(piece)).toBe(false);
            if (isIn) expect(drawn.has(piece)).toBe(true);
          }
        });
      }),
      { numRuns: 60 },
    );
  });
});

/** The corner points of a path, pairwise; a rounded corner counts by its control point. */
function stretchesOf(path: string): [readonly [number, number], readonly [number, number]][] {
  const points = [...path.matchAll(/([MLQ])([-\d.]+) ([-\d.]+)/g)].map(([, , x, y]): [number, number] => [
    Number(x),
    Number(y),
  ]);
  return points.slice(1).map((point, place) => [points[place] ?? point, point]);
}

describe("moving over the board", () => {
  const tickets = ["A", "B", "C: A B", "D: C", "E: C", "F"].map((line, index) =>
    makeTicket(line, { track: index === 5 ? "other" : "one" }),
  );
  const graph = makeGraph(tickets);
  const layout = layoutOf(tickets);
  const move = (from: string, way: Parameters<typeof moveOn>[3]): string =>
    tickets[moveOn(layout, graph, graph.indexOf.get(from as TicketId) ?? -1, way)]?.id ?? "";

  it("BOARD6 left and right follow dependencies; where there is none, nothing moves", () => {
    expect([move("C", "left"), move("A", "right"), move("C", "right")]).toEqual(["A", "C", "D"]);
    expect([move("A", "left"), move("D", "right"), move("F", "right")]).toEqual(["A", "D", "F"]);
  });

  it("BOARD6 up and down stay in the column and go through the lanes; Home and End are the track's ends", () => {
    expect([move("A", "down"), move("B", "down"), move("F", "up"), move("A", "up")]).toEqual(["B", "F", "B", "A"]);
    expect([move("C", "first"), move("C", "last"), move("F", "last")]).toEqual(["A", "E", "F"]);
  });

  it("BOARD7 a lineage is all a ticket rests on and all that rests on it", () => {
    const { before, after } = lineageOf(graph, graph.indexOf.get("C" as TicketId) ?? -1);
    const names = (of: ReadonlySet<number>): string => [...of].map((index) => tickets[index]?.id).join(" ");
    expect([names(before), names(after)]).toEqual(["A B", "D E"]);
  });
});
