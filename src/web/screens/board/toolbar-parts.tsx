// Parts of the board's toolbar that take a smaller form where it has little room.

import { Ellipsis } from "lucide-react";
import { toPrintableLine } from "../../../domain/printable.ts";
import type { BoardLayout } from "../../../views/board-layout.ts";
import { useRun } from "../../state/hooks.ts";
import { IconButton } from "../../ui/button.tsx";
import { Menu, type MenuEntry } from "../../ui/menu.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import type { BoardKind } from "./toolbar.tsx";
import type { ChangeSearch } from "./use-board-search.ts";

type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly onChange: (value: T) => void;
  /** Classes that hide the buttons where there is too little room, and the list where there is enough. */
  readonly wide: string;
  readonly narrow: string;
};

/** Buttons side by side; a list to choose from where there is no room for them. */
export function Choice<T extends string>({ label, value, options, onChange, wide, narrow }: ChoiceProps<T>) {
  return (
    <>
      <span className={`shrink-0 ${wide}`}>
        <Segmented label={label} value={value} options={options} onChange={onChange} />
      </span>
      <select
        aria-label={label}
        value={value}
        onChange={({ target }) => {
          const chosen = options.find((each) => each.value === target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
        className={`min-h-7 rounded-control border border-line2 bg-s1 px-1.5 text-12 text-fg ${narrow}`}
      >
        {options.map((each) => (
          <option key={each.value} value={each.value}>
            {each.label}
          </option>
        ))}
      </select>
    </>
  );
}

type MoreMenuProps = {
  readonly layout: BoardLayout;
  readonly change: ChangeSearch;
  readonly kind: BoardKind;
  readonly track: string | undefined;
  readonly isTraced: boolean;
  readonly onTrace: () => void;
  readonly onNext: () => void;
};

/** What there is no room for. */
export function MoreMenu({ layout, change, kind, track, isTraced, onTrace, onNext }: MoreMenuProps) {
  const needsYou = useRun((state) => state.counts.step_paused, "slow");
  const mark = (isChosen: boolean): object => (isChosen ? { about: "Shown now" } : {});
  const ofTracks: readonly MenuEntry[] =
    layout.lanes.length < 2
      ? []
      : [
          { label: "All tracks", onSelect: () => change({ track: undefined }), ...mark(track === undefined) },
          ...layout.lanes
            .filter((lane) => lane.track !== null)
            .map((lane) => ({
              key: lane.track ?? "",
              label: toPrintableLine(lane.title),
              onSelect: () => change({ track: lane.track ?? undefined }),
              ...mark(track === lane.track),
            })),
        ];
  const ofGraph: readonly MenuEntry[] =
    kind === "graph"
      ? [
          {
            label: isTraced ? "End trace" : "Trace",
            about: "All it rests on, and all that rests on it",
            onSelect: onTrace,
          },
        ]
      : [];
  const next: readonly MenuEntry[] =
    needsYou > 0 && kind === "graph" ? [{ label: "Next ticket that needs you", onSelect: onNext }] : [];
  const items = [...ofGraph, ...next, ...ofTracks];
  if (items.length === 0) return null;
  return (
    <Menu trigger={<IconButton label="More of the board" icon={<Ellipsis aria-hidden size={16} />} />} items={items} />
  );
}
