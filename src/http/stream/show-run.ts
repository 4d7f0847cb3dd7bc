// One run on a tab's stream, from any place of its log, for as long as the tab looks at it. Whoever conducts the run may
// change meanwhile: the stream goes on where it was.

import type { RunId } from "../../domain/ids.ts";
import { Fault } from "../../engine/ports.ts";
import type { FoundRun, OpenRun, Runs } from "../runs.ts";
import type { Client } from "./client.ts";
import { faceOf } from "./face.ts";
import { follow } from "./follow.ts";
import { toBytes, toFrameText } from "./frame.ts";
import { relay } from "./relay.ts";

export type ShowOptions = {
  readonly runs: Runs;
  readonly run: RunId;
  /** Seq of the last record the client has; undefined: none. */
  readonly after: number | undefined;
};

/** Before a run that could not be reached is looked for again. */
const againMs = 500;

/** Shows the run until the client is gone. `first` is how it was found. Rejects only for what is a bug. */
export async function showRun(client: Client, options: ShowOptions, first: FoundRun): Promise<void> {
  const { runs, run } = options;
  let found: FoundRun | undefined = first;
  let last = options.after;
  while (!client.gone.aborted) {
    // Watched before anything is read: what changes meanwhile is not missed.
    const change = watchOne(runs, run, client.gone);
    try {
      found ??= await runs.find(run);
      if (found?.kind === "open") last = await showOpen(client, found, { last, change });
      else if (found === undefined) await change.until();
      else last = await showElsewhere(client, found, { run, last, change });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      client.send(toBytes(toFrameText("notice", { run, text: `${error.message} ${error.remedy}` })));
      await change.until(againMs);
    } finally {
      change.stop();
      if (found?.kind === "open") found.release();
      found = undefined;
    }
  }
}

/** One run alone, until this process no longer speaks for it or the client is gone; then the stream ends. */
export async function showOnly(client: Client, open: OpenRun, after: number | undefined): Promise<void> {
  const face = faceOf(open);
  const leave = await follow(client, { ...face, latest: face.past.latest }, after);
  await untilAborted(open.signal, client.gone);
  leave();
  client.close();
}

type Place = { readonly last: number | undefined; readonly change: Change };

/** Resolves with the last seq sent when this process no longer speaks for the run, or there may be more on disk. */
async function showOpen(
  client: Client,
  { open }: Extract<FoundRun, { kind: "open" }>,
  { last, change }: Place,
): Promise<number> {
  const face = faceOf(open);
  const leave = await follow(client, { ...face, latest: face.past.latest }, last);
  // Found although it is over here: until somebody takes it, it is read from here.
  if (open.signal.aborted) await change.until();
  else await untilAborted(open.signal, client.gone);
  return leave();
}

async function showElsewhere(
  client: Client,
  { send }: Extract<FoundRun, { kind: "elsewhere" }>,
  { run, last, change }: Place & { readonly run: RunId },
): Promise<number | undefined> {
  const reached = await relay(client, send, { run, after: last });
  // Its process may be about to be found gone.
  await change.until(againMs);
  return reached;
}

type Change = {
  /** Resolves when the run's card has changed since the watch began, `ms` have passed, or the client is gone. */
  readonly until: (ms?: number) => Promise<void>;
  readonly stop: () => void;
};

function watchOne(runs: Runs, run: RunId, gone: AbortSignal): Change {
  const changed = new AbortController();
  const stop = runs.watch((cards, removed) => {
    if (cards.some((card) => card.run === run) || removed.includes(run)) changed.abort();
  });
  return {
    until: async (ms) => {
      const late = new AbortController();
      const timer = ms === undefined ? undefined : setTimeout(() => late.abort(), ms);
      await untilAborted(changed.signal, gone, late.signal);
      clearTimeout(timer);
    },
    stop,
  };
}

const untilAborted = (...signals: readonly AbortSignal[]): Promise<void> =>
  new Promise((resolve) => {
    const any = AbortSignal.any([...signals]);
    if (any.aborted) resolve();
    else any.addEventListener("abort", () => resolve(), { once: true });
  });
