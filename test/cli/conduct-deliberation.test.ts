// A deliberation's end is what its process says, whatever happens to the clean-up.

import { describe, expect, it } from "vitest";
import { conductDeliberation } from "../../src/cli/conduct-deliberation.ts";
import type { CliContext } from "../../src/cli/context.ts";
import type { Conducting, Ending } from "../../src/cli/desk.ts";
import { markerWord, openMarker } from "../../src/cli/marker.ts";
import { foldAll } from "../../src/core/evolve.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { failedDeliberation } from "../support/failed-deliberation.ts";

function terminal() {
  const out: string[] = [];
  const err: string[] = [];
  const ends: (() => void)[] = [];
  const to = (lines: string[]) => ({ write: (text: string) => lines.push(text) > 0, on: () => {}, off: () => {} });
  const context = {
    out: to(out),
    err: to(err),
    keyboard: {},
    env: {},
    now: () => 2_000_000_000_000,
    onStopSignal: () => () => {},
    onExit: (callback: () => void) => {
      ends.push(callback);
      return () => {};
    },
    exitNow: () => {},
  } as unknown as CliContext;
  return { context, out, err, exit: () => ends.forEach((end) => end()) };
}

const state = foldAll(failedDeliberation({ run: "run_0123456789abcdef" as RunId }).records);

const conductingOf = (more: Partial<Conducting>): Conducting =>
  ({
    run: state.run,
    folder: "/nowhere",
    notes: [],
    state: () => state,
    history: () => [],
    wholeText: () => Promise.resolve(""),
    subscribe: () => () => {},
    page: Promise.resolve(null),
    start: () => {},
    stop: () => Promise.resolve(),
    done: Promise.resolve<Ending>({ kind: "ended" }),
    besides: { runs: () => [], over: () => Promise.resolve(), stop: () => Promise.resolve() },
    close: () => Promise.resolve(),
    ...more,
  }) as unknown as Conducting;

const conduct = async (conducting: Conducting, next?: () => Promise<Conducting | undefined>) => {
  const { context, out, err, exit } = terminal();
  const options = {
    program: "tutti",
    json: false,
    plain: true,
    marker: openMarker(context, false),
    ...(next && { next }),
  };
  const code = await conductDeliberation(conducting, context, options).catch((error: unknown) => String(error));
  exit();
  const markers = out
    .join("")
    .split("\n")
    .filter((line) => line.startsWith(markerWord));
  return { code, err: err.join(""), markers };
};

describe("the end of a deliberation's process", () => {
  it("DCLI16 a clean-up that fails is a note beside the exit code of the ending (DB-72)", async () => {
    const good = await conduct(conductingOf({}));
    const bad = await conduct(conductingOf({ close: () => Promise.reject(new Error("the disk is gone")) }));
    expect(good.code).toBeGreaterThan(1);
    expect([bad.code, bad.markers.length]).toEqual([good.code, 1]);
    expect(bad.err).toContain("could not be put away: the disk is gone");
  });

  it("DCLI7 a run that cannot be shown is put away too, with one marker", async () => {
    let closed = 0;
    const { code, markers } = await conduct(
      conductingOf({
        history: () => {
          throw new Error("the view is broken");
        },
        close: () => {
          closed += 1;
          return Promise.resolve();
        },
      }),
    );
    expect([code, closed, markers.length]).toEqual(["Error: the view is broken", 1, 1]);
  });

  it("DCLI16 a clean-up that never ends is waited for a while (DB-72)", async () => {
    const { code, markers, err } = await conduct(conductingOf({ close: () => new Promise(() => {}) }));
    expect([typeof code, markers.length]).toEqual(["number", 1]);
    expect(err).toContain("it does not come to its end");
  }, 20_000);

  it("DCLI16 a recovery that cannot be begun changes neither exit code nor marker, and is told", async () => {
    const alone = await conduct(conductingOf({}));
    const { code, err, markers } = await conduct(conductingOf({}), () => Promise.reject(new Error("It is held.")));
    expect([code, markers]).toEqual([alone.code, alone.markers]);
    expect(err).toContain("It is held. The recovery is not begun. Begin it with: tutti recover run_");
  });

  it("DCLI7 a conductor that cannot go on is an error with one marker (DB-42)", async () => {
    const fault: Ending = { kind: "fault", error: new Error("the store is damaged") };
    const { code, markers } = await conduct(conductingOf({ done: Promise.resolve(fault) }));
    expect(code).toContain("the store is damaged");
    expect(markers).toHaveLength(1);
  });
});
