// Where tickets stand on the board: lanes are tracks, columns are dependency depth, rows are slots within both. Measured in
// slots; board-geometry.ts makes pixels of them. BOARD rules in docs/SPEC.md.
//
// Tickets are placed column by column and, within a column, in the plan's order: a ticket that comes later finds the
// others placed, so that it moves nobody.

import { topologicalOrder, type Graph } from "../core/graph.ts";
import { isDropped, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";

export type LayoutLane = {
  /** Null: the lane of tickets without a track. */
  readonly track: string | null;
  readonly title: string;
  /** In the order of columns, then rows. */
  readonly tickets: readonly number[];
  /** Rows that are kept for it; one more than it needs, so that it can grow without moving the lanes below. */
  readonly rows: number;
};

export type BoardLayout = {
  readonly lanes: readonly LayoutLane[];
  /** By ticket; -1: it left the plan. */
  readonly lane: Int32Array;
  /** By ticket: how many tickets stand before it on the longest way to it; -1: it left the plan. */
  readonly column: Int32Array;
  /** By ticket: its place among all sub-columns of the board. */
  readonly slot: Int32Array;
  /** By ticket, within its lane. */
  readonly row: Int32Array;
  /** By column: its first sub-column; one more at the end. */
  readonly firstSlot: Int32Array;
  /** By column: its tickets from the top lane down. */
  readonly inColumn: readonly (readonly number[])[];
  /** A column of a lane holds so many tickets before it gets a further sub-column. */
  readonly rowsPerLane: number;
  /** Dependencies, from the ticket that is waited for. */
  readonly edgeFrom: Int32Array;
  readonly edgeTo: Int32Array;
  /** By lane, row and slot: whether a ticket stands there. */
  readonly taken: Uint8Array;
};

export type LayoutPlan = {
  readonly graph: Graph;
  readonly isGone: (index: number) => boolean;
  readonly tracks: readonly { readonly id: string; readonly title: string }[];
  /** Of the same run: what it has given to lanes is kept where it still suffices. */
  readonly previous?: BoardLayout | undefined;
};

export const layoutPlanOf = (state: RunState, previous?: BoardLayout): LayoutPlan => ({
  graph: state.graph,
  isGone: (index) => isDropped(at(state.tickets, index)),
  tracks: state.tracks ?? [],
  previous,
});

export function layoutBoard(plan: LayoutPlan): BoardLayout {
  const column = depthsOf(plan);
  const { lane, named } = lanesOf(plan);
  const cells = groupByCell({ column, lane, lanes: named.length });
  const rowsPerLane = plan.previous?.rowsPerLane ?? chooseRows(cells, named.length);
  const placed = place({ plan, column, lane, cells, rowsPerLane });
  const used = rowsUsed(placed.row, lane, named.length);
  const inColumn = cells.map((byLane) => byLane.flatMap((own) => own.toSorted((a, b) => rowThenSlot(placed, a, b))));
  const byLane: number[][] = named.map(() => []);
  for (const own of inColumn) for (const index of own) byLane[lane[index] ?? 0]?.push(index);
  const lanes = named.map(({ track, title }, order) => ({
    track,
    title,
    tickets: byLane[order] ?? [],
    rows: rowsKept(plan.previous, track, { used: used[order] ?? 1, most: rowsPerLane }),
  }));
  return {
    lanes,
    lane,
    column,
    ...placed,
    inColumn,
    rowsPerLane,
    ...edgesOf(plan),
    taken: takenBy({ lane, ...placed, rowsPerLane, lanes: lanes.length }),
  };
}

const rowThenSlot = ({ row, slot }: Placed, a: number, b: number): number =>
  (row[a] ?? 0) - (row[b] ?? 0) || (slot[a] ?? 0) - (slot[b] ?? 0);

// ---- columns and lanes -----------------------------------------------------------------------------------------

function depthsOf({ graph, isGone }: LayoutPlan): Int32Array {
  const depth = new Int32Array(graph.tickets.length);
  for (const index of topologicalOrder(graph.tickets, graph.dependents)) {
    const next = (depth[index] ?? 0) + 1;
    for (const dependent of graph.dependents[index] ?? []) if ((depth[dependent] ?? 0) < next) depth[dependent] = next;
  }
  for (let index = 0; index < depth.length; index += 1) if (isGone(index)) depth[index] = -1;
  return depth;
}

type Named = { readonly track: string | null; readonly title: string };

/** Tracks in their own order, then those that only tickets name, then the tickets without one. */
function lanesOf({ graph, isGone, tracks }: LayoutPlan): {
  readonly lane: Int32Array;
  readonly named: readonly Named[];
} {
  const present = new Set<string | null>();
  graph.tickets.forEach(({ track }, index) => {
    if (!isGone(index)) present.add(track ?? null);
  });
  const known = tracks.filter(({ id }) => present.has(id)).map(({ id, title }): Named => ({ track: id, title }));
  const listed = new Set(known.map(({ track }) => track));
  const others = [...present]
    .filter((track) => track !== null && !listed.has(track))
    .map((track): Named => ({ track, title: track ?? "" }));
  const loose: readonly Named[] = present.has(null)
    ? [{ track: null, title: present.size === 1 ? "Tickets" : "No track" }]
    : [];
  const named = [...known, ...others, ...loose];
  const order = new Map(named.map(({ track }, place) => [track, place]));
  const lane = Int32Array.from(graph.tickets, ({ track }, index) =>
    isGone(index) ? -1 : (order.get(track ?? null) ?? 0),
  );
  return { lane, named };
}

/** By column and lane, in the plan's order. */
type Cells = readonly (readonly (readonly number[])[])[];

function groupByCell(of: { readonly column: Int32Array; readonly lane: Int32Array; readonly lanes: number }): Cells {
  const columns = of.column.reduce((most, each) => Math.max(most, each + 1), 0);
  const cells = Array.from({ length: columns }, () => Array.from({ length: of.lanes }, (): number[] => []));
  of.column.forEach((column, index) => {
    if (column >= 0) cells[column]?.[of.lane[index] ?? 0]?.push(index);
  });
  return cells;
}

// ---- rows ------------------------------------------------------------------------------------------------------

/** A board this wide still fits a screen in the smallest density. */
const slotsOfAScreen = 60;
const rowsOfAScreen = 40;

/** Few rows where there are many lanes; more where the board would grow wide and that would help. */
function chooseRows(cells: Cells, lanes: number): number {
  const counts = cells.map((byLane) => byLane.reduce((most, own) => Math.max(most, own.length), 0));
  const least = lanes === 1 ? 8 : lanes === 2 ? 6 : 4;
  const most = Math.max(least, Math.floor(rowsOfAScreen / Math.max(1, lanes)));
  const width = (rows: number): number => counts.reduce((sum, count) => sum + Math.max(1, Math.ceil(count / rows)), 0);
  let rows = least;
  while (rows < most && width(rows) > Math.max(slotsOfAScreen, counts.length)) rows += 1;
  return rows;
}

type Placed = { readonly slot: Int32Array; readonly row: Int32Array; readonly firstSlot: Int32Array };

type Placing = {
  readonly plan: LayoutPlan;
  readonly column: Int32Array;
  readonly lane: Int32Array;
  readonly cells: Cells;
  readonly rowsPerLane: number;
};

function place({ plan, column, lane, cells, rowsPerLane }: Placing): Placed {
  const slot = new Int32Array(column.length).fill(-1);
  const row = new Int32Array(column.length).fill(-1);
  const firstSlot = new Int32Array(cells.length + 1);
  cells.forEach((byLane, place) => {
    const first = firstSlot[place] ?? 0;
    let widest = 1;
    for (const own of byLane) {
      const free = createSlots(rowsPerLane);
      for (const index of own) {
        const found = free.take(wishedRow(plan.graph, index, { lane, row }));
        row[index] = found.row;
        slot[index] = first + found.sub;
        widest = Math.max(widest, found.sub + 1);
      }
    }
    firstSlot[place + 1] = first + widest;
  });
  return { slot, row, firstSlot };
}

/** Beside what it waits for, in the middle of several: fewest bends. 0 where nothing of its own lane stands before it. */
function wishedRow(graph: Graph, index: number, of: { readonly lane: Int32Array; readonly row: Int32Array }): number {
  let sum = 0;
  let count = 0;
  for (const id of graph.tickets[index]?.dependsOn ?? []) {
    const before = graph.indexOf.get(id);
    if (before === undefined || of.lane[before] !== of.lane[index]) continue;
    sum += of.row[before] ?? 0;
    count += 1;
  }
  return count === 0 ? 0 : Math.floor(sum / count);
}

type Slots = { readonly take: (wished: number) => { readonly sub: number; readonly row: number } };

/** The free row nearest to the wished one, in the first sub-column that has any. */
function createSlots(rows: number): Slots {
  let sub = 0;
  let left = rows;
  let taken = new Uint8Array(rows);
  const take: Slots["take"] = (wished) => {
    if (left === 0) {
      sub += 1;
      left = rows;
      taken = new Uint8Array(rows);
    }
    left -= 1;
    const start = Math.min(wished, rows - 1);
    for (let away = 0; away < rows; away += 1) {
      for (const row of [start - away, start + away]) {
        if (row < 0 || row >= rows || taken[row] === 1) continue;
        taken[row] = 1;
        return { sub, row };
      }
    }
    throw new Error("a sub-column that has room has a free row");
  };
  return { take };
}

function rowsUsed(row: Int32Array, lane: Int32Array, lanes: number): Int32Array {
  const used = new Int32Array(lanes).fill(1);
  row.forEach((own, index) => {
    const place = lane[index] ?? -1;
    if (place >= 0 && own + 1 > (used[place] ?? 0)) used[place] = own + 1;
  });
  return used;
}

/** A lane that has all the rows there may be grows sideways: it needs no spare one. */
function rowsKept(
  previous: BoardLayout | undefined,
  track: string | null,
  { used, most }: { readonly used: number; readonly most: number },
): number {
  const had = previous?.lanes.find((lane) => lane.track === track)?.rows ?? 0;
  return had >= used ? had : Math.min(most, used + 1);
}

// ---- dependencies ----------------------------------------------------------------------------------------------

function edgesOf({ graph, isGone }: LayoutPlan): Pick<BoardLayout, "edgeFrom" | "edgeTo"> {
  const from: number[] = [];
  const to: number[] = [];
  graph.dependents.forEach((dependents, index) => {
    if (isGone(index)) return;
    for (const dependent of dependents) {
      if (isGone(dependent)) continue;
      from.push(index);
      to.push(dependent);
    }
  });
  return { edgeFrom: Int32Array.from(from), edgeTo: Int32Array.from(to) };
}

type Standing = Placed & { readonly lane: Int32Array; readonly rowsPerLane: number; readonly lanes: number };

function takenBy({ lane, slot, row, firstSlot, rowsPerLane, lanes }: Standing): Uint8Array {
  const slots = firstSlot.at(-1) ?? 0;
  const taken = new Uint8Array(lanes * rowsPerLane * slots);
  lane.forEach((own, index) => {
    if (own >= 0) taken[(own * rowsPerLane + (row[index] ?? 0)) * slots + (slot[index] ?? 0)] = 1;
  });
  return taken;
}

/** Whether no ticket stands in this row of a lane between two slots, both left out. */
export function isClear(
  layout: BoardLayout,
  at: { readonly lane: number; readonly row: number },
  between: readonly [number, number],
): boolean {
  const slots = layout.firstSlot.at(-1) ?? 0;
  const start = (at.lane * layout.rowsPerLane + at.row) * slots;
  return !layout.taken.subarray(start + between[0] + 1, start + between[1]).includes(1);
}
