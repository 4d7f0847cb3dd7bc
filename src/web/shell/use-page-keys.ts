// The keys that mean the same on every screen.

import { useNavigate, useParams } from "@tanstack/react-router";
import { chooseTheme, chosenTheme } from "./theme.ts";
import { keepPoint } from "../search.ts";
import { useKeys, type KeyBinding } from "../ui/use-keys.ts";
import type { Layer } from "./shell.tsx";

const regions = "header, nav, main, aside, footer";

/** F6: the next region of the page, as windows do it. */
function moveRegion(by: 1 | -1): void {
  const all = [...document.querySelectorAll<HTMLElement>(regions)].filter((each) => each.closest("[hidden]") === null);
  const now = all.findLastIndex((each) => each.contains(document.activeElement));
  const next = all[(now + by + all.length) % all.length];
  const inside = next?.querySelector<HTMLElement>(
    '[tabindex="0"], button:not(:disabled), a[href], input:not(:disabled), textarea, select',
  );
  (inside ?? next)?.focus();
}

/** `store`: the server that runs lie on, where they do. */
export function usePageKeys(open: (layer: Layer) => void, store: string | null): void {
  const navigate = useNavigate();
  const { run } = useParams({ strict: false });
  const go = (to: string) => (): void => void navigate({ to, params: { run } as never });
  const goInRun = (to: string) => (): void =>
    void navigate({ to, params: { run } as never, search: keepPoint as never });
  const ofRun: readonly KeyBinding[] =
    run === undefined
      ? []
      : [
          { keys: "G B", does: "Board", run: goInRun("/runs/$run") },
          { keys: "G A", does: "Agents", run: goInRun("/runs/$run/agents") },
          { keys: "G S", does: "Spend", run: goInRun("/runs/$run/spend") },
          { keys: "G M", does: "Models and budgets", run: goInRun("/runs/$run/models") },
          { keys: "G P", does: "Report", run: goInRun("/runs/$run/report") },
        ];
  useKeys("Anywhere", [
    { keys: "Ctrl K", does: "Search tickets, runs and commands", run: () => open("palette"), everywhere: true },
    { keys: "?", does: "All keys", run: () => open("keys") },
    { keys: "G R", does: "Runs", run: go("/") },
    { keys: "G I", does: "Inbox", run: run === undefined ? go("/inbox") : goInRun("/runs/$run/inbox") },
    ...(store === null ? [] : [{ keys: "G H", does: "Machines", run: go("/machines") }]),
    ...ofRun,
    { keys: "Shift T", does: "Dark or light", run: () => chooseTheme(chosenTheme() === "dark" ? "light" : "dark") },
    { keys: "F6", does: "Next part of the page", run: () => moveRegion(1), everywhere: true },
    { keys: "Shift F6", does: "Part before", run: () => moveRegion(-1), everywhere: true },
  ]);
}
