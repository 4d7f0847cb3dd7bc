// The machines of the store, asked for again and again while somebody looks.

import { useEffect, useState } from "react";
import type { MachinesBody } from "../../http/machine-routes.ts";
import type { Problem } from "./backend.ts";
import { useBackend } from "./hooks.ts";

export type SeenMachines = {
  /** The last list there was; null before the first. */
  readonly list: MachinesBody | null;
  /** Why there is no newer one. */
  readonly problem: Problem | null;
};

const againMs = 1_500;

/** Not while the tab is hidden. */
export function useMachines(): SeenMachines {
  const backend = useBackend();
  const [seen, setSeen] = useState<SeenMachines>({ list: null, problem: null });
  useEffect(() => {
    const leaving = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      if (document.visibilityState === "visible") {
        const answer = await backend.get<MachinesBody>("/api/machines", leaving.signal);
        if (answer.ok) setSeen({ list: answer.value, problem: null });
        else setSeen(({ list }) => ({ list, problem: answer.problem }));
      }
      timer = setTimeout(go, againMs);
    };
    const go = (): void => void ask().catch(() => {});
    go();
    return () => {
      leaving.abort();
      clearTimeout(timer);
    };
  }, [backend]);
  return seen;
}

/** The server that runs lie on, which machines may work for; asked once. Null: there is none, or it is not known yet. */
export function useStore(mayAsk: boolean): string | null {
  const backend = useBackend();
  const [store, setStore] = useState<string | null>(null);
  useEffect(() => {
    if (backend.isOffline || !mayAsk) return undefined;
    const leaving = new AbortController();
    backend.get<MachinesBody>("/api/machines", leaving.signal).then(
      (answer) => setStore(answer.ok ? answer.value.store : null),
      () => {},
    );
    return () => leaving.abort();
  }, [backend, mayAsk]);
  return store;
}
