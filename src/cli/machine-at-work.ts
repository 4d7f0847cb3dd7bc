// A machine that works for runs which other processes conduct, as `tutti worker` starts and tells it.

export type WorkOptions = {
  /** Attempts at a time; undefined: as the settings say, else as many as there are processors. */
  readonly capacity?: number;
  /** Beside those of the settings. */
  readonly labels: readonly string[];
  /** How a run's repository on another host is reached; `{host}` and `{path}` stand in it. */
  readonly gitVia?: string;
  /** Whether runs whose conductor died are taken over; undefined: as the settings say, else yes. */
  readonly conducts?: boolean;
};

/** One attempt; the ticket's id is known once its conductor has sent the first order. */
export type NewsOfAttempt = {
  readonly run: string;
  readonly ticket: string;
  readonly attempt: number;
};

/** What happens on the machine, as it happens. */
export type MachineNews =
  | ({ readonly kind: "took" } & NewsOfAttempt)
  /** Its attempt came to its end, or its run did. */
  | ({ readonly kind: "finished" } & NewsOfAttempt)
  /** As it stood at its last step: another machine may take it. */
  | ({ readonly kind: "gave_back" } & NewsOfAttempt)
  /** Another machine has it, or none may: what ran was stopped, its folder removed. */
  | ({ readonly kind: "lost" } & NewsOfAttempt)
  | { readonly kind: "conducting"; readonly run: string }
  /** `ending`: how the run is left. */
  | { readonly kind: "conducted"; readonly run: string; readonly ending: "ended" | "rested" | "fault" }
  | { readonly kind: "store_away"; readonly detail: string }
  | { readonly kind: "store_back" }
  /** Somebody asked for it over the store. */
  | { readonly kind: "draining" }
  /** Something the person should know. */
  | { readonly kind: "notice"; readonly text: string };

export type MachineEnding =
  | { readonly kind: "drained" }
  /** It cannot go on; `error` says why. */
  | { readonly kind: "fault"; readonly error: Error };

export type MachineAtWork = {
  readonly id: string;
  readonly host: string;
  readonly version: string;
  /** The store's address without what only the server may know. */
  readonly store: string;
  readonly labels: readonly string[];
  readonly capacity: number;
  readonly conducts: boolean;
  /** Things the person should know before it starts. */
  readonly notes: readonly string[];
  /** Begins to take work; everything that happens is told. */
  readonly start: (tell: (news: MachineNews) => void) => void;
  /** Takes nothing more, lets steps under way end for `graceMs`, gives back what it has. Idempotent. */
  readonly drain: (graceMs: number) => Promise<void>;
  readonly done: Promise<MachineEnding>;
};
