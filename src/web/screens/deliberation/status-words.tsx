// A standing as its silhouette and its word, together.

import type { Standing } from "../../../views/deliberation-standing.ts";
import { toPrintable } from "../../../domain/printable.ts";
import { names } from "../../ui/class-names.ts";
import { StatusIcon, statusInk } from "../../ui/status-icon.tsx";

export function StandingBadge({ of, className }: { readonly of: Standing; readonly className?: string }) {
  return (
    <span className={names("inline-flex items-center gap-1.5 text-12 font-medium", statusInk(of.status), className)}>
      <StatusIcon status={of.status} size={14} />
      {of.word}
    </span>
  );
}

type MeterProps = {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** What is said of it, numbers included. */
  readonly words: string;
  readonly isReached?: boolean;
  /** Where a line stands on it, 0 to 1. */
  readonly mark?: number;
};

export function Meter({ label, value, max, words, isReached = false, mark }: MeterProps) {
  const part = max <= 0 ? 0 : Math.min(1, Math.max(0, value / max));
  return (
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max <= 0 ? 1 : max}
      aria-valuenow={Math.min(Math.max(0, value), max <= 0 ? 1 : max)}
      aria-valuetext={words}
      className="relative h-1.5 overflow-hidden rounded-full bg-s4"
    >
      <span
        className={names("block h-full rounded-full", isReached ? "bg-paused" : "bg-running")}
        style={{ width: `${part * 100}%` }}
      />
      {mark !== undefined && (
        <span className="absolute inset-y-0 w-0.5 bg-fg" style={{ left: `calc(${Math.min(1, mark) * 100}% - 1px)` }} />
      )}
    </div>
  );
}

export const percent = (part: number): string => `${Math.round(part * 100)} %`;

const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function Moment({ at }: { readonly at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} className="text-11 text-fg3 tabular">
      {clock.format(at)}
    </time>
  );
}

type PanelProps = {
  readonly title: string;
  readonly id: string;
  readonly aside?: React.ReactNode;
  readonly children: React.ReactNode;
};

export function Panel({ title, id, aside, children }: PanelProps) {
  return (
    <section aria-labelledby={id} className="min-w-0 rounded-panel border border-line bg-s1">
      <div className="flex min-h-9 flex-wrap items-center gap-2 border-b border-line px-4 py-1">
        <h2 id={id} className="flex-1 text-13 font-semibold">
          {title}
        </h2>
        {aside}
      </div>
      <div className="p-4 max-sm:p-3">{children}</div>
    </section>
  );
}

/** An agent's words: text, whatever stands in it. */
export const drawWords = (text: string): React.ReactNode => (
  <p className="wrap-anywhere whitespace-pre-wrap">{toPrintable(text)}</p>
);
