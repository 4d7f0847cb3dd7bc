// How the run is driven, and the commands that change it: for the toggle of the top bar and for the menu in its place.

import type { RunState } from "../../core/state.ts";
import { useCanAct, useCommand, useRun } from "../state/hooks.ts";
import { announce } from "../ui/announcer.tsx";
import type { MenuEntry } from "../ui/menu.tsx";

const drivingOf = ({ mode, pause, phase, config }: RunState) => ({
  mode,
  pause,
  isOver: phase === "ended",
  /** Of one deliberation: there are no tickets that could go one by one, or be let go on to their end. */
  isTable: config?.deliberation !== undefined,
});

export function useDriving() {
  const canAct = useCanAct();
  const { mode, pause, isOver, isTable } = useRun(drivingOf);
  const { send, isSending, problem, forget } = useCommand();
  const isOff = !canAct || isOver || isSending;
  const setMode = (next: "async" | "linear"): void => {
    if (isOff || isTable || next === mode) return;
    void send("/commands", { type: "mode", mode: next }).then(({ ok }) => {
      if (ok) announce(next === "linear" ? "Linear: one ticket at a time." : "Async: tickets run side by side.");
    });
  };
  const pauses: readonly MenuEntry[] = [
    {
      label: "Pause",
      about: "Steps under way end, no further step starts",
      disabled: isOff,
      onSelect: () => void send("/commands", { type: "pause" }),
    },
    ...(isTable
      ? []
      : [
          {
            label: "Drain",
            about: "Tickets under way go on to their end, no further ticket starts",
            disabled: isOff,
            onSelect: () => void send("/commands", { type: "pause", drain: true }),
          },
        ]),
  ];
  const resume = (): void => void send("/commands", { type: "resume" });
  return { mode, pause, isOff, isTable, isSending, problem, forget, setMode, pauses, resume };
}
