// What of the board stands in the address, and how it is changed there.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { Search } from "../../search.ts";

export type ChangeSearch = (change: Partial<Search>) => void;

/** Changes take the place of the address before: the way back leads to the screen before, not through every click. */
export function useBoardSearch(): readonly [Search, ChangeSearch] {
  const search = useSearch({ from: "/runs/$run" });
  const navigate = useNavigate({ from: "/runs/$run" });
  const change = useCallback<ChangeSearch>(
    (changes) => void navigate({ to: ".", search: (now) => ({ ...now, ...changes }), replace: true }),
    [navigate],
  );
  return [search, change];
}
