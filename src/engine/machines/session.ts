// A machine's side of one attempt that it has taken: its orders one at a time, until it is told that the attempt is over or
// another's, or it finds that its lock is lost.
// M1: nothing is sent of a taking whose lock is lost. M2: an order's number is followed once. M3: only the conductor of now
// is listened to, and what was ordered under an earlier placement is stopped before anything is begun under a new one.

import type { MachineName, MachineWork } from "../../domain/machine.ts";
import type { RunId, TicketId } from "../../domain/ids.ts";
import type { Clock, ModelDelta } from "../ports.ts";
import type { Bench, Inbox, Order, OrderOutcome, Taken, ToConductor, ToMachine } from "./crew.ts";
import { followOrder, isPlaceLost, type MachinePorts } from "./follow-order.ts";
import type { Slots } from "./slots.ts";

export type SessionTimes = {
  /** How often it is looked who conducts the run. */
  readonly lookMs: number;
  /** How often what was not heard is said again. */
  readonly repeatMs: number;
  /** After how long without a conductor an attempt is let go. One that comes later offers it anew. */
  readonly forsakenMs: number;
};

export type SessionOptions = {
  readonly taken: Taken;
  readonly bench: Bench;
  readonly clock: Pick<Clock, "now" | "wake" | "elapsed">;
  readonly machine: MachineName;
  readonly slots: Slots;
  readonly times: SessionTimes;
  /** Throws Fault where the run cannot be worked on here. */
  readonly portsFor: (run: RunId, order: Order) => Promise<MachinePorts>;
  /** Resolves when an earlier taking of the attempt by this machine has tidied up: it would take the worktree away. */
  readonly after: Promise<unknown>;
  readonly onChange: () => void;
  /** This machine cannot do what it was asked to; another one may. */
  readonly onTrouble: () => void;
  /** What went wrong beside the orders, for the machine's own log. */
  readonly onProblem: (error: unknown) => void;
};

type Said = Extract<ToMachine, { readonly place: unknown }>;
type Word = Extract<Said, { readonly placement: string }>["say"];

export type Session = {
  readonly hear: (message: Said) => void;
  readonly work: () => MachineWork;
  /** It waits for nothing but its conductor's word, since this time (monotonic ms); null: it is at work. */
  readonly idleSince: () => number | null;
  /** Lets the step under way end until `signal` is aborted, then gives the attempt back. */
  readonly drain: (signal: AbortSignal) => Promise<void>;
  /** The attempt is no more this machine's and nothing of it is at work here. */
  readonly ended: Promise<void>;
};

type Current = { readonly order: Order; readonly controller: AbortController; readonly done: Promise<void> };
type Unheard = { readonly number: number; readonly outcome: OrderOutcome };
/** How it ends. `lost`: nobody is told. */
type Ending = "over" | "gone" | "left" | "lost";

export const createSession = (options: SessionOptions): Session => new AttemptSession(options);

class AttemptSession implements Session {
  readonly ended: Promise<void>;
  readonly #options: SessionOptions;
  readonly #end: () => void;
  #boss: Inbox | undefined;
  #placement: string | null = null;
  /** The last order that was begun under this placement; and the last that was cancelled. */
  #followed = 0;
  #cancelled = 0;
  #current: Current | undefined;
  #unheard: Unheard | undefined;
  /** The worktree is not known yet to be as this placement's first order needs it. */
  #isFirst = true;
  #isDraining = false;
  #ending: Ending | undefined;
  #idleSince: number | null;
  #ticket: TicketId | undefined;
  #ports: MachinePorts | undefined;
  #saidAt = -Infinity;
  #bossSeenAt: number;
  #cancelLook = (): void => {};
  /** Nothing is under way and all that was done is heard, or never will be. */
  #onQuiet = (): void => {};

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#idleSince = options.clock.elapsed();
    this.#bossSeenAt = options.clock.elapsed();
    const ended = Promise.withResolvers<void>();
    this.ended = ended.promise;
    this.#end = ended.resolve;
    const { lost } = options.taken;
    lost.addEventListener("abort", () => this.#finish("lost"), { once: true });
    if (lost.aborted) this.#finish("lost");
    else void this.#look();
  }

  work(): MachineWork {
    const { run, attempt } = this.#options.taken.place;
    return { run, ticket: this.#ticket ?? "", attempt, step: this.#current?.order.duty.key ?? null };
  }

  idleSince(): number | null {
    return this.#unheard === undefined ? this.#idleSince : null;
  }

  hear(message: Said): void {
    const { taking } = this.#options.taken;
    if (this.#ending !== undefined || message.taking !== taking || message.from !== this.#boss) return;
    if (message.placement === null) return this.#finish(message.say.kind);
    // An order may come before the word that gives the place: nobody else could have sent it.
    this.#placement ??= message.placement;
    if (this.#placement === message.placement) this.#heed(message.say, message.placement);
  }

  async drain(signal: AbortSignal): Promise<void> {
    this.#isDraining = true;
    const hurry = (): void => {
      this.#current?.controller.abort();
      this.#onQuiet();
    };
    if (signal.aborted) hurry();
    else signal.addEventListener("abort", hurry, { once: true });
    if (this.#ending === undefined && !signal.aborted && (this.#current ?? this.#unheard) !== undefined)
      await new Promise<void>((resolve) => {
        this.#onQuiet = resolve;
      });
    await this.#current?.done;
    this.#say({ kind: "left", followed: this.#followed });
    this.#finish("left");
    await this.ended;
  }

  // ---- its conductor -------------------------------------------------------------------------------------------

  async #look(): Promise<void> {
    const { bench, clock, taken, times } = this.#options;
    const now = await bench.conductorOf(taken.place.run).catch(() => this.#boss);
    if (this.#ending !== undefined) return;
    if (now !== undefined) this.#bossSeenAt = clock.elapsed();
    else if (clock.elapsed() - this.#bossSeenAt >= times.forsakenMs) return this.#finish("over");
    if (now !== undefined && now !== this.#boss) this.#obey(now);
    else if (clock.elapsed() - this.#saidAt >= times.repeatMs) this.#sayAgain();
    this.#cancelLook = clock.wake(clock.now() + times.lookMs, () => void this.#look());
  }

  /** What another conductor ordered is stopped: it would not be believed. */
  #obey(boss: Inbox): void {
    this.#boss = boss;
    this.#placement = null;
    this.#current?.controller.abort();
    this.#unheard = undefined;
    this.#followed = 0;
    this.#cancelled = 0;
    this.#isFirst = true;
    this.#quieten();
    this.#sayAgain();
  }

  #say(words: ToConductor["say"]): void {
    const { bench, taken } = this.#options;
    if (this.#boss === undefined || this.#ending !== undefined) return;
    const { place, taking } = taken;
    bench.send(this.#boss, { from: bench.id, inbox: bench.inbox, place, taking, say: words });
  }

  /** What the conductor has not heard yet. */
  #sayAgain(): void {
    this.#saidAt = this.#options.clock.elapsed();
    const [placement, unheard] = [this.#placement, this.#unheard];
    if (placement === null) this.#say({ kind: "took" });
    else if (unheard !== undefined)
      this.#say({ kind: "report", placement, order: unheard.number, outcome: unheard.outcome });
  }

  #heed(word: Word, placement: string): void {
    switch (word.kind) {
      case "placed":
        return;
      case "order":
        return this.#hearOrder(word.order, placement);
      case "cancel":
        this.#cancelled = Math.max(this.#cancelled, word.order);
        if (this.#current?.order.number === word.order) this.#current.controller.abort();
        return;
      case "heard":
        if (this.#unheard?.number !== word.order) return;
        this.#unheard = undefined;
        return this.#quieten();
      case "ask":
        return this.#say({
          kind: "busy",
          placement,
          order: this.#current?.order.number ?? this.#unheard?.number ?? null,
        });
      default:
        return word satisfies never;
    }
  }

  // ---- its orders ----------------------------------------------------------------------------------------------

  #hearOrder(order: Order, placement: string): void {
    if (order.number === this.#unheard?.number) return this.#sayAgain();
    if (order.number <= this.#followed || this.#isDraining) return;
    // The conductor has done with what came before it.
    this.#unheard = undefined;
    const before = this.#current;
    before?.controller.abort();
    const controller = new AbortController();
    if (order.number <= this.#cancelled) controller.abort();
    this.#followed = order.number;
    this.#idleSince = null;
    this.#ticket = order.scope.ticket.id;
    const done = Promise.resolve(before?.done).then(() => this.#follow({ order, controller, placement }));
    this.#current = { order, controller, done };
    this.#options.onChange();
  }

  async #follow(step: { order: Order; controller: AbortController; placement: string }): Promise<void> {
    const { order, controller, placement } = step;
    const { clock, onChange } = this.#options;
    const outcome = await this.#fulfil(order, controller.signal, placement);
    if (this.#current?.order !== order) return;
    this.#current = undefined;
    this.#idleSince = clock.elapsed();
    if (outcome === "place_lost") this.#finish("gone");
    else if (this.#placement === placement) {
      this.#unheard = { number: order.number, outcome };
      this.#sayAgain();
    }
    this.#quieten();
    onChange();
  }

  async #fulfil(order: Order, signal: AbortSignal, placement: string): Promise<OrderOutcome | "place_lost"> {
    const { slots, bench, taken, machine, portsFor } = this.#options;
    const { place } = taken;
    await this.#options.after;
    const leave = await slots.enter(signal);
    if (leave === undefined) return { report: null };
    const open = async (): Promise<MachinePorts> => (this.#ports = await portsFor(place.run, order));
    const onDelta = (delta: ModelDelta): void => {
      const { ref, ...duty } = order.duty;
      if (duty.kind === "turn" && !signal.aborted)
        bench.sendDelta(place.run, { placement, place, ref, turn: duty.turn, delta });
    };
    try {
      const outcome = await followOrder({ open, order, isFirst: this.#isFirst, machine, signal, onDelta });
      if (outcome.problem !== undefined) this.#options.onTrouble();
      else if (!signal.aborted) this.#isFirst = false;
      return outcome;
    } catch (error) {
      if (!isPlaceLost(error)) throw error;
      return "place_lost";
    } finally {
      leave();
    }
  }

  // ---- its end -------------------------------------------------------------------------------------------------

  #quieten(): void {
    if (this.#ending !== undefined || (this.#current === undefined && this.#unheard === undefined)) this.#onQuiet();
  }

  #finish(ending: Ending): void {
    if (this.#ending !== undefined) return;
    this.#ending = ending;
    this.#cancelLook();
    this.#current?.controller.abort();
    this.#onQuiet();
    void this.#tidy(ending).catch(this.#options.onProblem).finally(this.#end);
  }

  async #tidy(ending: Ending): Promise<void> {
    const { taken } = this.#options;
    const { place } = taken;
    await this.#current?.done;
    // The next machine need not wait until this one has tidied up.
    if (ending === "left" || ending === "gone") await taken.giveBack();
    try {
      const ref = this.#ticket === undefined ? undefined : { ticket: this.#ticket, attempt: place.attempt };
      if (ref !== undefined) await this.#ports?.travelling?.abandon(ref, place.index);
    } finally {
      if (ending === "over") await taken.finish();
    }
  }
}
