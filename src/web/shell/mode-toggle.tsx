// How the run is driven: side by side or one at a time, and whether it goes on. Takes effect at the next step.

import { ArrowRight, Pause, Play, Shuffle } from "lucide-react";
import type { RunState } from "../../core/state.ts";
import { useCanAct, useCommand, useRun } from "../state/hooks.ts";
import { announce } from "../ui/announcer.tsx";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { ProblemNote } from "../ui/notes.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { useKeys } from "../ui/use-keys.ts";

const drivingOf = ({ mode, pause, phase }: RunState) => ({ mode, pause, isOver: phase === "ended" });

const modes = [
  { value: "async", label: "Async", icon: <Shuffle aria-hidden size={14} /> },
  { value: "linear", label: "Linear", icon: <ArrowRight aria-hidden size={14} /> },
] as const;

export function ModeToggle() {
  const canAct = useCanAct();
  const { mode, pause, isOver } = useRun(drivingOf);
  const { send, isSending, problem, forget } = useCommand();
  const isOff = !canAct || isOver || isSending;

  const setMode = (next: "async" | "linear"): void => {
    if (isOff || next === mode) return;
    void send("/commands", { type: "mode", mode: next }).then(({ ok }) => {
      if (ok) announce(next === "linear" ? "Linear: one ticket at a time." : "Async: tickets run side by side.");
    });
  };
  useKeys("Anywhere", [
    { keys: "Shift L", does: "Async or linear", run: () => setMode(mode === "async" ? "linear" : "async") },
  ]);

  return (
    <div className="relative flex items-center gap-2">
      <Segmented label="Mode" value={mode} options={modes} onChange={setMode} disabled={isOff} />
      {pause === null ? (
        <Menu
          trigger={<Button icon={<Pause aria-hidden size={14} />} disabled={isOff} aria-label="Pause the run" />}
          items={[
            {
              label: "Pause",
              about: "Steps under way end, no further step starts",
              onSelect: () => void send("/commands", { type: "pause" }),
            },
            {
              label: "Drain",
              about: "Tickets under way go on to their end, no further ticket starts",
              onSelect: () => void send("/commands", { type: "pause", drain: true }),
            },
          ]}
        />
      ) : (
        <Button
          kind="primary"
          icon={<Play aria-hidden size={14} />}
          disabled={isOff}
          isSending={isSending}
          title={`Paused: ${pause.reason}`}
          onClick={() => void send("/commands", { type: "resume" })}
        >
          {pause.drain ? "Resume (draining)" : "Resume"}
        </Button>
      )}
      {problem !== null && (
        <div className="absolute top-full right-0 z-30 mt-2 w-96">
          <ProblemNote problem={problem} onClose={forget} />
        </div>
      )}
    </div>
  );
}
