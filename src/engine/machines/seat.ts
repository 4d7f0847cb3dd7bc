// The conductor's side of one attempt that machines work on: who has its place, and the order that is under way there.
// S1: a report counts only from the placement of now, and only for the order of now.
// S2: a taking that was once dismissed is never believed again; so no machine comes back by a late word.
// S3: an order that was cancelled keeps the attempt busy until its machine says that it has ended, or its place is lost.

import { placeKey, type AttemptPlace, type MachineId } from "../../domain/machine.ts";
import type { AttemptDuty, DutyScope } from "../duty-scope.ts";
import type { Clock, ModelDelta } from "../ports.ts";
import type { Fulfilled } from "../run-attempt-duty.ts";
import type { Crew, Inbox, LiveDelta, OrderOutcome, ToConductor, ToMachine } from "./crew.ts";

export type SeatTimes = {
  /** How often a machine is asked what it is busy with; how soon after an order for the first time. */
  readonly askMs: number;
  readonly firstAskMs: number;
  /** How long a cancelled order is waited for before its machine loses the place. */
  readonly cancelMs: number;
  /** How long a machine may say nothing while it has an order. */
  readonly silentMs: number;
};

export const defaultSeatTimes: SeatTimes = { askMs: 5_000, firstAskMs: 2_000, cancelMs: 10_000, silentMs: 60_000 };

/**
 * What came of an order. `home`: no machine does it any more, it is this process's. `lost`: its machine is gone, and it is
 * not to be begun again by itself.
 */
export type Came =
  | { readonly kind: "done"; readonly done: Fulfilled }
  | { readonly kind: "home" }
  | { readonly kind: "lost"; readonly problem: Problem | undefined };

type Problem = NonNullable<OrderOutcome["problem"]>;

/** An order that has cost so many machines their place is not sent to another. */
const mostLosses = 3;

/** One duty as a machine is asked for it. */
export type Errand = {
  readonly duty: AttemptDuty;
  readonly scope: DutyScope;
  readonly signal: AbortSignal;
  readonly onDelta: (delta: ModelDelta) => void;
  /** A machine could not go on with it: another one is waited for. */
  readonly onProblem: (text: string) => void;
  /** Before each sending to another machine: what it needs to publish. Throws Fault. */
  readonly fence: () => Promise<string | undefined>;
  /** Whatever it did is undone by going back to the last checkpoint, or does not matter: it may be begun again. */
  readonly isRepeatable: boolean;
};

export type Seat = {
  readonly place: AttemptPlace;
  readonly fulfil: (errand: Errand) => Promise<Came>;
  readonly hear: (message: ToConductor) => void;
  readonly hearDelta: (delta: LiveDelta) => void;
  readonly holder: () => MachineId | undefined;
  /** The errand that waits for a machine to take the attempt. */
  readonly waiting: () => Errand | undefined;
  readonly isIdle: () => boolean;
  /** A machine has had it: what it did lies at the remote. */
  readonly wasPlaced: () => boolean;
  /** The machine is gone, or is not believed any more. */
  readonly dismiss: () => void;
  /** What waits is done by this process. */
  readonly comeHome: () => void;
  /** Ends the seat: whoever has the place is told. */
  readonly retire: (word: "over" | "gone" | null) => void;
};

/** `claim`: see `Order`. */
export type Placement = { readonly id: string; readonly claim: number };

export type SeatOptions = {
  readonly place: AttemptPlace;
  readonly crew: Pick<Crew, "inbox" | "send">;
  readonly clock: Pick<Clock, "now" | "wake" | "elapsed">;
  readonly remote: string | null;
  readonly times: SeatTimes;
  readonly newPlacement: () => Placement;
  /** An errand waits and nobody has the place. `isStuck`: the last holder keeps its lock and does not answer. */
  readonly onUnplaced: (isStuck: boolean) => void;
};

type Holder = {
  readonly machine: MachineId;
  readonly inbox: Inbox;
  readonly taking: number;
  readonly placement: string;
  readonly claim: number;
  /** Of the last order. */
  number: number;
  /** By the monotonic clock. */
  heardAt: number;
};

type Live = {
  readonly errand: Errand;
  readonly settle: (came: Came) => void;
  readonly fail: (error: unknown) => void;
  /** Its number with the holder of now; null: not sent to it yet. */
  number: number | null;
  fence: string | undefined;
  /** What the last holder could not do. */
  problem: Problem | undefined;
  /** How many holders may have begun it and are gone. */
  losses: number;
  /** By the monotonic clock. */
  cancelledAt: number | null;
};

type Word = Extract<ToMachine, { readonly placement: string }>["say"];

/** What a machine is told whose taking is not believed. */
export const dismissal = (
  from: Inbox,
  { place, taking }: Pick<ToConductor, "place" | "taking">,
  kind: "over" | "gone",
): ToMachine => ({ from, place, taking, placement: null, say: { kind } });

const nothing: Came = { kind: "done", done: { report: undefined } };

export const createSeat = (options: SeatOptions): Seat => new AttemptSeat(options);

class AttemptSeat implements Seat {
  readonly place: AttemptPlace;
  readonly #options: SeatOptions;
  #holder: Holder | undefined;
  #live: Live | undefined;
  /** The highest taking that was ever believed. */
  #known = 0;
  #cancelAsk = (): void => {};

  constructor(options: SeatOptions) {
    this.#options = options;
    this.place = options.place;
  }

  fulfil(errand: Errand): Promise<Came> {
    if (this.#live !== undefined) throw new Error(`${placeKey(this.place)} has an order under way`);
    return new Promise((resolve, reject) => {
      const begun = { number: null, fence: undefined, problem: undefined, losses: 0, cancelledAt: null };
      const live: Live = { errand, settle: resolve, fail: reject, ...begun };
      this.#live = live;
      const cancel = (): void => {
        if (this.#live === live) this.#cancel(live);
      };
      if (errand.signal.aborted) return cancel();
      errand.signal.addEventListener("abort", cancel, { once: true });
      if (this.#holder === undefined) this.#options.onUnplaced(false);
      else this.#begin(this.#holder, live);
    });
  }

  hear(message: ToConductor): void {
    const { say: word } = message;
    if (word.kind === "took") return this.#hearTook(message);
    const holder = this.#holder;
    const isBelieved = holder?.taking === message.taking && holder.inbox === message.inbox;
    if (holder === undefined || !isBelieved) return word.kind === "left" ? undefined : this.#refuse(message);
    holder.heardAt = this.#options.clock.elapsed();
    if (word.kind === "left") {
      this.#leave(this.#live?.number === word.followed);
      if (this.#live !== undefined) this.#options.onUnplaced(false);
      return;
    }
    // Said of another conductor's placement, before this one's was heard.
    if (word.placement !== holder.placement) return;
    if (word.kind === "report") return this.#hearReport(holder, word.order, word.outcome);
    const live = this.#live;
    if (live !== undefined && live.number !== word.order) this.#sendOrder(holder, live);
  }

  hearDelta({ placement, delta }: LiveDelta): void {
    if (this.#holder?.placement === placement && this.#live?.cancelledAt === null) this.#live.errand.onDelta(delta);
  }

  holder(): MachineId | undefined {
    return this.#holder?.machine;
  }

  waiting(): Errand | undefined {
    return this.#holder === undefined ? this.#live?.errand : undefined;
  }

  isIdle(): boolean {
    return this.#live === undefined;
  }

  wasPlaced(): boolean {
    return this.#known > 0;
  }

  dismiss(): void {
    this.#dismiss(false);
  }

  comeHome(): void {
    if (this.#holder === undefined) this.#settle({ kind: "home" });
  }

  retire(word: "over" | "gone" | null): void {
    const holder = this.#holder;
    this.#holder = undefined;
    if (holder !== undefined && word !== null) this.#release(holder, word);
    this.#settle(nothing);
  }

  // ---- who has the place ---------------------------------------------------------------------------------------

  #hearTook(message: ToConductor): void {
    const { from, inbox, taking } = message;
    const before = this.#holder;
    if (before?.taking === taking && before.inbox === inbox) {
      this.#say(before, { kind: "placed" });
      if (this.#live !== undefined) this.#sendOrder(before, this.#live);
      return;
    }
    if (taking <= this.#known) return this.#refuse(message);
    if (before !== undefined) this.#release(before, "gone");
    this.#leave(true);
    this.#known = taking;
    const { newPlacement, clock } = this.#options;
    const { id: placement, claim } = newPlacement();
    const holder = { machine: from, inbox, taking, placement, claim, number: 0, heardAt: clock.elapsed() };
    this.#holder = holder;
    this.#say(holder, { kind: "placed" });
    if (this.#live !== undefined) this.#begin(holder, this.#live);
  }

  /** `isStuck`: it has its lock and does not answer. */
  #dismiss(isStuck: boolean): void {
    if (this.#holder === undefined) return;
    this.#release(this.#holder, "gone");
    this.#leave(true);
    if (isStuck || this.#live !== undefined) this.#options.onUnplaced(isStuck);
  }

  /** Nobody has the place. `isBegun`: the order under way may have been begun. */
  #leave(isBegun: boolean): void {
    this.#cancelAsk();
    this.#holder = undefined;
    const live = this.#live;
    if (live === undefined) return;
    if (live.number !== null && isBegun) live.losses += 1;
    live.number = null;
    if (live.cancelledAt !== null) return this.#settle(nothing);
    const isRepeatable = live.errand.isRepeatable || live.problem !== undefined;
    if (live.losses >= (isRepeatable ? mostLosses : 1)) this.#settle({ kind: "lost", problem: live.problem });
  }

  // ---- the order under way -------------------------------------------------------------------------------------

  #begin(holder: Holder, live: Live): void {
    this.#order(holder, live).catch((error: unknown) => {
      if (this.#live !== live) return;
      this.#live = undefined;
      live.fail(error);
    });
  }

  async #order(holder: Holder, live: Live): Promise<void> {
    const fence = await live.errand.fence();
    if (this.#live !== live || this.#holder !== holder || live.number !== null) return;
    live.fence = fence;
    holder.number += 1;
    live.number = holder.number;
    holder.heardAt = this.#options.clock.elapsed();
    this.#sendOrder(holder, live);
    this.#askIn(this.#options.times.firstAskMs);
  }

  #sendOrder(holder: Holder, { errand, number, losses, fence }: Live): void {
    if (number === null) return;
    const duty = errand.duty.kind === "tool" && losses > 0 ? { ...errand.duty, repeat: true } : errand.duty;
    const fenced = fence === undefined ? {} : { fence };
    const { remote } = this.#options;
    this.#say(holder, {
      kind: "order",
      order: { number, claim: holder.claim, duty, scope: errand.scope, ...fenced, remote },
    });
  }

  #cancel(live: Live): void {
    live.cancelledAt = this.#options.clock.elapsed();
    if (this.#holder === undefined || live.number === null) return this.#settle(nothing);
    this.#say(this.#holder, { kind: "cancel", order: live.number });
    this.#askIn(this.#options.times.firstAskMs);
  }

  #askIn(ms: number): void {
    const { clock } = this.#options;
    this.#cancelAsk();
    this.#cancelAsk = clock.wake(clock.now() + ms, () => this.#ask());
  }

  #ask(): void {
    const { clock, times } = this.#options;
    const [holder, live] = [this.#holder, this.#live];
    if (holder === undefined || live === undefined) return;
    const now = clock.elapsed();
    const isTooLong = live.cancelledAt !== null && now - live.cancelledAt >= times.cancelMs;
    if (isTooLong || now - holder.heardAt >= times.silentMs) return this.#dismiss(true);
    if (live.cancelledAt !== null && live.number !== null) this.#say(holder, { kind: "cancel", order: live.number });
    this.#say(holder, { kind: "ask" });
    this.#askIn(live.cancelledAt === null ? times.askMs : times.firstAskMs);
  }

  #hearReport(holder: Holder, number: number, { report, usage, problem }: OrderOutcome): void {
    this.#say(holder, { kind: "heard", order: number });
    if (this.#live === undefined || this.#live.number !== number) return;
    if (problem !== undefined && this.#live.cancelledAt === null) return this.#meetProblem(this.#live, problem);
    const used = usage === undefined ? {} : { usage };
    this.#settle({ kind: "done", done: { report: report ?? undefined, ...used } });
  }

  /** A worktree that cannot be removed there is removed here; anything else another machine may be able to do. */
  #meetProblem(live: Live, problem: Problem): void {
    if (live.errand.duty.kind === "dispose") return this.#settle({ kind: "home" });
    const { ticket, attempt } = live.errand.duty.ref;
    live.errand.onProblem(
      `A machine cannot go on with ${ticket}#${attempt}: ${problem.message} ${problem.remedy}`.trim(),
    );
    // The remote may be back in an hour: an attempt is not lost by that.
    if (problem.code === "remote_unreachable") live.number = null;
    else live.problem = problem;
    this.#dismiss(false);
  }

  #settle(came: Came): void {
    this.#cancelAsk();
    const ended = this.#live;
    this.#live = undefined;
    ended?.settle(came);
  }

  // ---- what is said --------------------------------------------------------------------------------------------

  #say(to: Holder, word: Word): void {
    const { crew } = this.#options;
    const { taking, placement } = to;
    crew.send(to.inbox, { from: crew.inbox, place: this.place, taking, placement, say: word });
  }

  #release({ inbox, taking }: Holder, word: "over" | "gone"): void {
    const { crew } = this.#options;
    crew.send(inbox, dismissal(crew.inbox, { place: this.place, taking }, word));
  }

  #refuse(message: ToConductor): void {
    const { crew } = this.#options;
    crew.send(message.inbox, dismissal(crew.inbox, message, "gone"));
  }
}
