// Models by tier: what each calls, what it does now and what it spent; edits are gathered and applied together. Beside
// them, how the run as a whole is driven.

import { useId, useMemo, useState } from "react";
import type { RunState } from "../../../core/state.ts";
import { knownModelsOf, tierModelsOf, type TierModels } from "../../../views/tier-models.ts";
import { counted } from "../../../views/words.ts";
import { useCanAct, useRun, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { Providers, RunSettings } from "./run-settings.tsx";
import { SaveDialog, type Shown } from "./save-dialog.tsx";
import { SeatModels } from "./seat-models.tsx";
import { TierRow, tierColumns } from "./tier-row.tsx";
import { useDrafts, type Drafts } from "./use-drafts.ts";

/** A run that is one deliberation calls no tier's ladder. */
const isDeliberation = ({ config }: RunState): boolean => config?.deliberation !== undefined;

export function ModelsScreen() {
  return useRun(isDeliberation) ? <SeatModels /> : <TierScreen />;
}

function TierScreen() {
  const rows = useRun(tierModelsOf, "slow");
  const canAct = useCanAct();
  const drafts = useDrafts(rows);
  return (
    <div className="h-full overflow-auto" tabIndex={0} role="region" aria-label="Models">
      <Header rows={rows} drafts={drafts} canAct={canAct} />
      <div className="grid gap-4 p-4 max-sm:p-2">
        <TierTable rows={rows} drafts={drafts} canAct={canAct} />
        <div className="grid grid-cols-[minmax(0,2fr)_minmax(0,1fr)] items-start gap-4 max-lg:grid-cols-1">
          <RunSettings canAct={canAct} />
          <Providers />
        </div>
      </div>
    </div>
  );
}

type PartProps = { readonly drafts: Drafts; readonly canAct: boolean };

type TableProps = PartProps & { readonly rows: readonly TierModels[] };

/** Every tier that has one ladder, as it stands on the screen. */
const shownLadders = ({ rows, drafts }: Pick<TableProps, "rows" | "drafts">): readonly Shown[] =>
  rows.flatMap(({ tier, ladders: [sole, ...others] }) => {
    const rungs = drafts.of(tier) ?? (others.length === 0 ? sole?.models : undefined);
    return rungs === undefined ? [] : [{ tier, rungs }];
  });

function Header({ rows, drafts, canAct }: TableProps) {
  const [isSaving, setIsSaving] = useState(false);
  const { isPast } = useRunView();
  const count = drafts.changed.length;
  const isOff = !canAct || count === 0 || !drafts.isReady || drafts.isSending;
  const apply = (): void => void drafts.apply();
  useKeys("Models", [
    {
      keys: "Ctrl Enter",
      does: "Apply the changed models",
      everywhere: true,
      run: () => (isOff ? undefined : apply()),
    },
  ]);
  return (
    <header className="sticky top-0 z-10 flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-bg px-4 py-2">
      <h1 className="text-16 font-semibold">Models by tier</h1>
      <p className="min-w-0 flex-1 text-fg2 max-sm:basis-full">
        {canAct ? "Changes count from a tier's next attempt or question on" : whyOff(isPast)}
      </p>
      {canAct && (
        <div className="flex flex-wrap items-center gap-2">
          <Button kind="ghost" disabled={count === 0 || drafts.isSending} onClick={drafts.discard}>
            Discard
          </Button>
          <Button disabled={!drafts.isReady || drafts.isSending} onClick={() => setIsSaving(true)}>
            Save in tutti.toml
          </Button>
          <Button kind="primary" keys="Ctrl Enter" disabled={isOff} isSending={drafts.isSending} onClick={apply}>
            {count === 0 ? "Apply to this run" : `Apply ${counted(count, "tier")} to this run`}
          </Button>
        </div>
      )}
      {isSaving && <SaveDialog shown={shownLadders({ rows, drafts })} onClose={() => setIsSaving(false)} />}
    </header>
  );
}

function TierTable({ rows, ...rest }: TableProps) {
  const models = useRun(knownModelsOf, "slow");
  const known = useMemo(() => new Map(models.map((each) => [each.model as string, each])), [models]);
  const suggestions = useId();
  return (
    <section aria-label="Tiers" className="rounded-panel border border-line bg-s1">
      <div aria-hidden className={`${tierColumns} border-b border-line py-2 text-12 text-fg2 max-xl:hidden`}>
        {["Tier", "Models, first choice first", "Runs now", "Lanes", "Spent"].map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      <ul>
        {rows.map((row) => (
          <TierRow key={row.tier} row={row} known={known} suggestions={suggestions} {...rest} />
        ))}
      </ul>
      <datalist id={suggestions}>
        {models.map(({ model, price }) => (
          <option key={model} value={model}>
            {price}
          </option>
        ))}
      </datalist>
    </section>
  );
}

const whyOff = (isPast: boolean): string =>
  isPast ? "As they were at this point. Go live to change them." : "As they were when the run was exported.";
