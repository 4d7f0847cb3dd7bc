// Why an answer was not taken: in one sentence, or everything that is wrong with a plan or a patch, place by place.

import { X } from "lucide-react";
import { toPrintable } from "../../../domain/printable.ts";
import type { PlanProblem } from "../../../domain/rejection.ts";
import type { Problem } from "../../state/backend.ts";
import { IconButton } from "../../ui/button.tsx";

export function AnswerProblem({ problem, onClose }: { readonly problem: Problem; readonly onClose: () => void }) {
  return (
    <div
      role="alert"
      className="flex items-start gap-3 rounded-card border border-failed/60 bg-del px-3 py-2 text-del-fg"
    >
      <div className="max-h-40 min-w-0 flex-1 overflow-auto">
        <p className="font-medium">{toPrintable(problem.detail)}</p>
        {problem.problems !== undefined && (
          <ul className="my-1 grid gap-1">
            {problem.problems.map((each, place) => (
              <PlaceProblem key={place} problem={each} />
            ))}
          </ul>
        )}
        <p>{toPrintable(problem.remedy)}</p>
      </div>
      <IconButton small label="Close" icon={<X aria-hidden size={14} />} onClick={onClose} />
    </div>
  );
}

function PlaceProblem({ problem: { index, id, field, problem, remedy } }: { readonly problem: PlanProblem }) {
  const where = index < 0 ? "The file" : `Ticket ${index + 1}${id === undefined ? "" : ` (${id})`}`;
  return (
    <li>
      <span className="font-mono text-12">
        {toPrintable(where)}, {toPrintable(field)}
      </span>
      : {toPrintable(problem)}. {toPrintable(remedy)}
    </li>
  );
}
