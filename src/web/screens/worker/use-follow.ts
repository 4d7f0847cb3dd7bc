// Follows the end of something that grows, until the person looks back; then it stays where they look.

import { useCallback, useEffect, useMemo, useRef, useState, type RefObject } from "react";

export type Follow = {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly inner: RefObject<HTMLDivElement | null>;
  readonly isFollowing: boolean;
  readonly follow: () => void;
  readonly lookBack: () => void;
  /** For the box. */
  readonly handlers: {
    readonly onScroll: () => void;
    readonly onWheel: () => void;
    readonly onTouchMove: () => void;
    readonly onKeyDown: () => void;
    readonly onPointerDown: () => void;
  };
};

/** So near to the end, in px, the end is meant. */
const near = 32;
/** A scroll so soon after a wheel, a key or a touch is the person's; any other comes from what grows and shrinks. */
const handMs = 400;
const pagePart = 0.9;

export function useFollow(): Follow {
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const isOn = useRef(true);
  const hand = useRef(-Infinity);
  const [isFollowing, setFollowing] = useState(true);

  const set = useCallback((isNow: boolean) => {
    if (isOn.current === isNow) return;
    isOn.current = isNow;
    setFollowing(isNow);
  }, []);

  const toEnd = useCallback(() => {
    const place = box.current;
    if (place !== null && isOn.current) place.scrollTop = place.scrollHeight;
  }, []);

  useEffect(() => {
    if (inner.current === null || box.current === null) return undefined;
    const watch = new ResizeObserver(toEnd);
    watch.observe(inner.current);
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [toEnd]);

  const handlers = useMemo((): Follow["handlers"] => {
    const touch = (): void => {
      hand.current = performance.now();
    };
    const onScroll = (): void => {
      const place = box.current;
      if (place === null) return;
      const isByHand = performance.now() - hand.current < handMs;
      if (isByHand) set(place.scrollHeight - place.scrollTop - place.clientHeight < near);
    };
    return { onScroll, onWheel: touch, onTouchMove: touch, onKeyDown: touch, onPointerDown: touch };
  }, [set]);

  const follow = useCallback(() => {
    set(true);
    toEnd();
  }, [set, toEnd]);

  const lookBack = useCallback(() => {
    set(false);
    box.current?.scrollBy({ top: -box.current.clientHeight * pagePart });
  }, [set]);

  return { box, inner, isFollowing, follow, lookBack, handlers };
}
