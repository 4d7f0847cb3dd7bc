// What can be done with a point of the past: begin another run from it, or see what has changed since.

import { useNavigate } from "@tanstack/react-router";
import { GitCompareArrows } from "lucide-react";
import { Button } from "../../ui/button.tsx";

type PastActionsProps = { readonly at: number; readonly head: number };

export function PastActions({ at, head }: PastActionsProps) {
  const navigate = useNavigate();
  return (
    <Button
      small
      icon={<GitCompareArrows aria-hidden size={14} />}
      onClick={() => void navigate({ from: "/runs/$run", to: ".", search: (now) => ({ ...now, at, compare: head }) })}
    >
      Compare with now
    </Button>
  );
}
