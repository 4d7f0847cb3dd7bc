// One attempt of a run with machines: its seat, whether it is offered to machines, and whether this process has it.

import type { AttemptPlace, MachineLabel } from "../../domain/machine.ts";
import type { Feed } from "../feed.ts";
import type { Clock } from "../ports.ts";
import type { Crew } from "./crew.ts";
import { createSeat, type Came, type Errand, type Placement, type Seat, type SeatTimes } from "./seat.ts";

export type Berth = {
  readonly place: AttemptPlace;
  readonly seat: Seat;
  readonly fulfil: (errand: Errand, wish: Wish) => Promise<Came>;
  readonly labels: () => readonly MachineLabel[];
  /** Where it is told why the attempt waits, and since when it does (monotonic ms); undefined while it does not. */
  readonly waits: () => { readonly feed: Feed; readonly since: number } | undefined;
  /** This process works on it, to its end. */
  readonly isHome: () => boolean;
  readonly goHome: () => void;
  /** A machine has worked on it. */
  readonly wasAway: () => boolean;
  /** Whoever has it is told `word`; nothing of it stays on the queue, unless another conductor has the run. */
  readonly end: (word: "over" | "gone" | null) => Promise<void>;
};

type Wish = { readonly labels: readonly MachineLabel[]; readonly weight: number; readonly feed: Feed };

export type BerthOptions = {
  readonly place: AttemptPlace;
  readonly begun: { readonly isHome: boolean; readonly isAway: boolean };
  readonly crew: Crew;
  readonly clock: Clock;
  readonly remote: string | null;
  readonly times: SeatTimes & { readonly retryMs: number };
  readonly newPlacement: () => Placement;
  /** It has begun to wait for a machine. */
  readonly onWaiting: () => void;
};

export const createBerth = (options: BerthOptions): Berth => new AttemptBerth(options);

class AttemptBerth implements Berth {
  readonly place: AttemptPlace;
  readonly seat: Seat;
  readonly #options: BerthOptions;
  #isHome: boolean;
  #wish: Wish | undefined;
  #since = 0;
  #isOffered = false;
  #isEnded = false;
  #cancelRetry = (): void => {};
  /** What is said to the queue goes one after another. */
  #calls: Promise<unknown> = Promise.resolve();

  constructor(options: BerthOptions) {
    this.#options = options;
    this.place = options.place;
    this.#isHome = options.begun.isHome;
    this.seat = createSeat({ ...options, onUnplaced: (isStuck) => this.#waitForMachine(isStuck) });
  }

  fulfil(errand: Errand, wish: Wish): Promise<Came> {
    this.#wish = wish;
    return this.seat.fulfil(errand);
  }

  labels(): readonly MachineLabel[] {
    return this.#wish?.labels ?? [];
  }

  waits(): ReturnType<Berth["waits"]> {
    if (this.#wish === undefined || this.seat.waiting() === undefined) return undefined;
    return { feed: this.#wish.feed, since: this.#since };
  }

  isHome(): boolean {
    return this.#isHome;
  }

  goHome(): void {
    if (this.#isHome) return;
    this.#isHome = true;
    this.#cancelRetry();
    this.seat.retire("over");
    if (this.#isOffered || this.wasAway()) void this.#withdraw();
  }

  wasAway(): boolean {
    return this.#options.begun.isAway || this.seat.wasPlaced();
  }

  async end(word: "over" | "gone" | null): Promise<void> {
    this.#isEnded = true;
    this.#cancelRetry();
    this.seat.retire(word);
    if (word !== null && !this.#isHome && (this.#isOffered || this.wasAway())) await this.#withdraw();
    else await this.#calls;
  }

  #waitForMachine(isStuck: boolean): void {
    if (isStuck) void this.#withdraw();
    if (this.seat.waiting() === undefined) return;
    this.#since = this.#options.clock.elapsed();
    this.#options.onWaiting();
    if (this.seat.waiting() !== undefined) this.#offer();
  }

  #withdraw(): Promise<unknown> {
    this.#isOffered = false;
    this.#calls = this.#calls.then(() => this.#options.crew.withdraw(this.place)).catch(() => {});
    return this.#calls;
  }

  #offer(): void {
    const { crew, clock, times } = this.#options;
    this.#cancelRetry();
    if (this.#isEnded || this.#isHome || this.#wish === undefined) return;
    const { labels, weight } = this.#wish;
    this.#isOffered = true;
    // The store may be away for a moment: what is not offered waits, and is offered when it is back.
    const again = (): void => {
      this.#cancelRetry = clock.wake(clock.now() + times.retryMs, () => {
        if (this.seat.waiting() !== undefined) this.#offer();
      });
    };
    this.#calls = this.#calls.then(() => crew.offer({ place: this.place, labels, weight })).catch(again);
  }
}
