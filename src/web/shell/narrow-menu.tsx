// What the top bar has no room for on a narrow screen: how the run is driven, search, keys and the theme, in one menu.

import { Link } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { useContext } from "react";
import type { RunState } from "../../core/state.ts";
import { SteadyContext, useRun, useRunView } from "../state/hooks.ts";
import { IconButton } from "../ui/button.tsx";
import { Menu, type MenuEntry } from "../ui/menu.tsx";
import { ProblemNote } from "../ui/notes.tsx";
import { StatusIcon } from "../ui/status-icon.tsx";
import { useDriving } from "./driving.ts";
import { chooseTheme, chosenTheme } from "./theme.ts";

type NarrowMenuProps = { readonly openPalette: () => void; readonly openKeys: () => void };

export function NarrowMenu({ openPalette, openKeys }: NarrowMenuProps) {
  const view = useContext(SteadyContext);
  const items: readonly MenuEntry[] = [
    { label: "Search", onSelect: openPalette },
    { label: "All keys", onSelect: openKeys },
    { label: "Dark or light", onSelect: () => chooseTheme(chosenTheme() === "dark" ? "light" : "dark") },
  ];
  return (
    <div className="flex items-center gap-1 md:hidden">
      {view === null ? <More items={items} /> : <OfRun items={items} />}
    </div>
  );
}

const More = ({ items }: { readonly items: readonly MenuEntry[] }) => (
  <Menu trigger={<IconButton label="More" icon={<Ellipsis aria-hidden size={18} />} />} items={items} />
);

const waitingOf = (state: RunState): number => state.approvals.size;

function OfRun({ items }: { readonly items: readonly MenuEntry[] }) {
  const { run } = useRunView();
  const waiting = useRun(waitingOf, "slow");
  const { mode, pause, isOff, isTable, problem, forget, setMode, pauses, resume } = useDriving();
  const other = mode === "async" ? "linear" : "async";
  const driving: readonly MenuEntry[] = [
    ...(isTable
      ? []
      : [
          {
            label: other === "linear" ? "Switch to linear" : "Switch to async",
            about: other === "linear" ? "One ticket at a time" : "Tickets side by side",
            disabled: isOff,
            onSelect: () => setMode(other),
          },
        ]),
    ...(pause === null
      ? pauses
      : [{ label: "Resume", about: `Paused: ${pause.reason}`, disabled: isOff, onSelect: resume }]),
  ];
  return (
    <>
      {waiting > 0 && (
        <Link
          to="/runs/$run/inbox"
          params={{ run }}
          className="inline-flex min-h-7.5 items-center gap-1.5 rounded-control border border-paused bg-paused-fill px-2 text-12 font-semibold text-paused tabular"
        >
          <StatusIcon status="step_paused" size={14} />
          {waiting}
          <span className="sr-only"> waiting for you</span>
        </Link>
      )}
      <More items={[...driving, ...items]} />
      {problem !== null && (
        <div className="absolute top-full right-2 z-30 mt-2 w-[min(24rem,calc(100vw-1rem))]">
          <ProblemNote problem={problem} onClose={forget} />
        </div>
      )}
    </>
  );
}
