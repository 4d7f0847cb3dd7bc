// The part of a scrolled place that is drawn: what can be seen and a margin around it. It moves in blocks, so that
// scrolling draws nothing until a block is left.

import { useLayoutEffect, useState, type RefObject } from "react";
import type { Box, Size } from "../../../views/board-geometry.ts";

const block = 120;
/** Blocks that are drawn beyond what can be seen, on each side at least. */
const margin = 2;

export type Window = { readonly size: Size; readonly part: Box };

const nothing: Window = { size: { width: 0, height: 0 }, part: { x: 0, y: 0, width: 0, height: 0 } };

/** `inset`: what always covers the left and the top of the place. */
export function useWindow(place: RefObject<HTMLElement | null>, inset: Size): Window {
  const [seen, setSeen] = useState(nothing);
  const { width: insetWidth, height: insetHeight } = inset;
  // Before anything is painted: what is measured is drawn at once, and no empty place is seen before it.
  useLayoutEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const look = (): void => {
      const size = { width: element.clientWidth - insetWidth, height: element.clientHeight - insetHeight };
      const part = {
        x: (Math.floor(element.scrollLeft / block) - margin) * block,
        y: (Math.floor(element.scrollTop / block) - margin) * block,
        width: (Math.ceil(size.width / block) + 2 * margin + 1) * block,
        height: (Math.ceil(size.height / block) + 2 * margin + 1) * block,
      };
      // What did not change stays the same object: whoever works something out of the size does not do it anew.
      setSeen((had) => {
        const kept = isSameSize(had.size, size) ? had.size : size;
        return isSameBox(had.part, part) && kept === had.size ? had : { size: kept, part };
      });
    };
    look();
    const watcher = new ResizeObserver(look);
    watcher.observe(element);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      watcher.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [place, insetWidth, insetHeight]);
  return seen;
}

const isSameSize = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;
const isSameBox = (a: Box, b: Box): boolean => a.x === b.x && a.y === b.y && isSameSize(a, b);
