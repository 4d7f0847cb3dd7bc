// All runs of this person as the API needs them. The composition root finds, reads, conducts and watches them.

import type { Actor, RunId } from "../domain/ids.ts";
import type { Conductor } from "../engine/conductor.ts";
import type { LiveTexts } from "../engine/live-texts.ts";
import type { Ports } from "../engine/ports.ts";
import type { RecoveredBody, RecoverOrder } from "./pipeline-wire.ts";
import type { RunCard } from "./run-card.ts";
import type {
  BeginOrder,
  BegunBody,
  ForecastBody,
  LandedBody,
  LandOrder,
  Project,
  ResumedBody,
  ResumeOrder,
  ProjectModelsBody,
  SavedModelsBody,
  SaveModelsOrder,
} from "./runs-wire.ts";

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

/** A run of which something may wait for an answer, with its state as it was a moment ago. */
export type AskingRun = { readonly card: RunCard; readonly state: ReturnType<Conductor["state"]> };

export type Runs = {
  /** Newest first. A run whose log cannot be read is a card with a `problem`. */
  readonly list: () => Promise<readonly RunCard[]>;
  /** Undefined where there is no such run. Throws Fault `run_unreachable`, `log_corrupt` and their like. */
  readonly find: (run: RunId) => Promise<FoundRun | undefined>;
  /** Told at most four times a second, until the returned function is called. */
  readonly watch: (listener: RunsListener) => () => void;
};

/** What is asked beyond finding a run: of all of them together, and for new ones. */
export type ServedRuns = Runs & {
  /** Conducted or not. */
  readonly asking: () => Promise<readonly AskingRun[]>;
  /** Those that have runs, and those that the person named for this server. */
  readonly projects: () => Promise<readonly Project[]>;
  /** A new run, conducted by this process. Throws Fault `project_unknown` and what beginning a run throws. */
  readonly begin: (order: BeginOrder) => Promise<BegunBody>;
  /** Takes over a run that nobody conducts. Throws Fault `run_held`, `run_ended`, `run_missing` and what opening it throws. */
  readonly resume: (run: RunId, order: ResumeOrder) => Promise<ResumedBody>;
  /** Brings a run's result over to the person's branch. Throws Fault `run_missing`, `nothing_to_land` and what landing throws. */
  readonly land: (run: RunId, order: LandOrder) => Promise<LandedBody>;
  /** What the tutti.toml of a run's project says of each tier. Throws Fault `run_missing`, `settings_invalid`. */
  readonly projectModels: (run: RunId) => Promise<ProjectModelsBody>;
  /** Writes ladders into it. Throws Fault `run_missing`, `run_imported` and what saving them throws. */
  readonly saveModels: (run: RunId, order: SaveModelsOrder) => Promise<SavedModelsBody>;
  /**
   * The run that recovers from this one, made where it is not there and conducted here where nobody does. Throws Fault
   * `recovery_refused`, `recovery_claimed`, `run_missing` and what beginning a run throws.
   */
  readonly recover: (run: RunId, order: Omit<RecoverOrder, "as">, by: Actor) => Promise<RecoveredBody>;
  /** What a run is expected to take; nothing is started or written. */
  readonly forecast: (order: BeginOrder) => Promise<ForecastBody>;
};
