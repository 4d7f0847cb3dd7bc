// Whether the screen is too narrow for a graph to be read.

import { useSyncExternalStore } from "react";

const narrow = matchMedia("(max-width: 640px)");

const subscribe = (listener: () => void): (() => void) => {
  narrow.addEventListener("change", listener);
  return () => narrow.removeEventListener("change", listener);
};

export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches);
