// The lines of one layout in one density. Each is worked out once, when it first comes into view.

import { meet, piecesOf, wholeOf, type Box, type Geometry, type Piece } from "../../../views/board-geometry.ts";
import type { BoardLayout } from "../../../views/board-layout.ts";

export type Routes = {
  readonly whole: (edge: number) => Piece;
  /** Those of its pieces that can be seen in a part of the board. */
  readonly pieces: (edge: number, part: Box) => readonly Piece[];
};

export function createRoutes(layout: BoardLayout, geometry: Geometry): Routes {
  const wholes = once((edge) => wholeOf(layout, geometry, edge));
  const cut = once((edge) => piecesOf(layout, geometry, edge));
  return {
    whole: wholes,
    pieces: (edge, part) => cut(edge).filter(({ box }) => meet(box, part)),
  };
}

function once<T>(make: (edge: number) => T): (edge: number) => T {
  const made = new Map<number, T>();
  return (edge) => {
    const own = made.get(edge) ?? make(edge);
    made.set(edge, own);
    return own;
  };
}
