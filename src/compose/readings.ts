// The runs that nobody conducts and somebody looks at: each is opened once for all who look, and closed a while after
// the last one has gone.

import type { RunId } from "../domain/ids.ts";
import { noLiveTexts } from "../engine/live-texts.ts";
import type { FoundRun, OpenRun } from "../http/runs.ts";
import { findPerson } from "./person.ts";
import type { Environment, ProjectRuns } from "./place.ts";
import { openReading, type Reading } from "./reading.ts";
import { holdRun, openForRecording } from "./resume-run.ts";

type Kept = {
  readonly reading: Promise<Reading>;
  readonly over: AbortController;
  users: number;
  timer: NodeJS.Timeout | undefined;
  /** Words of two people are recorded one after the other. */
  lastChange: Promise<unknown>;
};

/** A page asks several things of one run in a row. */
const lingerMs = 10_000;

type FoundOpen = Extract<FoundRun, { kind: "open" }>;

export class Readings {
  readonly #env: Environment;
  readonly #opened = new Map<RunId, Kept>();

  constructor(env: Environment) {
    this.#env = env;
  }

  /** Throws Fault `run_missing`, `log_corrupt` and its like. */
  async open(place: ProjectRuns, run: RunId): Promise<FoundOpen> {
    const kept = this.#opened.get(run) ?? this.#openAnew(place, run);
    const release = this.#use(run, kept);
    try {
      const reading = await kept.reading;
      await reading.catchUp();
      return { kind: "open", open: openTo({ place, kept, reading, env: this.#env }), release };
    } catch (error) {
      this.#forget(run, kept);
      release();
      throw error;
    }
  }

  /** Takes in what was recorded in a run that is open here. */
  async catchUp(run: RunId): Promise<void> {
    const reading = await this.#opened.get(run)?.reading.catch(() => undefined);
    await reading?.catchUp();
  }

  /** Somebody conducts it now: whoever looks is told to find it again. */
  end(run: RunId): void {
    const kept = this.#opened.get(run);
    if (kept === undefined) return;
    kept.over.abort();
    this.#forget(run, kept);
  }

  async close(): Promise<void> {
    const all = [...this.#opened.values()];
    this.#opened.clear();
    for (const kept of all) kept.over.abort();
    await Promise.all(all.map(closeOne));
  }

  #openAnew(place: ProjectRuns, run: RunId): Kept {
    const kept: Kept = {
      reading: openReading(place, run, this.#env),
      over: new AbortController(),
      users: 0,
      timer: undefined,
      lastChange: Promise.resolve(),
    };
    this.#opened.set(run, kept);
    return kept;
  }

  #use(run: RunId, kept: Kept): () => void {
    kept.users += 1;
    clearTimeout(kept.timer);
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      kept.users -= 1;
      this.#settle(run, kept);
    };
  }

  #forget(run: RunId, kept: Kept): void {
    if (this.#opened.get(run) === kept) this.#opened.delete(run);
    this.#settle(run, kept);
  }

  /** Closed as soon as nobody uses it, where it was forgotten; else after a while. */
  #settle(run: RunId, kept: Kept): void {
    clearTimeout(kept.timer);
    if (kept.users > 0) return;
    const isForgotten = this.#opened.get(run) !== kept;
    if (isForgotten) void closeOne(kept);
    else kept.timer = setTimeout(() => this.#forget(run, kept), lingerMs).unref();
  }
}

async function closeOne({ reading, timer }: Kept): Promise<void> {
  clearTimeout(timer);
  const open = await reading.catch(() => undefined);
  await open?.close();
}

type Reached = {
  readonly place: ProjectRuns;
  readonly kept: Kept;
  readonly reading: Reading;
  readonly env: Environment;
};

function openTo({ place, kept, reading, env }: Reached): OpenRun {
  const { ports, state, feed, catchUp } = reading;
  const { run } = ports.log;
  return {
    run,
    conducted: "nobody",
    state,
    feed,
    live: noLiveTexts,
    ports,
    person: findPerson(env),
    signal: kept.over.signal,
    change: (work) => {
      const changed = kept.lastChange.then(async () => {
        const held = await openForRecording(place, run, env);
        try {
          await holdRun(held.conductor);
          return await work({ conductor: held.conductor, ports: held.ports, isHeld: true });
        } finally {
          await held.ports.log.close();
          held.ports.days?.close();
          await catchUp();
        }
      });
      kept.lastChange = changed.catch(() => undefined);
      return changed;
    },
  };
}
