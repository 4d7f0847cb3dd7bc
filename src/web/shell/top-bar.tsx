// The bar above every screen: which run, how far it is, what it spent, how it is driven.

import { Link, useNavigate } from "@tanstack/react-router";
import { ChevronDown, Moon, Search, Sun } from "lucide-react";
import { lazy, Suspense, useContext, useSyncExternalStore } from "react";
import type { RunState } from "../../core/state.ts";
import type { RunCard } from "../../http/run-card.ts";
import { durationInWords } from "../../views/words.ts";
import { SteadyContext, useNow, useRun, useRunCards } from "../state/hooks.ts";
import { useSettled } from "../state/settled.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { Mark } from "../ui/mark.tsx";
import { Menu } from "../ui/menu.tsx";
import { Meters } from "./meters.tsx";
import { ModeToggle } from "./mode-toggle.tsx";
import { chooseTheme, chosenTheme, subscribeTheme } from "./theme.ts";
import { patiently } from "../ui/patiently.ts";

const NarrowMenu = lazy(async () => ({ default: (await patiently(() => import("./narrow-menu.tsx"))).NarrowMenu }));

type TopBarProps = { readonly openPalette: () => void; readonly openKeys: () => void };

export function TopBar({ openPalette, openKeys }: TopBarProps) {
  const view = useContext(SteadyContext);
  const isSettled = useSettled();
  return (
    <header className="relative col-span-full flex min-h-13 items-center gap-4 border-b border-line px-4 py-1.5 max-sm:gap-2 max-sm:px-3">
      <Link to="/" aria-label="Tutti, all runs" className="rounded-control">
        <Mark />
      </Link>
      {view === null ? (
        <span className="flex-1 font-semibold">Tutti</span>
      ) : (
        <>
          <div className="min-w-0 flex-1">
            <RunTitle />
          </div>
          <Meters />
          <div className="max-md:hidden">
            <ModeToggle />
          </div>
        </>
      )}
      <div className="flex items-center gap-2 max-md:hidden">
        <Button kind="ghost" icon={<Search aria-hidden size={15} />} keys="Ctrl K" onClick={openPalette}>
          <span className="sr-only">Search</span>
        </Button>
        <ThemeButton />
      </div>
      <Suspense>{isSettled && <NarrowMenu openPalette={openPalette} openKeys={openKeys} />}</Suspense>
    </header>
  );
}

const agreementOf = (all: RunState["deliberations"]) =>
  [...all.values()].find(({ purpose }) => purpose === "question")?.result;

const titleOf = ({ config, startedAt, ended, lastAt, phase, deliberations }: RunState) => ({
  title: config?.title ?? "",
  startedAt,
  endedAt: phase === "ended" ? lastAt : null,
  // Of a deliberation what it came to, whatever word the run has for that.
  outcome: ended === null ? null : (agreementOf(deliberations) ?? ended).outcome.replaceAll("_", " "),
});

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

function RunTitle() {
  const { title, startedAt, endedAt, outcome } = useRun(titleOf, "slow");
  const now = useNow(10_000);
  const cards = useRunCards() ?? [];
  const navigate = useNavigate();
  const took = durationInWords((endedAt ?? now) - startedAt);
  return (
    <Menu
      trigger={
        <button type="button" className="flex max-w-full items-center gap-2 rounded-control px-1 text-left hover:bg-s3">
          <span className="min-w-0">
            <span className="block truncate font-semibold">{title}</span>
            <span className="block truncate text-11 text-fg2 tabular first-letter:uppercase">
              {outcome === null ? `Started ${clock.format(startedAt)}, ${took}` : `${outcome} after ${took}`}
            </span>
          </span>
          <ChevronDown aria-hidden size={14} className="shrink-0 text-fg2" />
        </button>
      }
      items={[
        ...cards.slice(0, 12).map((card) => ({
          key: card.run,
          label: card.title === "" ? card.run : card.title,
          about: aboutOf(card),
          onSelect: () => void navigate({ to: "/runs/$run", params: { run: card.run } }),
        })),
        { label: "All runs", onSelect: () => void navigate({ to: "/" }) },
      ]}
    />
  );
}

const aboutOf = ({ project, outcome, phase, pipeline, counts, total }: RunCard): string =>
  `${project.name}, ${outcome ?? phase}, ${pipeline === null ? `${counts.completed} of ${total}` : "deliberation"}`;

function ThemeButton() {
  const theme = useSyncExternalStore(subscribeTheme, chosenTheme);
  const other = theme === "dark" ? "light" : "dark";
  return (
    <IconButton
      label={`Use the ${other} theme`}
      keys="Shift T"
      icon={theme === "dark" ? <Sun aria-hidden size={16} /> : <Moon aria-hidden size={16} />}
      onClick={() => chooseTheme(other)}
    />
  );
}
