// Where the run stands in its chain of recoveries: which attempt it is, the run before and the run after.

import { Link } from "@tanstack/react-router";
import { CornerDownRight, CornerUpLeft } from "lucide-react";
import { mostGenerations } from "../../../domain/recovery.ts";
import { names } from "../../ui/class-names.ts";

type ChainProps = {
  readonly attempt: number;
  readonly prior: string | null;
  readonly next: string | null;
  readonly className?: string;
};

const linkClass =
  "relative z-10 inline-flex min-h-6 shrink-0 items-center gap-1 rounded-cell bg-s3 px-1.5 text-11 text-accent hover:underline";

/** Nothing for a run that is a chain of its own. */
export function ChainNote({ attempt, prior, next, className }: ChainProps) {
  if (prior === null && next === null) return null;
  return (
    <span className={names("inline-flex flex-wrap items-center gap-1.5", className)}>
      <span className="rounded-cell bg-s4 px-1.5 text-11 leading-5 font-medium text-fg tabular">
        attempt {attempt}/{mostGenerations}
      </span>
      {prior !== null && (
        <Link to="/runs/$run" params={{ run: prior }} className={linkClass}>
          <CornerUpLeft aria-hidden size={11} />
          recovers {prior}
        </Link>
      )}
      {next !== null && (
        <Link to="/runs/$run" params={{ run: next }} className={linkClass}>
          <CornerDownRight aria-hidden size={11} />
          recovered by {next}
        </Link>
      )}
    </span>
  );
}
