// How full a model's window is for a worker: the parts of its next call, what is held back for the reply, and what is
// left. Green under half, yellow up to 80 per cent, red above.

import type { ContextPart } from "../../core/context-size.ts";
import type { ContextColour, ContextGauge, ContextMeter } from "../../views/context-meter.ts";
import { contextInWords, partWords, reserveOf, windowRows } from "../../views/context-words.ts";
import { counted, tokensInWords } from "../../views/words.ts";
import { names } from "./class-names.ts";

const fills = {
  system: "bg-(--cx-system)",
  tools: "bg-(--cx-tools)",
  brief: "bg-(--cx-memory)",
  files: "bg-(--cx-results)",
  history: "bg-(--cx-talk)",
} as const satisfies Record<ContextPart, string>;

const inks = {
  green: "text-completed",
  yellow: "text-paused",
  red: "text-failed",
  unknown: "text-fg2",
} as const satisfies Record<ContextColour, string>;

const miniFills = {
  green: "bg-completed",
  yellow: "bg-paused",
  red: "bg-failed",
  unknown: "bg-fg3",
} as const satisfies Record<ContextColour, string>;

/** `43%` and a short bar, for panes and lists. Nothing where nobody works. */
export function ContextMini({ gauge }: { readonly gauge: ContextGauge | null }) {
  if (gauge === null) return null;
  const { percent, tokens, colour } = gauge;
  return (
    <span
      role="meter"
      aria-label="Context window"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, percent ?? 0)}
      aria-valuetext={contextInWords(gauge)}
      title={contextInWords(gauge)}
      className="flex shrink-0 items-center gap-1.5"
    >
      {percent !== null && (
        <span aria-hidden className="h-1.5 w-12 overflow-hidden rounded-full bg-s4">
          <span className={names("block h-full", miniFills[colour])} style={{ width: `${Math.min(100, percent)}%` }} />
        </span>
      )}
      <span aria-hidden className={names("tabular text-11", colour === "green" ? "text-fg2" : inks[colour])}>
        {percent === null ? `${tokensInWords(tokens)} tokens` : `${percent}%`}
      </span>
    </span>
  );
}

type BarProps = {
  /** Null where no worker stands. */
  readonly meter: ContextMeter | null;
  /** Most tokens of one reply; null: unknown. */
  readonly maxOutput: number | null;
  /** Without the table and what would be trimmed. */
  readonly isShort?: boolean;
};

export function ContextBar({ meter, maxOutput, isShort = false }: BarProps) {
  if (meter === null)
    return <p className="text-12 text-fg2">No worker stands on this ticket now, so there is no window to fill.</p>;
  const { tokens, window, percent, colour, headroom } = meter;
  const reserve = reserveOf(meter, maxOutput);
  return (
    <div className="grid gap-2">
      <div className="flex items-baseline justify-between gap-3">
        <span className="text-12 text-fg2">Context window</span>
        <span className="tabular text-12">
          <strong className="font-semibold">{tokensInWords(tokens)}</strong>
          {window !== null && (
            <span className="text-fg2">
              {" "}
              of {tokensInWords(window)} ({tokensInWords(headroom ?? 0)} left)
            </span>
          )}{" "}
          <strong className={names("font-semibold", inks[colour])}>
            {percent === null ? "size unknown" : `${percent}%`}
          </strong>
        </span>
      </div>
      <Bar meter={meter} reserve={reserve} />
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(8.5rem,1fr))] gap-x-4 gap-y-1">
        {meter.parts.map(({ part, tokens: own }) => (
          <Legend key={part} fill={fills[part]} words={partWords[part]} tokens={own} />
        ))}
        {reserve > 0 && <Legend fill={hatched} words="For output" tokens={reserve} />}
      </ul>
      {!isShort && <Details meter={meter} />}
    </div>
  );
}

const hatched = "bg-[repeating-linear-gradient(135deg,var(--fg3)_0_1.5px,transparent_1.5px_4px)]";

function Bar({ meter, reserve }: { readonly meter: ContextMeter; readonly reserve: number }) {
  const { parts, tokens, window, percent, compactAt } = meter;
  const whole = Math.max(1, window ?? tokens, tokens);
  const share = (part: number): string => `${(part * 100) / whole}%`;
  return (
    <div
      role="meter"
      aria-label="Context window"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.min(100, percent ?? 0)}
      aria-valuetext={contextInWords(meter)}
      className="relative flex h-3.5 gap-px overflow-hidden rounded-cell bg-s4"
    >
      {parts.map(({ part, tokens: own }) => (
        <span key={part} className={fills[part]} style={{ width: share(own) }} />
      ))}
      {reserve > 0 && (
        <span className={names("absolute inset-y-0 right-0", hatched)} style={{ width: share(reserve) }} />
      )}
      {window !== null && (
        <span aria-hidden className="absolute inset-y-0 w-px bg-fg" style={{ left: `${compactAt}%` }} />
      )}
    </div>
  );
}

function Legend({ fill, words, tokens }: { readonly fill: string; readonly words: string; readonly tokens: number }) {
  return (
    <li className="flex items-center gap-1.5 text-12">
      <span aria-hidden className={names("size-2.5 shrink-0 rounded-[3px]", fill)} />
      <span className="text-fg2">{words}</span>
      <span className="tabular ml-auto">{tokensInWords(tokens)}</span>
    </li>
  );
}

function Details({ meter }: { readonly meter: ContextMeter }) {
  const { preview, willCompact, compacted, isCounted } = meter;
  return (
    <div className="grid gap-4 pt-2">
      <table className="w-full text-12">
        <thead className="text-left text-fg3">
          <tr>
            <th className="py-1 font-medium">Part</th>
            <th className="py-1 text-right font-medium">Tokens</th>
            <th className="py-1 text-right font-medium">Share</th>
          </tr>
        </thead>
        <tbody className="tabular">
          {windowRows(meter).map(({ name, tokens, percent }) => (
            <tr key={name} className="border-t border-line">
              <td className="py-1">{name}</td>
              <td className="py-1 text-right">{tokens.toLocaleString("en")}</td>
              <td className="py-1 text-right text-fg2">{percent}%</td>
            </tr>
          ))}
        </tbody>
      </table>
      {preview !== null && (
        <div className={names("rounded-card border px-3 py-2", willCompact ? "border-paused" : "border-line")}>
          <p className={names("text-13 font-medium", willCompact && "text-paused")}>
            {willCompact ? "Next call will trim history" : "What trimming would drop"}
          </p>
          <p className="text-12 text-fg2">
            Turns 1 to {preview.upTo} told in short: {counted(preview.texts, "text")} cut, about{" "}
            {tokensInWords(preview.tokens)} tokens given back. First:
          </p>
          <ol className="mt-1 grid gap-0.5 text-12">
            {preview.first.map(({ what, turn, tokens }) => (
              <li key={`${turn ?? 0} ${what}`} className="flex gap-3">
                <span className="text-fg3">{turn === null ? "" : `turn ${turn}`}</span>
                <span className="min-w-0 flex-1 truncate font-mono">{what}</span>
                <span className="tabular text-fg2">{tokensInWords(tokens)}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
      <p className="text-12 text-fg3">
        {compacted > 0 && `Turns 1 to ${compacted} are told in short already. `}
        {isCounted
          ? "Estimated from what the provider counted for the last call."
          : "Estimated from characters: the provider has not counted a call yet."}
      </p>
    </div>
  );
}
