// One tier: who it is, its ladder, what it does now and what it spent.

import { Binoculars, Hammer, Layers, Stethoscope } from "lucide-react";
import type { ReactNode } from "react";
import type { Tier } from "../../../domain/config.ts";
import { countOnDraft } from "../../../views/rungs-now.ts";
import type { TierModels } from "../../../views/tier-models.ts";
import { listInWords } from "../../../views/words.ts";
import { Button } from "../../ui/button.tsx";
import { names } from "../../ui/class-names.ts";
import { ProblemNote } from "../../ui/notes.tsx";
import { RungEditor, RungNames, type Known } from "./rung-list.tsx";
import type { Drafts } from "./use-drafts.ts";

export const tierColumns =
  "grid grid-cols-[13rem_minmax(18rem,1fr)_9rem_6rem_10rem] gap-x-6 px-4 max-xl:grid-cols-[12rem_minmax(0,1fr)] max-md:grid-cols-1";

const icons: Readonly<Record<Tier, ReactNode>> = {
  1: <Layers aria-hidden size={16} />,
  2: <Binoculars aria-hidden size={16} />,
  3: <Hammer aria-hidden size={16} />,
  4: <Stethoscope aria-hidden size={16} />,
};

type RowProps = {
  readonly row: TierModels;
  readonly known: Known;
  readonly suggestions: string;
  readonly drafts: Drafts;
  readonly canAct: boolean;
};

export function TierRow({ row, known, suggestions, drafts, canAct }: RowProps) {
  const refusal = drafts.refusal(row.tier);
  const isChanged = drafts.changed.includes(row.tier);
  return (
    <li
      className={names(
        tierColumns,
        "items-start gap-y-3 border-t border-line py-4 first:border-t-0",
        isChanged && "bg-s2",
      )}
    >
      <div className="flex gap-3">
        <span className="grid size-8 shrink-0 place-items-center rounded-control bg-s3 text-fg2">
          {icons[row.tier]}
        </span>
        <div className="min-w-0">
          <h2 className="text-13 font-semibold">
            Tier {row.tier}, {row.name}
          </h2>
          <p className="text-12 text-fg2">{row.does}</p>
          {isChanged && <p className="text-12 font-medium text-accent">Changed, not applied</p>}
        </div>
      </div>
      <div className="grid min-w-0 gap-2">
        <Ladders row={row} known={known} suggestions={suggestions} drafts={drafts} canAct={canAct} />
        {refusal !== undefined && <ProblemNote problem={refusal} />}
      </div>
      <dl className="contents max-xl:col-span-full max-xl:flex max-xl:flex-wrap max-xl:gap-x-8 max-xl:gap-y-2">
        <Figure name="Runs now">
          {row.now.length === 0 ? <span className="text-fg3">idle</span> : <Now row={row} />}
        </Figure>
        <Figure name="Lanes">
          {row.lanes.limit === null ? `${row.lanes.used}, no limit` : `${row.lanes.used} of ${row.lanes.limit}`}
        </Figure>
        <Figure name="Spent">
          <Spent row={row} />
        </Figure>
      </dl>
    </li>
  );
}

function Figure({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className="min-w-0 tabular">
      <dt className="text-12 text-fg2 xl:sr-only">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Now({ row }: { readonly row: TierModels }) {
  const count = row.now.reduce((sum, each) => sum + each.count, 0);
  return (
    <>
      <span className="font-medium text-running">{count}</span>{" "}
      <span className="text-12 break-all text-fg2">{listInWords(row.now.map(({ model }) => shortName(model)))}</span>
    </>
  );
}

const shortName = (model: string): string => model.slice(model.indexOf("/") + 1);

function Spent({ row }: { readonly row: TierModels }) {
  const { budget } = row;
  if (budget === null)
    return (
      <>
        {row.cost} <span className="text-12 text-fg2">{row.tokens} tokens</span>
      </>
    );
  const tone = budget.percent >= 100 ? "bg-failed" : budget.percent >= 80 ? "bg-paused" : "bg-completed";
  return (
    <>
      {budget.words} <span className="text-12 text-fg2">{row.tokens} tokens</span>
      <span
        role="meter"
        aria-label={`Budget of tier ${row.tier}`}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={budget.percent}
        aria-valuetext={`${budget.words}, ${budget.percent} %`}
        className="mt-1 block h-1.5 max-w-40 overflow-hidden rounded-full bg-s4"
      >
        <span className={`block h-full ${tone}`} style={{ width: `${budget.percent}%` }} />
      </span>
    </>
  );
}

function Ladders({ row, known, suggestions, drafts, canAct }: RowProps) {
  const draft = drafts.of(row.tier);
  const [sole, ...others] = row.ladders;
  const whose = `tier ${row.tier}`;
  const edit = (rungs: readonly string[]): void => drafts.edit(row.tier, rungs);
  const rungs = draft ?? (others.length === 0 ? sole?.models : undefined);
  if (canAct && rungs !== undefined)
    return (
      <>
        <Kinds row={row} />
        <RungEditor
          whose={whose}
          rungs={rungs}
          known={known}
          now={countOnDraft(row.ladders, rungs)}
          suggestions={suggestions}
          onChange={edit}
        />
      </>
    );
  return (
    <>
      {sole === undefined && <p className="text-fg2">Not asked in this run.</p>}
      {row.ladders.map(({ kinds, models, now }) => (
        <div key={models.join()} className="grid gap-1">
          {(kinds.length > 0 || others.length > 0) && (
            <p className="text-12 text-fg2">{kinds.length === 0 ? "Its questions" : listInWords(kinds, 6)}</p>
          )}
          <RungNames models={models} known={known} now={now} />
        </div>
      ))}
      {canAct && (
        <Button small className="justify-self-start" onClick={() => edit(sole?.models ?? [""])}>
          {sole === undefined ? `Give ${whose} models` : `One ladder for all of ${whose}`}
        </Button>
      )}
    </>
  );
}

function Kinds({ row }: { readonly row: TierModels }) {
  const kinds = row.ladders.flatMap((each) => each.kinds);
  return kinds.length === 0 ? null : <p className="text-12 text-fg2">Workers: {listInWords(kinds, 6)}</p>;
}
