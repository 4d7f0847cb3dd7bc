// One machine: takes attempts off the queue while it has room, and follows their conductors' orders.

import { placeKey, type MachineName, type MachineWork } from "../../domain/machine.ts";
import type { Clock } from "../ports.ts";
import type { Bench, Taken, ToMachine } from "./crew.ts";
import { createSession, type Session, type SessionOptions, type SessionTimes } from "./session.ts";
import { createSlots, type Slots } from "./slots.ts";

export type DeskNews =
  | { readonly kind: "took" | "ended"; readonly place: Taken["place"]; readonly ticket: string }
  /** The store cannot be asked for work: it is asked again. */
  | { readonly kind: "problem"; readonly error: unknown };

export type OrderDeskOptions = {
  readonly bench: Bench;
  readonly clock: Clock;
  /** Attempts that are worked on at a time. Those that wait for a person or their turn to merge take no room. */
  readonly capacity: number;
  readonly machine: MachineName;
  readonly portsFor: SessionOptions["portsFor"];
  /** Called when it is told to drain by somebody else. */
  readonly onDrain: () => void;
  readonly onNews?: (news: DeskNews) => void;
  readonly times?: Partial<DeskTimes>;
};

export type DeskTimes = SessionTimes & {
  /** After how long without an order an attempt takes no room. */
  readonly idleMs: number;
  /** How long it takes no more work after it could not do what it was asked to: another machine may be able to. */
  readonly restMs: number;
};

const defaultTimes: DeskTimes = { lookMs: 1_000, repeatMs: 2_000, forsakenMs: 600_000, idleMs: 1_000, restMs: 15_000 };

export type OrderDesk = {
  readonly start: () => void;
  readonly working: () => readonly MachineWork[];
  /** Takes nothing more; lets steps under way end for `graceMs`, then gives everything back. Idempotent. */
  readonly drain: (graceMs: number) => Promise<void>;
};

export const createOrderDesk = (options: OrderDeskOptions): OrderDesk => new MachineDesk(options);

const keyOf = ({ place, taking }: Pick<Taken, "place" | "taking">): string => `${placeKey(place)}@${taking}`;

class MachineDesk implements OrderDesk {
  readonly #options: OrderDeskOptions;
  readonly #times: DeskTimes;
  readonly #slots: Slots;
  readonly #sessions = new Map<string, Session>();
  /** Takes nothing more; and waits for nothing more. */
  readonly #closing = new AbortController();
  readonly #hurry = new AbortController();
  /** By the monotonic clock. */
  #restUntil = -Infinity;
  #drained: Promise<void> | undefined;
  #taking: Promise<void> = Promise.resolve();
  #stopHearing = (): void => {};
  #wakeTaker = (): void => {};

  constructor(options: OrderDeskOptions) {
    this.#options = options;
    this.#times = { ...defaultTimes, ...options.times };
    this.#slots = createSlots(options.capacity);
  }

  start(): void {
    this.#stopHearing = this.#options.bench.receive((message) => this.#hear(message));
    this.#show();
    this.#taking = this.#takeAll();
  }

  working(): readonly MachineWork[] {
    return [...this.#sessions.values()].map((session) => session.work());
  }

  drain(graceMs: number): Promise<void> {
    this.#drained ??= this.#drain(graceMs);
    return this.#drained;
  }

  async #drain(graceMs: number): Promise<void> {
    const { clock } = this.#options;
    this.#closing.abort();
    this.#wakeTaker();
    this.#show();
    const cancel = clock.wake(clock.now() + graceMs, () => this.#hurry.abort());
    await Promise.all([...this.#sessions.values()].map((session) => session.drain(this.#hurry.signal)));
    await this.#taking;
    await Promise.all([...this.#sessions.values()].map(({ ended }) => ended));
    cancel();
    this.#stopHearing();
  }

  #hear(message: ToMachine): void {
    if (!("kind" in message)) this.#sessions.get(keyOf(message))?.hear(message);
    else this.#options.onDrain();
  }

  #show(): void {
    this.#options.bench.show({ isDraining: this.#closing.signal.aborted, working: this.working() });
  }

  async #takeAll(): Promise<void> {
    const { bench } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      if (this.#isFull()) {
        await this.#pause(this.#times.idleMs);
        continue;
      }
      try {
        const taken = await bench.take(signal);
        if (taken !== undefined) this.#open(taken);
      } catch (error) {
        this.#tell({ kind: "problem", error });
        await this.#pause(this.#times.lookMs);
      }
    }
  }

  /** An attempt that waits for a person takes no room: else a few of them would keep a machine idle. */
  #isFull(): boolean {
    const now = this.#options.clock.elapsed();
    if (now < this.#restUntil) return true;
    let working = 0;
    for (const session of this.#sessions.values()) {
      const since = session.idleSince();
      if (since === null || now - since < this.#times.idleMs) working += 1;
    }
    return working >= this.#options.capacity;
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#options;
    return new Promise((resolve) => {
      const cancel = clock.wake(clock.now() + ms, resolve);
      this.#wakeTaker = () => {
        cancel();
        resolve();
      };
    });
  }

  #open(taken: Taken): void {
    const { bench, clock, machine, portsFor } = this.#options;
    const [slots, times] = [this.#slots, this.#times];
    const onChange = (): void => {
      this.#show();
      this.#wakeTaker();
    };
    const onProblem = (error: unknown): void => this.#tell({ kind: "problem", error });
    const onTrouble = (): void => {
      this.#restUntil = clock.elapsed() + this.#times.restMs;
    };
    const key = keyOf(taken);
    const earlier = [...this.#sessions].filter(([each]) => each.startsWith(`${placeKey(taken.place)}@`));
    const after = Promise.all(earlier.map(([, { ended }]) => ended));
    const tells = { onChange, onProblem, onTrouble };
    const session = createSession({ taken, bench, clock, machine, slots, times, portsFor, after, ...tells });
    this.#sessions.set(key, session);
    this.#tell({ kind: "took", place: taken.place, ticket: "" });
    void session.ended.then(() => {
      this.#sessions.delete(key);
      this.#tell({ kind: "ended", place: taken.place, ticket: session.work().ticket });
      onChange();
    });
    onChange();
    if (this.#closing.signal.aborted) void session.drain(this.#hurry.signal);
  }

  #tell(news: DeskNews): void {
    this.#options.onNews?.(news);
  }
}
