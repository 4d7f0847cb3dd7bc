// Said above the screen while the page is cut off from the server, or takes nothing more of what comes: what is shown
// is no longer how the run stands.

import { useContext, useEffect, useState } from "react";
import { LiveContext, useConnectionState } from "../state/hooks.ts";

/** A restart of the server is over by then. */
const patienceMs = 2_000;

export function LostNote() {
  const { lostSince, stalled, over } = useConnectionState();
  const live = useContext(LiveContext);
  const isLost = useIsLong(lostSince);
  const isGone = lostSince !== null && over?.serves === false;
  const at = live === null ? "" : `Shown is event ${live.state().seq.toLocaleString("en")}. `;
  const words =
    stalled !== null
      ? `${stalled} ${at}Load the page again to go on.`
      : isGone
        ? `The process that conducted this run has ended. \`tutti serve\` shows it again. ${at}`
        : `There is no connection to Tutti. ${at}The page connects again by itself; if it does not, start Tutti again.`;
  return (
    <div role="status">
      {(isLost || isGone || stalled !== null) && (
        <p className="border-b border-paused bg-paused-fill px-4 py-1.5 text-fg max-sm:px-3">{words}</p>
      )}
    </div>
  );
}

function useIsLong(since: number | null): boolean {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (since === null) return undefined;
    const timer = setTimeout(() => setLong(true), patienceMs);
    return () => clearTimeout(timer);
  }, [since]);
  return isLong;
}
