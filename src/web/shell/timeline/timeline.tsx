// The run's timeline: how much happened where, what stands out, and a slider that shows the run as it was at any event.

import { useSearch } from "@tanstack/react-router";
import { ChevronFirst, ChevronLast, Pause, Play, SkipBack, SkipForward, StepBack, StepForward } from "lucide-react";
import { lazy, memo, Suspense, useCallback, useEffect, useMemo, useState, useSyncExternalStore } from "react";
import { useBackend, useConnectionState, usePlace } from "../../state/hooks.ts";
import type { RunView } from "../../state/run-store.ts";
import { Button, IconButton } from "../../ui/button.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { Scrubber } from "./scrubber.tsx";
import { stopsOf, useStretches } from "./use-stretches.ts";

const PastActions = lazy(async () => ({ default: (await import("./past-actions.tsx")).PastActions }));

/** A whole run is played in about this many steps, ten of them a second. */
const playSteps = 600;
const playMs = 100;

export const Timeline = memo(({ live }: { readonly live: RunView }) => {
  const { at, head, stretches, seek, step, toStop } = useWay(live);
  const here = at ?? head;
  const [isPlaying, play] = usePlay({ here, head, seek });
  useKeys("Timeline", [
    { keys: "[", does: "The stop before: a gate, a failure, an end", run: () => toStop(-1) },
    { keys: "]", does: "The next stop", run: () => toStop(1) },
    { keys: "L", does: "Go live", run: () => seek(undefined) },
  ]);
  const isLive = at === undefined;
  return (
    <footer
      aria-label="Run timeline"
      className="flex min-h-16 items-center gap-3 border-t border-line bg-s1 px-3 max-sm:min-h-11 max-sm:flex-wrap max-sm:gap-x-2 max-sm:gap-y-1 max-sm:px-2 max-sm:py-1"
    >
      <Transport isLive={isLive} seek={seek} step={step} toStop={toStop} isPlaying={isPlaying} play={play} />
      <Scrubber stretches={stretches} here={here} head={head} seek={seek} />
      <span className="shrink-0 text-12 text-fg2 tabular max-sm:ml-auto">
        <span className="max-sm:hidden">Event </span>
        <strong className="font-semibold text-fg">{here.toLocaleString("en")}</strong>{" "}
        <span className="max-[359px]:sr-only">of {head.toLocaleString("en")}</span>
      </span>
      {isLive ? (
        <NowMark />
      ) : (
        <>
          <Suspense>
            <PastActions at={here} head={head} />
          </Suspense>
          <Button small kind="primary" keys="L" onClick={() => seek(undefined)}>
            Go live
          </Button>
        </>
      )}
    </footer>
  );
});
Timeline.displayName = "Timeline";

/** Where in the log the person is, and the ways on from there. */
function useWay(live: RunView) {
  const place = usePlace();
  const { run } = live;
  const { at: addressed } = useSearch({ from: "/runs/$run" });
  const at = useSyncExternalStore(place.subscribe, () => place.seenFrom({ run, at: addressed }));
  const head = useSyncExternalStore(
    (listener) => live.subscribe(listener, "slow"),
    () => live.head(),
  );
  const stretches = useStretches(live, head);
  const stops = useMemo(() => stopsOf(stretches), [stretches]);
  const seek = useCallback(
    (seq: number | undefined) => place.ask(seq === undefined || seq >= head ? undefined : Math.max(1, Math.round(seq))),
    [place, head],
  );
  // From where the last press led, which may not be drawn yet.
  const step = useCallback((by: -1 | 1): void => seek((place.at() ?? head) + by), [place, head, seek]);
  const toStop = useCallback(
    (by: -1 | 1): void => {
      const from = place.at() ?? head;
      seek(by < 0 ? (stops.findLast((stop) => stop < from) ?? 1) : stops.find((stop) => stop > from));
    },
    [place, head, seek, stops],
  );
  return { at, head, stretches, seek, step, toStop };
}

/** Live only while what happens comes here. */
function NowMark() {
  const { isOffline } = useBackend();
  const { lostSince } = useConnectionState();
  const mark = "inline-flex min-h-6 shrink-0 items-center gap-1.5 rounded-control px-2 text-12 whitespace-nowrap";
  if (isOffline) return <span className={`${mark} bg-s3 text-fg2`}>Last event</span>;
  if (lostSince !== null) return <span className={`${mark} bg-paused-fill text-paused`}>Offline</span>;
  return (
    <span className={`${mark} bg-add text-add-fg`}>
      <span aria-hidden className="size-1.5 rounded-full bg-completed" />
      Live
    </span>
  );
}

type TransportProps = {
  readonly isLive: boolean;
  readonly seek: (seq: number | undefined) => void;
  readonly step: (by: -1 | 1) => void;
  readonly toStop: (by: -1 | 1) => void;
  readonly isPlaying: boolean;
  readonly play: (isOn: boolean) => void;
};

const Transport = memo(({ isLive, seek, step, toStop, isPlaying, play }: TransportProps) => {
  const buttons = [
    { label: "First event", icon: ChevronFirst, isWide: true, act: () => seek(1) },
    { label: "Stop before", keys: "[", icon: SkipBack, act: () => toStop(-1) },
    { label: "Event before", icon: StepBack, act: () => step(-1) },
    {
      label: isPlaying ? "Stop playing" : "Play",
      icon: isPlaying ? Pause : Play,
      act: () => play(!isPlaying),
    },
    { label: "Next event", icon: StepForward, isOff: isLive, act: () => step(1) },
    { label: "Next stop", keys: "]", icon: SkipForward, isOff: isLive, act: () => toStop(1) },
    { label: "Now", keys: "L", icon: ChevronLast, isWide: true, isOff: isLive, act: () => seek(undefined) },
  ];
  return (
    <div className="flex items-center">
      {buttons.map(({ label, keys, icon: Icon, isWide, isOff, act }) => (
        <IconButton
          key={label}
          label={label}
          {...(keys !== undefined && { keys })}
          icon={<Icon aria-hidden size={15} />}
          disabled={isOff === true}
          onClick={act}
          {...(isWide === true && { className: "max-sm:hidden" })}
        />
      ))}
    </div>
  );
});
Transport.displayName = "Transport";

type PlayOptions = {
  readonly here: number;
  readonly head: number;
  readonly seek: (seq: number | undefined) => void;
};

function usePlay({ here, head, seek }: PlayOptions): readonly [boolean, (isOn: boolean) => void] {
  const [isPlaying, setIsPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return undefined;
    const next = here + Math.max(1, Math.round(head / playSteps));
    const timer = setTimeout(() => {
      seek(next);
      if (next >= head) setIsPlaying(false);
    }, playMs);
    return () => clearTimeout(timer);
  }, [isPlaying, here, head, seek]);
  const isAtEnd = here >= head;
  const play = useCallback(
    (isOn: boolean): void => {
      if (isOn && isAtEnd) seek(1);
      setIsPlaying(isOn);
    },
    [isAtEnd, seek],
  );
  return [isPlaying, play];
}
