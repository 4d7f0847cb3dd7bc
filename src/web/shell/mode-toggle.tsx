// How the run is driven: side by side or one at a time, and whether it goes on. Takes effect at the next step.

import { ArrowRight, Pause, Play, Shuffle } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { ProblemNote } from "../ui/notes.tsx";
import { Segmented } from "../ui/segmented.tsx";
import { useKeys } from "../ui/use-keys.ts";
import { useDriving } from "./driving.ts";

const modes = [
  { value: "async", label: "Async", icon: <Shuffle aria-hidden size={14} /> },
  { value: "linear", label: "Linear", icon: <ArrowRight aria-hidden size={14} /> },
] as const;

export function ModeToggle() {
  const { mode, pause, isOff, isTable, isSending, problem, forget, setMode, pauses, resume } = useDriving();
  const turn = (): void => setMode(mode === "async" ? "linear" : "async");
  useKeys("Anywhere", isTable ? [] : [{ keys: "Shift L", does: "Async or linear", run: turn }]);

  return (
    <div className="relative flex items-center gap-2">
      {!isTable && <Segmented label="Mode" value={mode} options={modes} onChange={setMode} disabled={isOff} />}
      {pause === null ? (
        <Menu
          trigger={<Button icon={<Pause aria-hidden size={14} />} disabled={isOff} aria-label="Pause the run" />}
          items={pauses}
        />
      ) : (
        <Button
          kind="primary"
          icon={<Play aria-hidden size={14} />}
          disabled={isOff}
          isSending={isSending}
          title={`Paused: ${pause.reason}`}
          onClick={resume}
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
