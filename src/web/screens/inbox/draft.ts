// What was typed in place of what is shown, kept while the tab lives, so that looking at another request loses nothing.

import { useCallback, useDeferredValue, useMemo, useState } from "react";
import type { Check } from "./faults.ts";

const drafts = new Map<string, string>();

export type Draft = {
  readonly text: () => string;
  readonly set: (text: string) => void;
  readonly forget: () => void;
  readonly isChanged: boolean;
};

/** `key`: what it is a draft of. `original`: what stands there before anybody typed. */
export function useDraft(key: string, original: string): Draft {
  const [, setVersion] = useState(0);
  const text = useCallback(() => drafts.get(key) ?? original, [key, original]);
  return {
    text,
    set: (next) => {
      drafts.set(key, next);
      setVersion((count) => count + 1);
    },
    forget: () => void drafts.delete(key),
    isChanged: text() !== original,
  };
}

/** What is wrong with the draft, behind the typing. */
export function useFaults(draft: Draft, check: Check): ReturnType<Check> {
  const text = useDeferredValue(draft.text());
  return useMemo(() => check(text), [text, check]);
}
