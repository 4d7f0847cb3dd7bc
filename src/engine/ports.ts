// The doors the engine needs, written by their user and no wider than its use. Adapters implement them.
// Contract of every port: what is expected to go wrong comes back as a value; a throw is a `Fault` or a bug.

import type { AttemptDiff, CheckQuestion } from "../domain/check-question.ts";
import type { Caps, ModelCard } from "../domain/config.ts";
import type { Deliberated } from "../domain/deliberated.ts";
import type { DeliberationQuestion } from "../domain/deliberation-question.ts";
import type { ConsultStep, TurnStep } from "../domain/model-step.ts";
import type { DayCall, DaySpent } from "../domain/day-budget.ts";
import type { Recorded } from "../domain/event.ts";
import type { Question } from "../domain/question.ts";
import type { AttemptRef, Digest, ModelId, RunId } from "../domain/ids.ts";
import type { ProviderFaultCode } from "../domain/outcome.ts";
import type { ShellCommand, Ticket } from "../domain/ticket.ts";
import type { ToolClass } from "../domain/tool.ts";
import type { Usage } from "../domain/usage.ts";
import type { Hands } from "./hands.ts";

/** What adapters throw when the world is not as it must be. `remedy` is a sentence for the person. */
export class Fault extends Error {
  readonly code: string;
  readonly remedy: string;
  constructor(code: string, message: string, options: { remedy: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.name = "Fault";
    this.code = code;
    this.remedy = options.remedy;
  }
}

// ---- clock, chance, digest -------------------------------------------------------------------------------------

export interface Clock {
  /** Epoch ms. For records only: no order or lease rests on it. */
  now(): number;
  /** Monotonic ms. */
  elapsed(): number;
  /** Calls back once at or after `at` (epoch ms). The returned function cancels; calling it twice is harmless. */
  wake(at: number, callback: () => void): () => void;
  /** In [0, 1). */
  chance(): number;
  newRunId(): RunId;
}

// ---- event log -------------------------------------------------------------------------------------------------

export type Appended = { readonly kind: "appended"; readonly seq: number };
export type AppendRefused =
  /** Another writer got there first: this process must stop writing. */
  | { readonly kind: "conflict"; readonly expected: number; readonly actual: number }
  /** A newer owner holds the run. */
  | { readonly kind: "fenced"; readonly token: number; readonly current: number }
  /** Nothing was written; the same append may be tried again once there is room. */
  | { readonly kind: "disk_full"; readonly detail: string };

export type AppendBatch = {
  /** `seq` of the last record the writer has seen; 0 for an empty log. */
  readonly expected: number;
  readonly token: number;
  readonly records: readonly Recorded[];
};

/** What the records up to `seq` fold to, kept beside them as a cache. `format` names the shape of `text`. */
export type LogSnapshot = { readonly seq: number; readonly format: string; readonly text: string };

/** One run's log. Resolves only after the records are kept as the store keeps them, which is synced to disk; a batch is stored whole or not at all. */
export interface EventLog {
  readonly run: RunId;
  append(batch: AppendBatch): Promise<Appended | AppendRefused>;
  /** Records after `after`, in order, checked against the checksum chain. Throws Fault `log_corrupt` naming the record. */
  read(after?: number): Iterable<Recorded>;
  /** Brings what another process has appended within reach of `read`; the owner's log has everything at all times. */
  refresh(): Promise<void>;
  /** The snapshot, if it is whole, of this format, and of a record that is as it was then; a reader's log has none. */
  loadSnapshot(format: string): LogSnapshot | undefined;
  /** Replaces the snapshot. Never throws: false where it was not kept, which harms nothing. */
  saveSnapshot(snapshot: LogSnapshot): Promise<boolean>;
  /** As if none had ever been saved. Never throws. */
  dropSnapshot(): Promise<void>;
  /** Stores bytes under their sha-256, synced before it resolves. Idempotent. */
  putBlob(bytes: Uint8Array): Promise<Digest>;
  /** Throws Fault `blob_missing` or `blob_corrupt`. */
  getBlob(digest: Digest): Promise<Uint8Array>;
  /** Idempotent. Waits for appends under way; releases the ownership this log holds. */
  close(): Promise<void>;
}

export type RunOwner = { readonly pid: number; readonly startedAt: number; readonly host: string };

export type OpenedRun = {
  readonly log: EventLog;
  /** Strictly greater than every earlier owner's. */ readonly token: number;
};

export type RunListing = { readonly run: RunId; readonly createdAt: number; readonly owner: RunOwner | null };

/** All runs of one project. */
export interface RunStore {
  /** Makes the run's folder and an empty log owned by this process. */
  create(run: RunId): Promise<OpenedRun>;
  /** Takes ownership. Refuses while the owner's process is alive; a dead owner is replaced and fenced. */
  open(run: RunId): Promise<OpenedRun | { readonly heldBy: RunOwner } | { readonly missing: true }>;
  /** Read only, beside a live owner; `append` throws. */
  peek(run: RunId): Promise<EventLog | undefined>;
  list(): Promise<readonly RunListing[]>;
  /** One of them; undefined where it was never finished being made. */
  look(run: RunId): Promise<RunListing | undefined>;
  /** Nothing of the run's log is left, whoever owns it; no error where there is none. */
  discard(run: RunId): Promise<void>;
}

// ---- models ----------------------------------------------------------------------------------------------------

export type ModelToolSpec = {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments object. */
  readonly parameters: Readonly<Record<string, unknown>>;
};

/** The conversation, provider-neutral. Ids in `calls` and `results` match pairwise and are unique. */
export type ModelMessage =
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "assistant"; readonly text: string; readonly calls: readonly ModelCall[]; readonly echo?: string }
  | { readonly role: "tool"; readonly results: readonly ModelResult[] };

/** `args` is the JSON text the model wrote (it may be invalid; adapters then send `{}` in its place, marked). */
export type ModelCall = { readonly id: string; readonly name: string; readonly args: string };
export type ModelResult = { readonly id: string; readonly name: string; readonly ok: boolean; readonly output: string };

export type ModelRequest = {
  readonly model: ModelId;
  readonly system: string;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelToolSpec[];
  readonly maxOutputTokens: number;
  /** ms in all; ms between two bytes. */
  readonly turnMs: number;
  readonly idleMs: number;
  /** The reply is to be JSON of this schema, where the provider can see to it. */
  readonly output?: { readonly name: string; readonly schema: Readonly<Record<string, unknown>> };
  /** Which step this is, for the scripted model and for provider-side request ids. */
  readonly step: TurnStep | ConsultStep;
};

export type ModelDelta = { readonly kind: "text" | "reasoning" | "call"; readonly text: string };

export type ModelReply = {
  readonly kind: "reply";
  readonly text: string;
  readonly reasoning: string;
  /** As the provider gave them; arguments are not parsed here. Ids may be empty or repeated. */
  readonly calls: readonly ModelCall[];
  /** `length`: cut by a token limit, so the last call is not to be trusted. */
  readonly finish: "stop" | "calls" | "length" | "refusal" | "other";
  readonly usage: Usage;
  readonly echo?: string;
};

export type ModelFault = {
  readonly kind: "fault";
  readonly code: ProviderFaultCode;
  /** For a person; no secret, no body over 500 characters. */
  readonly detail: string;
  readonly retryAfterMs?: number;
  /** What the provider is known to have charged, or the worst case once bytes had flowed. */
  readonly usage: Usage;
};

export type ModelCancelled = { readonly kind: "cancelled"; readonly usage: Usage };

export interface Models {
  /**
   * One model call, one turn. Never throws and resolves exactly once; never retries (the core decides that).
   * On abort the provider's socket is closed and `cancelled` comes back. No partial reply is ever a reply:
   * without the provider's terminal event the outcome is a fault.
   */
  call(
    request: ModelRequest,
    hooks: { readonly signal: AbortSignal; readonly onDelta: (delta: ModelDelta) => void },
  ): Promise<ModelReply | ModelFault | ModelCancelled>;
  /** Why this model cannot be used at all (unknown provider, missing key), with the remedy; undefined where it can. */
  check(model: ModelId): Promise<{ readonly problem: string; readonly remedy: string } | undefined>;
  /** What is known of its price and window; without it, nothing is. */
  card?(model: ModelId): Promise<ModelCard>;
}

// ---- sandbox ---------------------------------------------------------------------------------------------------

export type SandboxedCommand = {
  readonly command: ShellCommand;
  /** Absolute path of the only writable folder; also the working directory. */
  readonly root: string;
  readonly timeoutMs: number;
  /** Kept output in bytes, head and tail; what was cut is said in the output. */
  readonly outputBytes: number;
  /** Further folders to see, read-only. */
  readonly readable?: readonly string[];
};

export type CommandResult = {
  /** Null where a signal ended it. */
  readonly exitCode: number | null;
  readonly ended: "exit" | "timeout" | "cancelled" | "signal";
  /** stdout and stderr in the order they came; terminal escapes removed. */
  readonly output: string;
  readonly ms: number;
};

export interface Sandbox {
  /**
   * Runs to the end and leaves no process behind, whatever the ending. Throws Fault `sandbox_unavailable`
   * (with the install command as remedy) rather than run unprotected.
   */
  run(command: SandboxedCommand, signal: AbortSignal): Promise<CommandResult>;
  /** What is missing, or undefined when commands can be run. */
  check(): Promise<{ readonly problem: string; readonly remedy: string } | undefined>;
}

// ---- tools -----------------------------------------------------------------------------------------------------

export type ToolSpec = ModelToolSpec & { readonly class: ToolClass };

export type ToolContext = {
  /** The attempt's worktree, canonical. Every path of every tool stays inside it. */
  readonly root: string;
  /** Globs the ticket may change; empty means all. */
  readonly touches: readonly string[];
  readonly commandMs: number;
};

export type ToolResult = {
  /** False: the tool refused or failed; `output` says why and what to do instead. */
  readonly ok: boolean;
  /** What the model sees, capped; a cut is said. */
  readonly output: string;
  /** Paths changed, relative to the root, as far as the tool knows. */
  readonly changed: readonly string[];
};

export interface Tools {
  /** Every tool there is, the control tools `ask` and `finish` included. */
  readonly specs: readonly ToolSpec[];
  /** Parses arguments against the tool's schema; the problem names the path. Pure and fast: nothing is run. */
  check(tool: string, args: string): { readonly ok: true } | { readonly ok: false; readonly problem: string };
  /** Runs one checked call. Never throws for what a model can cause. `repeat`: it may have been run before a crash. */
  run(
    call: { readonly tool: string; readonly args: string; readonly repeat: boolean },
    context: ToolContext,
    signal: AbortSignal,
  ): Promise<ToolResult>;
  /** What a person should see before approving: a diff for edit and write, argv for run, else the arguments. */
  preview(call: { readonly tool: string; readonly args: string }, context: ToolContext): Promise<string>;
}

// ---- workspace -------------------------------------------------------------------------------------------------

export type PreparedAttempt = {
  /** Canonical path of the worktree. */
  readonly root: string;
  /** Commit it was made from: the integration branch's head. */
  readonly base: string;
  readonly branch: string;
};

/** `commit` is null where the attempt changed nothing. `verified`: whose tree the verify commands last passed on. */
export type PublishedMerge = {
  readonly kind: "published";
  readonly commit: string | null;
  readonly verified: "attempt" | "merged" | "none";
};

export type MergeOutcome =
  | PublishedMerge
  | { readonly kind: "conflict"; readonly files: readonly string[]; readonly detail: string; readonly patch: string }
  | { readonly kind: "outside_touches"; readonly files: readonly string[] }
  | { readonly kind: "red"; readonly command: string; readonly output: string; readonly fingerprint: string }
  | { readonly kind: "cancelled" };

/** What the log knows of where an attempt's work is; null where it has no record of it. */
export type LeftCommits = { readonly base: string | null; readonly merged: string | null };

export type VerifyOutcome =
  | { readonly kind: "passed"; readonly commands: number }
  | { readonly kind: "red"; readonly command: string; readonly output: string; readonly fingerprint: string }
  | { readonly kind: "cancelled" };

/** `unfit`: it could not be applied; `detail` is git's own words. */
export type TriedPatch = VerifyOutcome | { readonly kind: "unfit"; readonly detail: string };

/** Runs verify commands on a tree; handed to `merge` so that the workspace need not know the sandbox. */
export type VerifyTree = (root: string) => Promise<VerifyOutcome>;

/** The files of one commit, read from git itself: no link is followed, nothing outside it can be reached. */
export type Survey = {
  /** Regular files in git's order, with their size. Links and submodules are none. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
  /** Undefined for what is no regular file of it, is not text, or is larger than `most` bytes. */
  read(path: string, most: number): Promise<string | undefined>;
};

/** One run's git side. All calls may be repeated after a crash and then find what is already done. */
export interface Workspace {
  /** Worktree and branch for an attempt from the integration branch's head. Made one at a time inside. */
  prepare(ref: AttemptRef, index: number): Promise<PreparedAttempt>;
  /** Where a prepared attempt's worktree is, or undefined if it is gone. */
  find(ref: AttemptRef, index: number): Promise<PreparedAttempt | undefined>;
  /** What the attempt has changed since its base. Its files stay as they are. */
  diff(ref: AttemptRef, index: number): Promise<AttemptDiff>;
  /** What an attempt without a worktree left in commits, merged or not. Undefined where these are gone. */
  diffLeft(ref: AttemptRef, index: number, noted: LeftCommits): Promise<AttemptDiff | undefined>;
  /** Commits what the attempt left, merges it in memory, verifies a merged tree that differs, publishes by compare-and-swap. */
  merge(
    ref: AttemptRef,
    ticket: Ticket,
    options: {
      readonly index: number;
      readonly message: string;
      readonly verify: VerifyTree;
      readonly signal: AbortSignal;
    },
  ): Promise<MergeOutcome>;
  /** How an attempt's work came into the integration branch, or undefined while it has not. */
  findMerged(ref: AttemptRef, index: number): Promise<PublishedMerge | undefined>;
  /** Removes the worktree; what it held and nobody merged stays reachable by the attempt's branch. Says where. */
  dispose(ref: AttemptRef, index: number): Promise<{ readonly quarantined?: string }>;
  /**
   * Applies a unified diff in a throw-away checkout of the integration branch's head and verifies it. `name`: a to z, 0 to
   * 9, `.`, `-`; two trials at a time have two names. Nothing of it is left, whatever the ending.
   */
  tryPatch(name: string, patch: string, verify: VerifyTree): Promise<TriedPatch>;
  /** The repository as the integration branch's head has it, to look at only. Nothing is written for it. */
  survey(): Promise<Survey>;
  /** Head of the integration branch. */
  head(): Promise<string>;
  /** Brings the person's repository's `refs/heads/tutti/<run>/integration` up to the integration branch's head. */
  publish(): Promise<void>;
}

// ---- context ---------------------------------------------------------------------------------------------------

export interface Briefs {
  /** The question's text; what was left out of it is said in it. */
  ask(question: Question, options: { readonly survey: Survey | null }): Promise<string>;
  askCheck(question: CheckQuestion): Promise<string>;
  /** One cycle of an agent. `survey`: the project as patches will be tried on it. */
  askInDeliberation(question: DeliberationQuestion, options: { readonly survey: Survey | null }): Promise<string>;
  /** Composes what a worker is told at its start. Paths that leave the root are omitted and named. */
  compose(
    ticket: Ticket,
    options: {
      readonly root: string | null;
      /** What the last attempt came to grief over: output and words of models, not to be obeyed. */
      readonly diagnosis: string | undefined;
      /** What a person said when they opened the ticket again. */
      readonly guidance: string | undefined;
      /** What was deliberated about it before. */
      readonly deliberated?: readonly Deliberated[];
      readonly attempt: number;
    },
  ): Promise<{
    readonly prompt: string;
    readonly omitted: readonly string[];
    /** Of the prompt, in bytes: views of files. */
    readonly fileBytes?: number;
  }>;
}

// ---- what a day may cost ---------------------------------------------------------------------------------------

/** All runs of this person, in all processes. Throws Fault `day_ledger_unusable`. */
export interface DayLedger {
  /** Looks and holds back in one step: two processes never see the same money. */
  reserve(call: DayCall, caps: Caps): Promise<{ readonly ok: true } | { readonly ok: false; readonly detail: string }>;
  /** What the call used in the place of its worst case; the worst case stays where nobody knows. Idempotent. */
  settle(ended: Pick<DayCall, "key" | "day"> & { readonly usage: Usage; readonly ms: number }): Promise<void>;
  spentOn(day: string): Promise<DaySpent>;
  close(): void;
}

// ---- everything ------------------------------------------------------------------------------------------------

/** What one conductor is given. */
export type Ports = {
  readonly clock: Clock;
  readonly log: EventLog;
  readonly token: number;
  readonly models: Models;
  readonly tools: Tools;
  readonly sandbox: Sandbox;
  /** Undefined for runs with workspace `none`. */
  readonly workspace: Workspace | undefined;
  readonly briefs: Briefs;
  readonly days?: DayLedger;
  /** Who fulfils duties; by default this process. */
  readonly hands?: Hands;
  /** Hex sha-256. */
  readonly digest: (text: string) => string;
};
