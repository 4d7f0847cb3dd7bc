// The head of a request in view: how it stands, what it touches, what it is, and the payload an answer is bound to.

import { Fingerprint } from "lucide-react";
import { toPrintableLine } from "../../../domain/printable.ts";
import type { ApprovalView } from "../../../views/approvals.ts";
import { requestName, type Matter } from "../../../views/decision-words.ts";
import type { GateStory } from "../../../views/gate-story.ts";
import { StatusIcon } from "../../ui/status-icon.tsx";
import type { ReactNode } from "react";

type RequestHeaderProps = {
  readonly view: ApprovalView;
  readonly matter: Matter;
  readonly story: GateStory | null;
  readonly back: ReactNode;
};

export function RequestHeader({ view, matter, story, back }: RequestHeaderProps) {
  const { head, subject } = requestName(view, matter);
  return (
    <header className="border-b border-line px-4 py-3">
      <div className="flex flex-wrap items-center gap-2">
        {back}
        {story !== null && (
          <span className="inline-flex items-center gap-1.5 rounded-cell bg-paused-fill px-2 py-0.5 text-12 font-medium text-paused">
            <StatusIcon status="step_paused" size={13} />
            {story.stands}
          </span>
        )}
        {story?.effects.map((effect) => (
          <span key={effect} className="rounded-cell bg-s3 px-2 py-0.5 text-12 text-fg2">
            {effect}
          </span>
        ))}
        <span className="ml-auto inline-flex items-center gap-1.5 text-12 text-fg2" title={view.digest}>
          <Fingerprint aria-hidden size={14} />
          Your answer is bound to payload <span className="font-mono text-fg">{view.digest.slice(0, 6)}</span>
        </span>
      </div>
      <h2 className="pt-2 text-16 font-normal wrap-anywhere">
        <span className="font-mono font-semibold">{head}</span>
        {subject !== "" && <span className="text-fg2"> {subject}</span>}
      </h2>
      <p className="pt-0.5 text-fg2">{toPrintableLine(view.asks)}</p>
    </header>
  );
}
