// What can be done with a point of the past: begin another run from it, or see what has changed since. The comparison
// stands in the address, so that it can be sent to somebody.

import { useNavigate, useSearch } from "@tanstack/react-router";
import { GitCompareArrows, GitFork } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useBackend } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { useKeys } from "../../ui/use-keys.ts";

const ForkDialog = lazy(async () => ({ default: (await import("./fork-dialog.tsx")).ForkDialog }));
const CompareDialog = lazy(async () => ({ default: (await import("./compare-dialog.tsx")).CompareDialog }));

type PastActionsProps = { readonly at: number; readonly head: number };

export function PastActions({ at, head }: PastActionsProps) {
  const { isOffline } = useBackend();
  const { compare } = useSearch({ from: "/runs/$run" });
  const navigate = useNavigate();
  const [isForking, setIsForking] = useState(false);
  const setCompare = (seq: number | undefined): void =>
    void navigate({ to: ".", search: (now) => ({ ...now, compare: seq }) });
  useKeys("Timeline", [
    { keys: "C", does: "Compare this point with now", run: () => setCompare(head) },
    ...(isOffline ? [] : [{ keys: "F", does: "Fork from this point", run: () => setIsForking(true) }]),
  ]);
  return (
    <>
      <Button
        small
        icon={<GitCompareArrows aria-hidden size={14} />}
        onClick={() => setCompare(head)}
        className="max-md:hidden"
      >
        Compare
      </Button>
      {!isOffline && (
        <Button small icon={<GitFork aria-hidden size={14} />} onClick={() => setIsForking(true)}>
          Fork
        </Button>
      )}
      <Suspense>
        {isForking && <ForkDialog at={at} onClose={() => setIsForking(false)} />}
        {compare !== undefined && (
          <CompareDialog a={at} b={compare} head={head} onChange={setCompare} onClose={() => setCompare(undefined)} />
        )}
      </Suspense>
    </>
  );
}
