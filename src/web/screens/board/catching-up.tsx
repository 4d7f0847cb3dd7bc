// Before the run's records are here: how far they are, and what is wrong where they do not come.

import { useSyncExternalStore } from "react";
import { useConnectionState, useRunView } from "../../state/hooks.ts";
import { Empty } from "../../ui/notes.tsx";

export function CatchingUp() {
  const view = useRunView();
  const connection = useConnectionState();
  const head = useSyncExternalStore(
    (listener) => view.subscribe(listener, "slow"),
    () => view.head(),
  );
  if (connection.lostSince !== null)
    return (
      <Empty title="The connection to Tutti is lost">
        See whether <code>tutti run</code> or <code>tutti serve</code> still runs. The page goes on by itself when it
        does.
      </Empty>
    );
  return <Empty title={head === 0 ? "Loading the run" : `Loading event ${view.state().seq} of ${head}`} />;
}
