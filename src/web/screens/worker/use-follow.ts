// Follows the end of something that grows, until the person looks back; then it stays where they look.

import { useCallback, useEffect, useRef, useState, type RefObject } from "react";

export type Follow = {
  readonly box: RefObject<HTMLDivElement | null>;
  readonly inner: RefObject<HTMLDivElement | null>;
  readonly isFollowing: boolean;
  readonly follow: () => void;
  readonly onScroll: () => void;
};

/** So near to the end, in px, the end is meant. */
const near = 32;

export function useFollow(): Follow {
  const box = useRef<HTMLDivElement>(null);
  const inner = useRef<HTMLDivElement>(null);
  const isOn = useRef(true);
  const top = useRef(0);
  const height = useRef(0);
  const [isFollowing, setFollowing] = useState(true);

  const set = useCallback((isNow: boolean) => {
    if (isOn.current === isNow) return;
    isOn.current = isNow;
    setFollowing(isNow);
  }, []);

  const toEnd = useCallback(() => {
    const place = box.current;
    if (place === null || !isOn.current) return;
    height.current = place.scrollHeight;
    place.scrollTop = height.current;
    top.current = place.scrollTop;
  }, []);

  useEffect(() => {
    if (inner.current === null || box.current === null) return undefined;
    const watch = new ResizeObserver(toEnd);
    watch.observe(inner.current);
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [toEnd]);

  const onScroll = useCallback(() => {
    const place = box.current;
    if (place === null) return;
    const isAtEnd = place.scrollHeight - place.scrollTop - place.clientHeight < near;
    // What grows never moves the top up, what shrinks may: what is left is a person.
    if (isAtEnd) set(true);
    else if (place.scrollTop < top.current - 1 && place.scrollHeight >= height.current) set(false);
    top.current = place.scrollTop;
    height.current = place.scrollHeight;
  }, [set]);

  const follow = useCallback(() => {
    set(true);
    toEnd();
  }, [set, toEnd]);

  return { box, inner, isFollowing, follow, onScroll };
}
