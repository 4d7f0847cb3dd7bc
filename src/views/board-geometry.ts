// The board in pixels: three densities of one map. Text is never scaled; the smallest density is fitted to the room there is.

import { isClear, type BoardLayout } from "./board-layout.ts";

/** 1: overview, 2: compact, 3: cards. */
export type Density = 1 | 2 | 3;

export type Size = { readonly width: number; readonly height: number };
export type Box = Size & { readonly x: number; readonly y: number };

export type Geometry = {
  readonly density: Density;
  readonly cell: Size;
  /** From one slot, or row, to the next. */
  readonly pitch: Size;
  /** By lane; a lane that is left out has no height. */
  readonly laneTop: readonly number[];
  readonly laneHeight: readonly number[];
  readonly padding: Size;
  readonly width: number;
  readonly height: number;
};

type Measures = { readonly cell: Size; readonly gap: Size; readonly padding: Size };

const cards: Measures = {
  cell: { width: 234, height: 54 },
  gap: { width: 44, height: 10 },
  padding: { width: 16, height: 13 },
};
const compact: Measures = {
  cell: { width: 176, height: 26 },
  gap: { width: 28, height: 7 },
  padding: { width: 14, height: 10 },
};
const overviewPadding: Size = { width: 10, height: 7 };

export type GeometryOptions = {
  readonly density: Density;
  /** Of the part that scrolls, without lane heads and ruler. */
  readonly viewport: Size;
  /** Lanes that are shown; absent: all. */
  readonly shown?: ReadonlySet<number> | undefined;
};

export function geometryOf(layout: BoardLayout, { density, viewport, shown }: GeometryOptions): Geometry {
  const rows = layout.lanes.map(({ rows: own }, lane) => (shown === undefined || shown.has(lane) ? own : 0));
  const slots = layout.firstSlot.at(-1) ?? 0;
  const measures = density === 3 ? cards : density === 2 ? compact : fitted({ slots, rows, viewport });
  const { cell, gap, padding } = measures;
  const pitch = { width: cell.width + gap.width, height: cell.height + gap.height };
  const laneHeight = rows.map((own) =>
    own === 0 ? 0 : Math.max(leastLane[density], own * pitch.height - gap.height + 2 * padding.height),
  );
  const laneTop: number[] = [];
  let height = 0;
  for (const own of laneHeight) {
    laneTop.push(height);
    height += own;
  }
  return {
    density,
    cell,
    pitch,
    laneTop,
    laneHeight,
    padding,
    width: Math.max(viewport.width, slots * pitch.width - gap.width + 2 * padding.width),
    height,
  };
}

/** A lane's head holds its name, its figures and its bar. */
const leastLane = { 1: 60, 2: 66, 3: 80 } as const;

const clamp = (value: number, least: number, most: number): number => Math.min(most, Math.max(least, value));

/** As large as lets everything be seen at once, within what can be told apart. */
function fitted(of: { readonly slots: number; readonly rows: readonly number[]; readonly viewport: Size }): Measures {
  const lanes = of.rows.filter((own) => own > 0).length;
  const rows = of.rows.reduce((sum, own) => sum + own, 0);
  const across = (of.viewport.width - 2 * overviewPadding.width) / Math.max(1, of.slots);
  const down = (of.viewport.height - lanes * 2 * overviewPadding.height) / Math.max(1, rows);
  const width = Math.floor(clamp(across, 24, 52));
  const height = Math.floor(clamp(down, 15, 27));
  const cell = { width: Math.round(clamp(width * 0.58, 17, 34)), height: clamp(height - 4, 12, 23) };
  return { cell, gap: { width: width - cell.width, height: height - cell.height }, padding: overviewPadding };
}

export const slotX = ({ padding, pitch }: Geometry, slot: number): number => padding.width + slot * pitch.width;

/** Undefined for a ticket that left the plan, or whose lane is left out. */
export function boxOf(layout: BoardLayout, geometry: Geometry, index: number): Box | undefined {
  const lane = layout.lane[index] ?? -1;
  if (lane < 0 || geometry.laneHeight[lane] === 0) return undefined;
  return {
    x: slotX(geometry, layout.slot[index] ?? 0),
    y: (geometry.laneTop[lane] ?? 0) + geometry.padding.height + (layout.row[index] ?? 0) * geometry.pitch.height,
    ...geometry.cell,
  };
}

export const meet = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;

/** Tickets that can be seen in a part of the board, in reading order by column. */
export function ticketsIn(layout: BoardLayout, geometry: Geometry, part: Box): readonly number[] {
  const slots = layout.firstSlot;
  const found: number[] = [];
  for (let column = 0; column + 1 < slots.length; column += 1) {
    const x = slotX(geometry, slots[column] ?? 0);
    const end = slotX(geometry, slots[column + 1] ?? 0);
    if (end < part.x || x > part.x + part.width) continue;
    for (const index of layout.inColumn[column] ?? []) {
      const box = boxOf(layout, geometry, index);
      if (box !== undefined && meet(box, part)) found.push(index);
    }
  }
  return found;
}

/** Dependencies whose line can be seen in a part of the board, by their place in the layout. */
export function edgesIn(layout: BoardLayout, geometry: Geometry, part: Box): readonly number[] {
  const found: number[] = [];
  for (let edge = 0; edge < layout.edgeFrom.length; edge += 1) {
    const from = boxOf(layout, geometry, layout.edgeFrom[edge] ?? 0);
    const to = boxOf(layout, geometry, layout.edgeTo[edge] ?? 0);
    if (from === undefined || to === undefined) continue;
    const x = from.x + from.width;
    const y = Math.min(from.y, to.y);
    const height = Math.max(from.y, to.y) + to.height - y;
    if (meet({ x, y, width: Math.max(1, to.x - x), height }, part)) found.push(edge);
  }
  return found;
}

// ---- lines -----------------------------------------------------------------------------------------------------

type Point = readonly [number, number];

/** A line, or a piece of one, as the `d` of an SVG path, and the room it takes. */
export type Piece = { readonly path: string; readonly box: Box };

/**
 * A dependency's line: straight, with rounded corners. It goes along a row only where no ticket stands in its way, else
 * between two rows.
 */
export function wholeOf(layout: BoardLayout, geometry: Geometry, edge: number): Piece {
  const points = pointsOf(layout, geometry, edge);
  return { path: toPath(legsOf(points, radii[geometry.density])), box: boxAround(points) };
}

/** A multiple of what dashes repeat in, so that they go on evenly. */
const pieceLength = 240;

/**
 * The same line in short pieces. A browser lays out every dash of a path for each tile that it draws of it: of a line
 * across the whole board that is more than all the rest of a frame.
 */
export const piecesOf = (layout: BoardLayout, geometry: Geometry, edge: number): readonly Piece[] =>
  legsOf(pointsOf(layout, geometry, edge), radii[geometry.density])
    .flatMap(inPieces)
    .map((leg) => ({ path: toPath([leg]), box: boxAround(endsOf(leg)) }));

function pointsOf(layout: BoardLayout, geometry: Geometry, edge: number): readonly Point[] {
  const from = layout.edgeFrom[edge] ?? 0;
  const to = layout.edgeTo[edge] ?? 0;
  const start = boxOf(layout, geometry, from);
  const end = boxOf(layout, geometry, to);
  if (start === undefined || end === undefined) return [];
  const gap = geometry.pitch.width - geometry.cell.width;
  const out: Point = [start.x + start.width, start.y + start.height / 2];
  const into: Point = [end.x, end.y + end.height / 2];
  const leaves = out[0] + gap * shareOf(layout, from);
  const enters = into[0] - gap * (1 - shareOf(layout, from));
  const slots = [layout.slot[from] ?? 0, layout.slot[to] ?? 0] as const;
  const along = (index: number): boolean =>
    isClear(layout, { lane: layout.lane[index] ?? 0, row: layout.row[index] ?? 0 }, slots);
  if (slots[1] - slots[0] <= 1 || along(from)) return [out, [enters, out[1]], [enters, into[1]], into];
  if (along(to)) return [out, [leaves, out[1]], [leaves, into[1]], into];
  const rowGap = geometry.pitch.height - geometry.cell.height;
  const isBelow = into[1] < out[1];
  const between = isBelow ? end.y + end.height + rowGap / 2 : end.y - rowGap / 2;
  return [out, [leaves, out[1]], [leaves, between], [enters, between], [enters, into[1]], into];
}

/** Lines of different rows do not lie on each other where they go up and down: each row has its part of the gap. */
const shareOf = (layout: BoardLayout, index: number): number => 0.28 + 0.11 * ((layout.row[index] ?? 0) % 5);

const radii = { 1: 3, 2: 5, 3: 7 } as const;

/** Straight on, and then round a corner where there is one. */
type Leg = { readonly from: Point; readonly to: Point; readonly corner?: { readonly at: Point; readonly end: Point } };

function legsOf(points: readonly Point[], widest: number): readonly Leg[] {
  const kept = points.filter((point, place) => place === 0 || !isEqual(point, points[place - 1]));
  const legs: Leg[] = [];
  let [from] = kept;
  kept.slice(1).forEach((point, place) => {
    const before = kept[place];
    const after = kept[place + 2];
    if (from === undefined || before === undefined) return;
    if (after === undefined || isStraight(before, point, after)) {
      legs.push({ from, to: point });
      from = point;
      return;
    }
    const radius = Math.min(widest, apart(before, point) / 2, apart(point, after) / 2);
    const end = towards(point, after, radius);
    legs.push({ from, to: towards(point, before, radius), corner: { at: point, end } });
    from = end;
  });
  return legs;
}

function toPath(legs: readonly Leg[]): string {
  const [first] = legs;
  if (first === undefined) return "";
  const drawn = legs.map(({ to, corner }) => {
    const turn = corner === undefined ? "" : `Q${corner.at[0]} ${corner.at[1]} ${corner.end[0]} ${corner.end[1]}`;
    return `L${to[0]} ${to[1]}${turn}`;
  });
  return `M${first.from[0]} ${first.from[1]}${drawn.join("")}`;
}

function inPieces(leg: Leg): readonly Leg[] {
  const { from, to } = leg;
  const cuts = Math.max(0, Math.ceil(apart(from, to) / pieceLength) - 1);
  const pointAt = (place: number): Point => (place === 0 ? from : towards(from, to, place * pieceLength));
  const whole = Array.from({ length: cuts }, (_, place): Leg => ({ from: pointAt(place), to: pointAt(place + 1) }));
  return [...whole, { ...leg, from: pointAt(cuts) }];
}

const endsOf = ({ from, to, corner }: Leg): readonly Point[] =>
  corner === undefined ? [from, to] : [from, to, corner.end];

/** With some room for the width of the line. */
function boxAround(points: readonly Point[]): Box {
  let [left, top] = points[0] ?? [0, 0];
  let [right, bottom] = [left, top];
  for (const [x, y] of points) {
    if (x < left) left = x;
    else if (x > right) right = x;
    if (y < top) top = y;
    else if (y > bottom) bottom = y;
  }
  return { x: left - 2, y: top - 2, width: right - left + 4, height: bottom - top + 4 };
}

const isEqual = (a: Point, b: Point | undefined): boolean => b !== undefined && a[0] === b[0] && a[1] === b[1];
const isStraight = (a: Point, b: Point, c: Point): boolean =>
  (a[0] === b[0] && b[0] === c[0]) || (a[1] === b[1] && b[1] === c[1]);
const apart = (a: Point, b: Point): number => Math.abs(a[0] - b[0]) + Math.abs(a[1] - b[1]);
const towards = (from: Point, to: Point, by: number): Point => [
  from[0] + Math.sign(to[0] - from[0]) * by,
  from[1] + Math.sign(to[1] - from[1]) * by,
];
