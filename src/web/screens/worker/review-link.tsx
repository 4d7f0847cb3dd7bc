// The way to the question that holds a worker.

import { Link } from "@tanstack/react-router";
import { useRunView } from "../../state/hooks.ts";

export function ReviewLink({ approval, small }: { readonly approval: string; readonly small?: boolean }) {
  const { run } = useRunView();
  return (
    <Link
      to="/runs/$run/inbox"
      params={{ run }}
      search={(now) => ({ ...now, approval })}
      className={`inline-flex items-center rounded-control border border-line2 bg-s3 font-medium hover:bg-s4 ${
        small === true ? "min-h-6 px-2 text-12" : "min-h-7.5 px-2.5"
      }`}
    >
      Review
    </Link>
  );
}
