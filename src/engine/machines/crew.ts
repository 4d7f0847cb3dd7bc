// The machines as an engine sees them: as the conductor of runs (`Crew`), and as one of them (`Bench`). Nothing here
// promises delivery: messages are lost, late, doubled and out of order; whoever speaks repeats until it is heard, whoever
// hears drops what it has heard before.
//
// A machine that takes an attempt off the queue has a *taking* of it, numbered by the queue. The conductor that hears of
// the taking gives it a *placement*, its own word for "this machine, from now on": of one attempt there is never more than
// one that it believes. A conductor that takes the run over gives the same taking another placement.

import type { RunId } from "../../domain/ids.ts";
import type { AttemptPlace, MachineCard, MachineId, MachineLabel } from "../../domain/machine.ts";
import type { Report } from "../../domain/command.ts";
import type { AttemptRef } from "../../domain/ids.ts";
import type { Usage } from "../../domain/usage.ts";
import type { ModelDelta } from "../ports.ts";
import type { DutyScope, AttemptDuty } from "../duty-scope.ts";

/** Where a process is spoken to. A process that conducts a run again after another has a new one. */
export type Inbox = string;

/** One duty for the machine that has the attempt's place. An attempt has one at a time. */
export type Order = {
  /** Grows with every order of a placement: a machine follows each number once, and none that is lower. */
  readonly number: number;
  /** Grows with every placement of the run, also over conductors: a worktree is never claimed back by a lower one. */
  readonly claim: number;
  readonly duty: AttemptDuty;
  readonly scope: DutyScope;
  /** Of a merge: what git must find untouched at the remote for it to be published. */
  readonly fence?: string;
  /** Where the run's repository is fetched from and pushed to; null for runs without a workspace. */
  readonly remote: string | null;
};

/** A machine listens to nobody but the run's conductor of now; `taking` says which of its takings is meant. */
export type ToMachine =
  | {
      readonly from: Inbox;
      readonly place: AttemptPlace;
      readonly taking: number;
      readonly placement: string;
      readonly say:
        | /** The answer to `took`. What was ordered under an earlier placement is stopped and forgotten. */
          { readonly kind: "placed" }
        | { readonly kind: "order"; readonly order: Order }
        | { readonly kind: "cancel"; readonly order: number }
        /** The conductor has the report. */
        | { readonly kind: "heard"; readonly order: number }
        /** Which order are you busy with? Answered by `busy`. */
        | { readonly kind: "ask" };
    }
  | {
      readonly from: Inbox;
      readonly place: AttemptPlace;
      readonly taking: number;
      readonly placement: null;
      readonly say:
        | /** The attempt has come to its end: nothing of it is to be kept. */
          { readonly kind: "over" }
        /** Another machine has the attempt, or none may: what runs is stopped, nothing of it is sent any more. */
        | { readonly kind: "gone" };
    }
  /** Takes no more attempts, gives back those it has, ends. */
  | { readonly kind: "drain" };

export type ToConductor = {
  readonly from: MachineId;
  readonly inbox: Inbox;
  readonly place: AttemptPlace;
  readonly taking: number;
  readonly say:
    | /** The machine holds the attempt and waits for its orders. Repeated until it is placed, or told that it is over. */
      { readonly kind: "took" }
    /** Repeated until it is heard. */
    | { readonly kind: "report"; readonly placement: string; readonly order: number; readonly outcome: OrderOutcome }
    /** Under way, or done and not yet heard; null: neither, whatever was ordered is lost to it. */
    | { readonly kind: "busy"; readonly placement: string; readonly order: number | null }
    /**
     * The machine gives the attempt back as it stands at its last checkpoint: it is drained. `followed`: the last order
     * it began; 0 where it began none.
     */
    | { readonly kind: "left"; readonly followed: number };
};

export type OrderOutcome = {
  /** Null: cancelled, or nothing to say. */
  readonly report: Report | null;
  /** Of a model call, where it is known. */
  readonly usage?: Usage;
  /** The machine cannot do it, another one might; `code` of a Fault. */
  readonly problem?: { readonly code: string; readonly message: string; readonly remedy: string };
};

/** A piece of a reply while it comes. Never repeated. */
export type LiveDelta = {
  readonly placement: string;
  readonly place: AttemptPlace;
  readonly ref: AttemptRef;
  readonly turn: number;
  readonly delta: ModelDelta;
};

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
  /** The attempt is no machine's any more; whoever works on it finds out by its lock as well. It may be offered again. */
  withdraw(place: AttemptPlace): Promise<void>;
  /** In order for one inbox, without waiting. */
  send(to: Inbox, message: ToMachine): void;
  /** Messages that no listener understands are dropped before it. */
  receive(
    run: RunId,
    hear: { readonly message: (message: ToConductor) => void; readonly delta: (delta: LiveDelta) => void },
  ): () => void;
  /** Those heard of within a lease, and speaking this protocol or another. Follows the registry without being asked. */
  machines(): readonly MachineCard[];
  /** Called when machines come or go, or what they can do changes. */
  watch(listener: () => void): () => void;
}

/** An attempt that this machine holds: its lock is renewed beside its work until it is let go. */
export type Taken = {
  readonly place: AttemptPlace;
  /** Grows with every taking of this attempt by any machine, also where it was withdrawn and offered again. */
  readonly taking: number;
  /** Aborted when the lock is lost: another machine may have the attempt. */
  readonly lost: AbortSignal;
  /** The attempt is over: it leaves the queue. Does nothing once the lock is lost. */
  finish(): Promise<void>;
  /** Another machine may take it at once. Does nothing once the lock is lost. */
  giveBack(): Promise<void>;
};

/** The conductors, as one machine reaches them. */
export interface Bench {
  readonly inbox: Inbox;
  readonly id: MachineId;
  /** The next attempt that fits this machine; undefined once `signal` is aborted. */
  take(signal: AbortSignal): Promise<Taken | undefined>;
  /** Where the conductor of a run is spoken to now; undefined while nobody conducts it. Asked about once a second. */
  conductorOf(run: RunId): Promise<Inbox | undefined>;
  send(to: Inbox, message: ToConductor): void;
  sendDelta(run: RunId, delta: LiveDelta): void;
  receive(listener: (message: ToMachine) => void): () => void;
  /** What the next beats say. */
  show(card: Pick<MachineCard, "isDraining" | "working">): void;
}
