// What a place says that has nothing to show: why, and what to do next.

import type { ReactNode } from "react";
import type { Problem } from "../state/backend.ts";

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="grid h-full place-content-center justify-items-center gap-1.5 p-8 text-center">
      <p className="text-14 font-medium text-fg">{title}</p>
      {children !== undefined && <div className="max-w-prose text-fg2">{children}</div>}
    </div>
  );
}

/** A refusal or an error, with its remedy. Read out at once. */
export function ProblemNote({ problem, onClose }: { readonly problem: Problem; readonly onClose?: () => void }) {
  return (
    <div
      role="alert"
      className="flex items-start gap-3 rounded-card border border-failed/60 bg-del px-3 py-2 text-del-fg"
    >
      <div className="min-w-0 flex-1">
        <p className="font-medium whitespace-pre-line">{problem.detail}</p>
        {problem.problems !== undefined && (
          <ul className="mt-1 list-disc pl-5">
            {problem.problems.map((each) => (
              <li key={JSON.stringify(each)}>{JSON.stringify(each)}</li>
            ))}
          </ul>
        )}
        <p>{problem.remedy}</p>
      </div>
      {onClose !== undefined && (
        <button type="button" className="min-h-6 min-w-6 underline" onClick={onClose}>
          Close
        </button>
      )}
    </div>
  );
}
