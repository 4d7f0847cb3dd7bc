// The way from an entry of a stream to the run as it was when the entry began.

import { Link } from "@tanstack/react-router";
import { History } from "lucide-react";
import type { ReactNode } from "react";
import type { WorkerEntry } from "../../../views/worker-entries.ts";

/** The way is seen where the pointer or the focus is; on a screen that is touched, always. */
export function EntryPlace({ entry, children }: { readonly entry: WorkerEntry; readonly children: ReactNode }) {
  const name = `See the run at event ${entry.seq.toLocaleString("en")}`;
  return (
    <div className="group/entry relative min-w-0 pr-8">
      {children}
      <Link
        to="."
        search={(now) => ({ ...now, at: entry.seq })}
        aria-label={name}
        title={name}
        className="absolute top-0 right-0 inline-grid size-6 place-items-center rounded-control text-transparent group-hover/entry:text-fg3 hover:bg-s3 hover:text-fg! focus-visible:text-fg2 pointer-coarse:text-fg3"
      >
        <History aria-hidden size={13} />
      </Link>
    </div>
  );
}
