// How the page stands to the server: how far behind, catching up, or cut off and what is shown meanwhile.

import { CircleStop, CloudOff, FileText, Radio } from "lucide-react";
import { useContext, useSyncExternalStore } from "react";
import { LiveContext, useBackend, useConnectionState, useClock } from "../state/hooks.ts";
import { durationInWords } from "../../views/words.ts";

export function ConnectionBadge() {
  const { isOpen, lostSince, over, lagMs } = useConnectionState();
  const { isOffline } = useBackend();
  const live = useContext(LiveContext);
  const behind = useSyncExternalStore(
    (listener) => live?.subscribe(listener, "slow") ?? (() => {}),
    () => (live === null ? 0 : live.head() - live.state().seq),
  );
  const now = useClock();
  if (isOffline)
    return (
      <p className="grid justify-items-center gap-0.5 pb-2 text-center text-11 text-fg2">
        <FileText aria-hidden size={16} />
        Exported
      </p>
    );
  if (!isOpen && over?.serves === false)
    return (
      <p className="grid justify-items-center gap-0.5 px-1 pb-2 text-center text-11 text-fg2">
        <CircleStop aria-hidden size={16} />
        Process ended
      </p>
    );
  if (!isOpen && lostSince !== null)
    return (
      <p className="grid justify-items-center gap-0.5 px-1 pb-2 text-center text-11 text-failed">
        <CloudOff aria-hidden size={16} />
        Offline for {durationInWords(Math.max(0, now - lostSince))}
      </p>
    );
  return (
    <p className="grid justify-items-center gap-0.5 pb-2 text-center text-11 text-fg2 tabular">
      <Radio aria-hidden size={16} className={isOpen ? "text-completed" : "text-fg3"} />
      {isOpen
        ? behind > 0
          ? `${behind.toLocaleString("en")} to come`
          : lagMs === null
            ? "Live"
            : `${lagMs} ms`
        : "Connecting"}
    </p>
  );
}
