// The machines as an engine sees them: as the conductor of runs (`Crew`), and as one of them (`Bench`). Nothing here
// promises delivery: whoever speaks repeats until it is heard, whoever hears drops what it has heard before.

import type { RunId } from "../../domain/ids.ts";
import type { AttemptPlace, MachineCard, MachineId, MachineLabel } from "../../domain/machine.ts";
import type { Report } from "../../domain/command.ts";
import type { AttemptRef } from "../../domain/ids.ts";
import type { ModelDelta } from "../ports.ts";
import type { DutyScope, AttemptDuty } from "../duty-scope.ts";

/** Where a process is spoken to. */
export type Inbox = string;

/** One duty for the machine that has the attempt's place. */
export type Order = {
  /** Made by the conductor for each machine that takes the attempt: what another one says of it counts no more. */
  readonly placement: string;
  readonly place: AttemptPlace;
  readonly duty: AttemptDuty;
  readonly scope: DutyScope;
  /** Of a merge: what git must find untouched at the remote for it to be published. */
  readonly fence?: string;
  /** Where the run's repository is fetched from and pushed to; null for runs without a workspace. */
  readonly remote: string | null;
};

export type ToMachine =
  | { readonly kind: "order"; readonly order: Order; readonly answerTo: Inbox }
  | { readonly kind: "cancel"; readonly place: AttemptPlace; readonly placement: string; readonly key: string }
  /** The report is on disk. */
  | { readonly kind: "heard"; readonly place: AttemptPlace; readonly placement: string; readonly key: string }
  /** Which of these duties are you busy with? Answered by `busy`. */
  | { readonly kind: "ask"; readonly place: AttemptPlace; readonly placement: string; readonly answerTo: Inbox }
  /** The attempt has come to its end: nothing of it is to be kept. */
  | { readonly kind: "over"; readonly place: AttemptPlace }
  /** Another machine has the attempt, or none may: what runs is stopped, nothing of it is sent any more. */
  | { readonly kind: "gone"; readonly place: AttemptPlace; readonly placement: string | null }
  /** Takes no more attempts, gives back those it has, ends. */
  | { readonly kind: "drain" };

export type ToConductor = { readonly from: MachineId; readonly inbox: Inbox; readonly place: AttemptPlace } & (
  | /** The machine holds the attempt and waits for its orders. Repeated until it is sent one, or told that it is over. */
    { readonly kind: "took" }
  /** Null: cancelled, or nothing to say. Repeated until it is heard. */
  | { readonly kind: "report"; readonly placement: string; readonly key: string; readonly report: Report | null }
  /** The keys of the duties under way or not yet heard; all others it was given are lost to it. */
  | { readonly kind: "busy"; readonly placement: string; readonly keys: readonly string[] }
  /** The machine gives the attempt back as it stands at its last checkpoint: it is drained. */
  | { readonly kind: "left"; readonly placement: string | null }
);

/** A piece of a reply while it comes. Never repeated. */
export type LiveDelta = { readonly ref: AttemptRef; readonly turn: number; readonly delta: ModelDelta };

export type AttemptOffer = {
  readonly place: AttemptPlace;
  /** A machine must have all of them. */
  readonly labels: readonly MachineLabel[];
  /** The longest path from the ticket on: more goes first. */
  readonly weight: number;
};

/** The machines, as one run's conductor reaches them. */
export interface Crew {
  readonly inbox: Inbox;
  /** Puts the attempt where machines take work; once it is there, or taken, this does nothing. */
  offer(offer: AttemptOffer): Promise<void>;
  /** The attempt is no machine's any more; whoever works on it finds out by its lock as well. */
  withdraw(place: AttemptPlace): Promise<void>;
  /** In order for one inbox, without waiting. */
  send(to: Inbox, message: ToMachine): void;
  receive(
    run: RunId,
    hear: { readonly message: (message: ToConductor) => void; readonly delta: (delta: LiveDelta) => void },
  ): () => void;
  /** Those heard of within a lease, and speaking this protocol or another. Follows the registry without being asked. */
  machines(): readonly MachineCard[];
  /** Called when machines come or go. */
  watch(listener: () => void): () => void;
}

/** An attempt that this machine holds: its lock is renewed beside its work until it is let go. */
export type Taken = {
  readonly place: AttemptPlace;
  /** Aborted when the lock is lost: another machine may have the attempt. */
  readonly lost: AbortSignal;
  /** The attempt is over: it leaves the queue. */
  finish(): Promise<void>;
  /** Another machine may take it at once. */
  giveBack(): Promise<void>;
};

/** The conductors, as one machine reaches them. */
export interface Bench {
  readonly inbox: Inbox;
  readonly id: MachineId;
  /** The next attempt that fits this machine; undefined once `signal` is aborted. */
  take(signal: AbortSignal): Promise<Taken | undefined>;
  /** Where the conductor of a run is spoken to now; undefined while nobody conducts it. */
  conductorOf(run: RunId): Promise<Inbox | undefined>;
  send(to: Inbox, message: ToConductor): void;
  sendDelta(run: RunId, delta: LiveDelta): void;
  receive(listener: (message: ToMachine) => void): () => void;
  /** What the next beats say. */
  show(card: Pick<MachineCard, "isDraining" | "working">): void;
}
