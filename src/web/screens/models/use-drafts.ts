// Ladders that are edited and not yet applied, by tier; and applying them, one tier after the other.

import { useState } from "react";
import type { Tier } from "../../../domain/config.ts";
import type { Accepted } from "../../../http/wire.ts";
import { isLadderReady, isSameLadder, toModels, type Rungs } from "../../../views/ladder-draft.ts";
import type { TierModels } from "../../../views/tier-models.ts";
import type { Problem } from "../../state/backend.ts";
import { useBackend, useRunView } from "../../state/hooks.ts";
import type { RunView } from "../../state/run-store.ts";
import { announce } from "../../ui/announcer.tsx";

type ByTier<T> = Readonly<Partial<Record<Tier, T>>>;

export type Drafts = {
  readonly of: (tier: Tier) => Rungs | undefined;
  readonly refusal: (tier: Tier) => Problem | undefined;
  /** Tiers whose draft says something else than the run has. */
  readonly changed: readonly Tier[];
  /** Every changed ladder can be sent. */
  readonly isReady: boolean;
  readonly isSending: boolean;
  readonly edit: (tier: Tier, rungs: Rungs) => void;
  readonly discard: () => void;
  readonly apply: () => Promise<void>;
};

const without = <T>(all: ByTier<T>, tier: Tier): ByTier<T> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => key !== String(tier)));

/** The run has this ladder for the whole tier. */
const has = (row: TierModels | undefined, rungs: Rungs): boolean =>
  row?.ladders.length === 1 && isSameLadder(row.ladders[0]?.models ?? [], rungs);

export function useDrafts(rows: readonly TierModels[]): Drafts {
  const view = useRunView();
  const backend = useBackend();
  const [drafts, setDrafts] = useState<ByTier<Rungs>>({});
  const [refusals, setRefusals] = useState<ByTier<Problem>>({});
  const [isSending, setIsSending] = useState(false);
  const changed = rows.flatMap((row) => {
    const draft = drafts[row.tier];
    return draft === undefined || has(row, draft) ? [] : [row.tier];
  });

  const apply = async (): Promise<void> => {
    setIsSending(true);
    setRefusals({});
    for (const tier of changed) {
      const body = { type: "models.set", tier, models: toModels(drafts[tier] ?? []) };
      const answer = await backend.send<Accepted>("POST", `/api/runs/${view.run}/commands`, body);
      if (answer.ok) {
        await reached(view, answer.value.seq);
        setDrafts((had) => without(had, tier));
        announce(`Tier ${tier} calls other models from its next step on.`);
      } else setRefusals((had) => ({ ...had, [tier]: answer.problem }));
    }
    setIsSending(false);
  };

  return {
    of: (tier) => drafts[tier],
    refusal: (tier) => refusals[tier],
    changed,
    isReady: changed.every((tier) => isLadderReady(drafts[tier] ?? [])),
    isSending,
    edit: (tier, rungs) => {
      setDrafts((had) => ({ ...had, [tier]: rungs }));
      setRefusals((had) => without(had, tier));
    },
    discard: () => {
      setDrafts({});
      setRefusals({});
    },
    apply,
  };
}

/** What was accepted is shown once it came as an event. */
const reached = async (view: RunView, seq: number): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const look = (): void => {
    if (view.state().seq >= seq) resolve();
  };
  const unsubscribe = view.subscribe(look);
  look();
  await promise;
  unsubscribe();
};
