// The slider over the log: a bar a stretch, as high as its records came fast; above it what stands out.

import { memo, useMemo } from "react";
import type { Mark, MarkKind, Stretch } from "../../../views/marks.ts";
import { counted } from "../../../views/words.ts";
import type { TicketStatus } from "../../../domain/ticket.ts";
import { StatusIcon } from "../../ui/status-icon.tsx";
import { stopKinds } from "./use-stretches.ts";

type ScrubberProps = {
  readonly stretches: readonly Stretch[];
  readonly here: number;
  readonly head: number;
  readonly seek: (seq: number | undefined) => void;
};

const pageStep = 500;
const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });

export function Scrubber({ stretches, here, head, seek }: ScrubberProps) {
  const at = stretches.findLast(({ from }) => from <= here)?.at;
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const by = event.key === "PageUp" ? pageStep : event.key === "PageDown" ? -pageStep : 0;
    if (by === 0) return;
    event.preventDefault();
    seek(here + by);
  };
  return (
    <div className="relative h-13 min-w-0 flex-1 max-sm:hidden">
      <Density stretches={stretches} here={here} head={head} />
      <input
        type="range"
        aria-label="Event shown"
        aria-valuetext={`Event ${here} of ${head}${at === undefined ? "" : `, ${clock.format(at)}`}`}
        min={1}
        max={Math.max(1, head)}
        value={here}
        onChange={({ target }) => seek(Number(target.value))}
        onKeyDown={onKeyDown}
        className="absolute inset-x-0 bottom-0 h-8 w-full cursor-ew-resize appearance-none bg-transparent [&::-webkit-slider-thumb]:h-8 [&::-webkit-slider-thumb]:w-6 [&::-webkit-slider-thumb]:cursor-ew-resize [&::-webkit-slider-thumb]:appearance-none [&::-webkit-slider-thumb]:bg-[linear-gradient(var(--fg),var(--fg))] [&::-webkit-slider-thumb]:bg-[length:3px_100%] [&::-webkit-slider-thumb]:bg-center [&::-webkit-slider-thumb]:bg-no-repeat"
      />
      <Stops stretches={stretches} head={head} seek={seek} />
    </div>
  );
}

/** Records in a second, of each stretch; the clock may have stood still or gone back. */
function ratesOf(stretches: readonly Stretch[]): readonly number[] {
  return stretches.map(({ from, to, at }, place) => {
    const until = stretches[place + 1]?.at ?? at + 1_000;
    return (to - from + 1) / Math.max(50, until - at);
  });
}

function Density({ stretches, here, head }: Omit<ScrubberProps, "seek">) {
  const rates = useMemo(() => ratesOf(stretches), [stretches]);
  // One burst must not flatten all the rest.
  const most = Math.max(rates.toSorted((a, b) => a - b)[Math.floor(rates.length * 0.95)] ?? 0, Number.MIN_VALUE);
  return (
    <svg
      aria-hidden
      preserveAspectRatio="none"
      viewBox={`0 0 ${Math.max(1, head)} 100`}
      className="absolute inset-x-3 bottom-0 h-7 w-[calc(100%-24px)]"
    >
      {stretches.map(({ from, to }, place) => {
        const height = 12 + 88 * Math.min(1, (rates[place] ?? 0) / most);
        return (
          <rect
            key={from}
            x={from - 1}
            y={100 - height}
            width={(to - from + 1) * 0.82}
            height={height}
            fill={from <= here ? "var(--running)" : "var(--s4)"}
          />
        );
      })}
    </svg>
  );
}

const icons: Partial<Record<MarkKind, TicketStatus>> = {
  gate: "step_paused",
  pause: "step_paused",
  failed: "failed",
  blocked: "blocked",
  fork: "ready",
  plan: "running",
  end: "completed",
};
const words: Partial<Record<MarkKind, string>> = {
  gate: "question for you",
  pause: "pause",
  failed: "failure",
  blocked: "blocked ticket",
  fork: "fork",
  plan: "change of the plan",
  end: "end",
};
const gravity: readonly MarkKind[] = ["end", "fork", "gate", "failed", "blocked", "plan", "pause"];

type Stop = { readonly place: number; readonly mark: Mark; readonly more: number };

/** Places closer than a pointer can tell apart become one: 24 px of about 900. */
const clusters = 36;

function clusterOf(stretches: readonly Stretch[], head: number): readonly Stop[] {
  const grouped = new Map<number, Mark[]>();
  for (const mark of stretches.flatMap(({ marks }) => marks)) {
    if (!stopKinds.has(mark.kind)) continue;
    const place = Math.min(clusters - 1, Math.floor((clusters * mark.first) / Math.max(1, head)));
    grouped.set(place, [...(grouped.get(place) ?? []), mark]);
  }
  return [...grouped].map(([place, marks]) => {
    const [gravest] = marks.toSorted((a, b) => gravity.indexOf(a.kind) - gravity.indexOf(b.kind));
    const count = marks.reduce((sum, mark) => sum + mark.count, 0);
    return { place, mark: gravest as Mark, more: count - 1 };
  });
}

const Stops = memo(({ stretches, head, seek }: Pick<ScrubberProps, "stretches" | "head" | "seek">) => {
  const stops = useMemo(() => clusterOf(stretches, head), [stretches, head]);
  return (
    <div className="absolute inset-x-3 top-0 h-6">
      {stops.map(({ place, mark, more }) => (
        <button
          key={place}
          type="button"
          tabIndex={-1}
          style={{ left: `${(100 * mark.first) / Math.max(1, head)}%` }}
          className="absolute top-0 grid size-6 -translate-x-1/2 place-items-center rounded-cell hover:bg-s4"
          title={`Event ${mark.first}: ${words[mark.kind] ?? mark.kind}${more > 0 ? `, and ${counted(more, "more stop")} near it` : ""}`}
          onClick={() => seek(mark.first)}
        >
          <StatusIcon status={icons[mark.kind] ?? "ready"} size={12} />
          <span className="sr-only">
            {words[mark.kind]} at event {mark.first}
          </span>
        </button>
      ))}
    </div>
  );
});
Stops.displayName = "Stops";
