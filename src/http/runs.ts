// All runs of this person as the API needs them. The composition root finds, reads, conducts and watches them.

import type { RunId } from "../domain/ids.ts";
import type { Conductor } from "../engine/conductor.ts";
import type { LiveTexts } from "../engine/live-texts.ts";
import type { Ports } from "../engine/ports.ts";
import type { RunCard } from "./run-card.ts";

/** A run that can be read and told something here: this process conducts it, or nobody does. */
export type OpenRun = {
  readonly run: RunId;
  readonly conducted: "here" | "nobody";
  /** What is on disk of it. */
  readonly state: Conductor["state"];
  /** Where nobody conducts it, what is recorded now and then. */
  readonly feed: Conductor["feed"];
  /** What is being said in turns under way. */
  readonly live: LiveTexts;
  /** Good for reading: where nobody conducts the run, nothing can be appended through them. */
  readonly ports: Ports;
  /** Whom what is asked over the API is recorded under. */
  readonly person: string;
  /** Aborted when this process no longer speaks for the run: it is over, or somebody took it over. Find it again then. */
  readonly signal: AbortSignal;
  /**
   * Whatever records something is done in here. Where nobody conducts the run it is held for that long, what is asked
   * is recorded and no step follows from it; throws Fault `run_held` where another process was quicker to take it.
   */
  readonly change: <T>(work: (desk: ChangeDesk) => Promise<T>) => Promise<T>;
};

export type ChangeDesk = {
  readonly conductor: Conductor;
  readonly ports: Ports;
  /** Nobody conducts the run: nothing is started before somebody does. */
  readonly isHeld: boolean;
};

/** Takes a path of the API, from `/api/` on. Throws Fault `run_unreachable`. */
export type SendOn = (path: string, init: RequestInit) => Promise<Response>;

export type FoundRun =
  | {
      readonly kind: "open";
      readonly open: OpenRun;
      /** To be called once what was asked of it is answered; a stream's end counts. Idempotent. */
      readonly release: () => void;
    }
  | { readonly kind: "elsewhere"; readonly send: SendOn };

/** `changed`: cards that are new or differ; the listener must not throw. */
export type RunsListener = (changed: readonly RunCard[], removed: readonly RunId[]) => void;

export type Runs = {
  /** Newest first. A run whose log cannot be read is a card with a `problem`. */
  readonly list: () => Promise<readonly RunCard[]>;
  /** Undefined where there is no such run. Throws Fault `run_unreachable`, `log_corrupt` and their like. */
  readonly find: (run: RunId) => Promise<FoundRun | undefined>;
  /** Told at most four times a second, until the returned function is called. */
  readonly watch: (listener: RunsListener) => () => void;
};
