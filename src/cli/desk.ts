// What the commands need done, in their own words. The composition root does it; the commands only ask and print.

import type { Raise } from "../domain/budget.ts";
import type { Budgets, Mode, Tier } from "../domain/config.ts";
import type { DeliberationSetting } from "../domain/deliberation-setting.ts";
import type { Subtask } from "../domain/deliberation.ts";
import type { Recorded } from "../domain/event.ts";
import type { ForkEdit } from "../domain/fork-edit.ts";
import type { ModelId, RunId } from "../domain/ids.ts";
import type { Recording } from "../domain/recording.ts";
import type { RecoveryWhy } from "../domain/recovery.ts";
import type { Text } from "../domain/text.ts";
import type { ShellCommand, Trust } from "../domain/ticket.ts";
import type { MachinesDesk } from "../http/machine-routes.ts";
import type { PromptsBody, Source, ViewBody } from "../http/projects-wire.ts";
import type { DayFacts } from "./budget-lines.ts";
import type { DemoMachines, DemoMachinesOptions } from "./demo-machines.ts";
import type { MachineAtWork, WorkOptions } from "./machine-at-work.ts";
import type { boardOf } from "../views/board.ts";
import type { Comparison } from "../views/compare-states.ts";
import type { Forecast } from "../views/forecast.ts";
import type { LiveItem } from "../views/live-item.ts";
import type { RunFacts } from "../views/observe-run.ts";

/** A run's folded state. Opaque here: views turn it into what is shown. */
export type Folded = Parameters<typeof boardOf>[0];

/** What a run is to do, as the command line names it: the tickets of a file, or a goal that tiers 1 and 2 plan first. */
export type NamedWork =
  | { readonly kind: "tickets"; readonly ticketFile: string }
  | { readonly kind: "goal"; readonly epic: string; readonly only?: "plan" };

/** Or the text of a ticket file, straight from the person. */
export type Work = NamedWork | { readonly kind: "ticketText"; readonly text: string };

export type BeginOptions = {
  readonly repo: string;
  readonly work: Work;
  readonly base?: string;
  readonly allowDirty: boolean;
  readonly lanes?: number;
  readonly mode?: Mode;
  readonly trust?: Trust;
  /** `sample`: the person's own settings are left out, and what the sample's files say counts. */
  readonly settings: "person" | "sample";
  /** The ladder, rung 0 first; empty: as configured. */
  readonly models: readonly ModelId[];
  /** Ladders of tiers 1 and 2; empty: as configured. */
  readonly planner?: readonly ModelId[];
  readonly lead?: readonly ModelId[];
  /** Whether the plan of a goal is deliberated; undefined: as the settings say. */
  readonly deliberate?: boolean;
  readonly scenario?: string;
  /** Git address that its work travels by; undefined: as the settings say, else fetched from this machine. */
  readonly remote?: string;
  /** Each bound takes the place of the one in the settings. */
  readonly budgets?: Budgets;
  readonly attended: boolean;
  readonly sandbox: "bwrap" | "none";
  /** Whom answers over the API are recorded under; the user of this machine where absent. */
  readonly person?: string;
};

/** A question to a table of agents, instead of work. */
export type DeliberateOptions = {
  readonly repo: string;
  /** Undefined: the scenario's; its constraints, criteria and subtasks stand in for empty lists too. */
  readonly objective: string | undefined;
  readonly constraints: readonly string[];
  readonly success: readonly string[];
  readonly subtasks: readonly Subtask[];
  /** What the command line says of seats, limits and policy. */
  readonly said: DeliberationSetting;
  readonly scenario?: string;
  readonly budgets?: Budgets;
  readonly attended: boolean;
  readonly sandbox: "bwrap" | "none";
  /** Of whoever started this process. */
  readonly pipeline?: string;
  readonly task?: string;
};

export type ResumeOptions = {
  readonly repo: string;
  readonly run: RunId;
  /** Undefined: as the run was left. */
  readonly attended?: boolean;
  /** Tickets to open again, and what the person says to their next attempt. */
  readonly reopen: readonly string[];
  readonly guidance?: string;
  readonly raises?: readonly Raise[];
};

export type RecoverOptions = {
  readonly repo: string;
  /** The run that came to nothing. */
  readonly run: RunId;
  readonly why: RecoveryWhy;
  readonly model?: ModelId;
  readonly attended?: boolean;
};

export type ForkOptions = {
  readonly repo: string;
  readonly run: RunId;
  /** Undefined: the last record there is. */
  readonly at?: number;
  readonly edit: ForkEdit;
  /** Undefined: as the other run was. */
  readonly attended?: boolean;
};

/** What a resumed run was found like. */
export type Adopted = {
  readonly kept: number;
  readonly continued: readonly string[];
  readonly unknown: readonly string[];
};

export type Ending =
  | { readonly kind: "ended" }
  /** `parked`: only a person can make it go on, and nobody attends it. */
  | { readonly kind: "rested"; readonly parked: boolean }
  | { readonly kind: "fault"; readonly error: Error };

/** Sends one request of the run's API, its path from the run on: over the network, or straight to the run this process holds. */
export type Send = (path: string, init?: RequestInit) => Promise<Response>;

export type Connection = {
  readonly run: RunId;
  /** False: nobody conducts the run; this process holds it while the connection is open. */
  readonly isLive: boolean;
  readonly send: Send;
  readonly close: () => Promise<void>;
};

/** Runs that somebody began over the API: this process conducts them beside its own. */
export type Besides = {
  readonly runs: () => readonly RunId[];
  /** Resolves once none is left. */
  readonly over: () => Promise<void>;
  /** Starts nothing more and waits at most `graceMs` for steps under way. Idempotent. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** A run that this process conducts. */
export type Conducting = {
  readonly run: RunId;
  readonly folder: string;
  /** Things the person should know before it starts. */
  readonly notes: readonly string[];
  readonly adopted?: Adopted;
  readonly state: () => Folded;
  /** What this process has recorded before it started. */
  readonly history: () => Iterable<Recorded>;
  /** What the run took so far, from its whole log. To be called before `close`. */
  readonly facts: () => RunFacts;
  /** A text of the run, whole. To be called before `close`. */
  readonly wholeText: (text: Text) => Promise<string>;
  readonly subscribe: (listener: (item: LiveItem) => void) => () => void;
  readonly send: Send;
  /** Address of the run's page, which lets one browser in; null where it cannot be served. Served from `start` on. */
  readonly page: Promise<string | null>;
  readonly start: () => void;
  /** Starts nothing more and waits at most `graceMs` for steps under way. Idempotent. `handOver`: others may go on with it. */
  readonly stop: (graceMs: number, options?: { readonly handOver?: boolean }) => Promise<void>;
  readonly done: Promise<Ending>;
  readonly besides: Besides;
  /** Releases the run. To be called once `done` has resolved. */
  readonly close: () => Promise<void>;
};

export type ServerOptions = {
  readonly host?: string;
  /** 0: one that is free. */
  readonly port: number;
  /** What it is called by beside the names of this machine. */
  readonly names: readonly string[];
  /** PEM files; both or none. */
  readonly cert?: string;
  readonly key?: string;
  /** Folders of repositories, beside those that have runs. */
  readonly projects: readonly string[];
};

/** The page and the API of all runs, by themselves. */
export type Server = {
  /** Of the page, with a code that opens it once. */
  readonly address: string;
  readonly port: number;
  /** The runs this process conducts now. */
  readonly conducted: () => readonly RunId[];
  /** Starts nothing more and waits at most `graceMs` for steps under way. Idempotent. */
  readonly stop: (graceMs: number) => Promise<void>;
};

/** A run as its log tells. */
export type Look = {
  readonly run: RunId;
  readonly folder: string;
  readonly createdAt: number;
  /** Process id of the conducting process, if one lives. */
  readonly pid: number | null;
  readonly state: Folded;
};

/** Which run is meant: an id or the unambiguous beginning of one; absent: the one that is open, else the newest. */
export type RunChoice = { readonly repo: string; readonly run?: string };

export type Landing = {
  readonly into: string;
  readonly how: "already_there" | "fast_forward" | "merge";
  readonly from: string;
  readonly to: string;
  readonly files: number;
};

export type Archived = { readonly run: RunId; readonly file: string; readonly bytes: number };

/** A fresh copy of the sample repository, and what to run on it. */
export type Sample = { readonly repo: string; readonly epic: string; readonly scenario: string };

/** One thing a run needs, looked at. A remedy beside `ok` is advice. */
export type Check = { readonly what: string; readonly ok: boolean; readonly detail: string; readonly remedy?: string };

export type Tried = { readonly passed: boolean; readonly output: string };

/** `path`: from the folder `repo` names. Without `as`, a folder's map or a file's skeleton. */
export type ViewOptions = {
  readonly repo: string;
  readonly path: string;
  readonly as?: "map" | "skeleton" | "curated" | "raw";
};

export type ReplayOptions = {
  readonly repo: string;
  /** The recording. */
  readonly file: string;
  /** Undefined: the commit the recorded run began at, where the repository has it. */
  readonly base?: string;
  readonly attended: boolean;
  readonly sandbox: "bwrap" | "none";
};

/** `part` is its beginning and its end, `whole` where a view would have saved nothing. */
export type Viewed = ViewBody;

/** What the person would say to `tutti run`; everything else is as the files say. */
export type ConfigOptions = {
  readonly repo: string;
  readonly models: readonly ModelId[];
  readonly trust?: Trust;
  readonly mode?: Mode;
  readonly lanes?: number;
  readonly sandbox: "bwrap" | "none";
};

export type EffectiveConfig = {
  readonly files: readonly { readonly name: string; readonly file: string; readonly isThere: boolean }[];
  readonly settings: readonly (Source & {
    readonly setting: string;
    readonly value: unknown;
    /** What another place asked for and does not get. */
    readonly refused?: Source & { readonly asked: unknown };
  })[];
};

/** `file`: where its words stand. */
export type ListedPrompt = {
  readonly name: string;
  readonly version: string;
  /** Hex sha-256 of the words. */
  readonly hash: string;
  readonly origin: PromptsBody["prompts"][number]["origin"];
  readonly file: string;
  readonly text: string;
};

/** `models`: at least one. */
export type TierLadder = { readonly tier: Tier; readonly models: readonly ModelId[] };

/** Ladders that were written into a project's tutti.toml. */
export type SavedLadders = {
  readonly file: string;
  /** False: it said so already. */
  readonly isChanged: boolean;
  /** Why some of them will not count. */
  readonly notes: readonly string[];
};

export type Forecasted = {
  readonly title: string;
  readonly forecast: Forecast;
  readonly notes: readonly string[];
};

export type Desk = {
  /** Writes ladders into the repository's tutti.toml and leaves the rest of it as it is; everything is checked before. */
  readonly saveModels: (repo: string, ladders: readonly TierLadder[]) => Promise<SavedLadders>;
  /** Checks everything before anything is written. */
  readonly begin: (options: BeginOptions) => Promise<Conducting>;
  /** The same for a deliberation. */
  readonly deliberate: (options: DeliberateOptions) => Promise<Conducting>;
  /** Takes over a run that no living process conducts. */
  readonly resume: (options: ResumeOptions) => Promise<Conducting>;
  /** The run that recovers from one that came to nothing; made where it is not there. */
  readonly recover: (options: RecoverOptions) => Promise<Conducting>;
  /** The run that follows by itself from one that has ended; undefined: none does, or somebody else conducts it. */
  readonly followUp: (choice: RunChoice) => Promise<Conducting | undefined>;
  /** Two moments; one that is not named is the last there is. `other`: the run that `b` is of, where it is another one. */
  readonly compare: (what: {
    readonly one: RunChoice;
    readonly a?: number;
    readonly b?: number;
    readonly other?: string;
  }) => Promise<Comparison>;
  /** A run as lines of a file, each with its line break. Throws where the run is not whole. */
  readonly takeOut: (choice: RunChoice) => AsyncIterable<string>;
  /** A run as one file that opens in a browser, without a server. */
  readonly carriedPage: (choice: RunChoice) => Promise<{ readonly run: RunId; readonly html: string }>;
  /** Brings such a file in as a run that can be looked at and forked. */
  readonly bringIn: (repo: string, source: AsyncIterable<Uint8Array>) => Promise<{ run: RunId; records: number }>;
  /** Writes a file of the person's as its parts come, whole or not at all; throws Fault `file_exists`. */
  readonly saveParts: (
    file: string,
    parts: AsyncIterable<string>,
    options: { readonly overwrite: boolean },
  ) => Promise<void>;
  /** A new run that begins as this one was at a record. The run it comes from is only read. */
  readonly fork: (options: ForkOptions) => Promise<Conducting>;
  readonly list: (repo: string) => Promise<readonly Look[]>;
  readonly look: (choice: RunChoice) => Promise<Look>;
  /** What a run took so far, to be laid beside its forecast. */
  readonly facts: (choice: RunChoice) => Promise<RunFacts>;
  /** What a run with these options is expected to take; nothing is started or written, and no key is needed. */
  readonly forecast: (options: BeginOptions) => Promise<Forecasted>;
  readonly records: (choice: RunChoice, after: number) => AsyncIterable<Recorded>;
  /** `hold`: where nobody conducts the run, what is asked is only recorded; no step follows before it is resumed. */
  readonly connect: (choice: RunChoice, options: { readonly hold: boolean }) => Promise<Connection>;
  /** A new address of the run's page, which lets one browser in within ten minutes. */
  readonly link: (choice: RunChoice) => Promise<string>;
  readonly land: (
    choice: RunChoice,
    options: { readonly into?: string; readonly how: "ff" | "merge" },
  ) => Promise<Landing>;
  /** Checks a run's result out into a folder of its own and runs a command there, in the run's sandbox. */
  readonly tryResult: (choice: RunChoice, command: ShellCommand) => Promise<Tried>;
  /** What the models and the person said in a run, to be played again. */
  readonly record: (choice: RunChoice) => Promise<Recording>;
  /** Writes a file of the person's; throws Fault `file_exists` rather than put it over another. */
  readonly save: (file: string, text: string, options: { readonly overwrite: boolean }) => Promise<void>;
  /** A new run that plays a recording. */
  readonly replay: (options: ReplayOptions) => Promise<Conducting>;
  /** Throws where the port is taken, the address is refused or a folder is no repository. */
  readonly serve: (options: ServerOptions) => Promise<Server>;
  /** This machine, ready to work for runs that others conduct. Throws where it could not: no store, no sandbox, too old. */
  readonly work: (options: WorkOptions) => Promise<MachineAtWork>;
  /** By all runs of this person since midnight, UTC. */
  readonly spentToday: () => Promise<DayFacts>;
  readonly view: (options: ViewOptions) => Promise<Viewed>;
  /** Throws where a file has a fault. */
  readonly config: (options: ConfigOptions) => Promise<EffectiveConfig>;
  readonly prompts: () => Promise<readonly ListedPrompt[]>;
  /** Of the store. */
  readonly machines: MachinesDesk;
  /** `online`: providers are asked as well; nothing that costs. */
  readonly examine: (repo: string, options: { readonly online: boolean }) => Promise<readonly Check[]>;
  readonly makeSample: () => Promise<Sample>;
  /** Moves a run that is over out of its store into a file of this folder, which is made. */
  readonly archive: (choice: RunChoice, folder: string) => Promise<Archived>;
  readonly demoMachines: (options: DemoMachinesOptions) => Promise<DemoMachines>;
  readonly remove: (
    choice: RunChoice,
    options: { readonly deleteBranch: boolean },
  ) => Promise<{ readonly run: RunId; readonly deleted: string | null }>;
};
