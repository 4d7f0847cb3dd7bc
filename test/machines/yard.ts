// A queue, inboxes and a registry in memory, as bad as real ones may be: messages are lost, late, doubled and out of
// order; machines die, freeze, and are cut off; locks expire.

import type { RunId } from "../../src/domain/ids.ts";
import { machineProtocol, placeKey, type AttemptPlace, type MachineCard } from "../../src/domain/machine.ts";
import type { AttemptOffer, Bench, Crew, Inbox, LiveDelta, Taken } from "../../src/engine/machines/crew.ts";
import { covers } from "../../src/engine/machines/labels.ts";
import type { Clock } from "../../src/engine/ports.ts";
import type { Chance } from "../simulator/chance.ts";
import type { Process } from "./quick-clock.ts";

export type YardFaults = {
  readonly lose: number;
  readonly double: number;
  /** ms at most, one way. */
  readonly late: number;
  /** A machine that lost its locks finds out this late, in ms. */
  readonly unaware: number;
};

type Holder = { readonly machine: Process; readonly lost: AbortController };
type Job = { readonly offer: AttemptOffer; holder: Holder | null };
type Taker = {
  readonly machine: Process;
  readonly labels: readonly string[];
  readonly give: (taken: Taken | undefined) => void;
};
type Member = { card: MachineCard; readonly machine: Process; isListed: boolean };
type Listener = { readonly owner: Process; readonly hear: (message: never) => void };

export class Yard {
  readonly jobs = new Map<string, Job>();
  readonly faults: YardFaults;
  /** Said by a conductor or a machine, in all. */
  messages = 0;
  isCalm = false;
  readonly #clock: Clock;
  readonly #chance: Chance;
  readonly #leaseMs: number;
  readonly #takings = new Map<string, number>();
  readonly #takers = new Set<Taker>();
  readonly #listeners = new Map<Inbox, Listener>();
  readonly #deltas = new Map<Inbox, (delta: LiveDelta) => void>();
  readonly #bosses = new Map<RunId, Inbox>();
  readonly #members = new Map<string, Member>();
  readonly #watchers = new Set<{ readonly owner: Process; readonly look: () => void }>();

  constructor(options: { clock: Clock; chance: Chance; leaseMs: number; faults: YardFaults }) {
    this.#clock = options.clock;
    this.#chance = options.chance;
    this.#leaseMs = options.leaseMs;
    this.faults = options.faults;
  }

  // ---- conductors ----------------------------------------------------------------------------------------------

  crewFor(run: RunId, owner: Process): Crew {
    const inbox = owner.name;
    this.#bosses.set(run, inbox);
    return {
      inbox,
      offer: (offer) => this.#call(owner, () => this.#offer(offer)),
      withdraw: (place) => this.#call(owner, () => this.#withdraw(place)),
      send: (to, message) => this.#post(owner, to, message),
      receive: (_run, hear) => {
        this.#listeners.set(inbox, { owner, hear: hear.message });
        this.#deltas.set(inbox, hear.delta);
        return () => {
          this.#listeners.delete(inbox);
          if (this.#bosses.get(run) === inbox) this.#bosses.delete(run);
        };
      },
      machines: () => [...this.#members.values()].filter(({ isListed }) => isListed).map(({ card }) => card),
      watch: (look) => {
        const watcher = { owner, look };
        this.#watchers.add(watcher);
        return () => void this.#watchers.delete(watcher);
      },
    };
  }

  // ---- machines ------------------------------------------------------------------------------------------------

  benchFor(machine: Process, { labels, capacity }: { labels: readonly string[]; capacity: number }): Bench {
    const id = machine.name;
    const card: MachineCard = {
      id,
      host: `host-of-${id}`,
      pid: 1,
      version: "0.0.0",
      protocol: machineProtocol,
      labels,
      capacity,
      isDraining: false,
      startedAt: this.#clock.now(),
      load: 0,
      processors: 2,
      memory: { free: 1, all: 2 },
      working: [],
    };
    this.#members.set(id, { card, machine, isListed: true });
    this.#tellWatchers();
    return {
      id,
      inbox: id,
      take: (signal) =>
        new Promise((resolve) => {
          const taker: Taker = { machine, labels, give: resolve };
          signal.addEventListener("abort", () => this.#takers.delete(taker) && resolve(undefined), { once: true });
          if (signal.aborted) return resolve(undefined);
          this.#takers.add(taker);
          this.#dispatch();
        }),
      conductorOf: (run) => this.#call(machine, () => this.#bosses.get(run)),
      send: (to, message) => this.#post(machine, to, message),
      sendDelta: (run, delta) => {
        const to = this.#bosses.get(run);
        if (to !== undefined && machine.standing === "up") this.#deltas.get(to)?.(delta);
      },
      receive: (hear) => {
        this.#listeners.set(id, { owner: machine, hear });
        return () => void this.#listeners.delete(id);
      },
      show: (shown) => {
        const member = this.#members.get(id);
        if (member === undefined) return;
        const isNew = member.card.isDraining !== shown.isDraining;
        member.card = { ...member.card, ...shown };
        if (isNew) this.#tellWatchers();
      },
    };
  }

  /** It has ended by itself, in order. */
  leave(machine: Process): void {
    this.#members.delete(machine.name);
    machine.become("dead");
    this.#tellWatchers();
  }

  /** Whoever is down for a lease has lost its locks and its place in the registry. */
  down(machine: Process, standing: "dead" | "frozen" | "cut"): void {
    machine.become(standing);
    const since = machine.downSince;
    this.#clock.wake(this.#clock.now() + this.#leaseMs, () => {
      if (machine.standing === "up" || machine.downSince !== since) return;
      const member = this.#members.get(machine.name);
      if (member !== undefined) member.isListed = false;
      this.#tellWatchers();
      for (const job of this.jobs.values()) if (job.holder?.machine === machine) this.#loosen(job);
      this.#dispatch();
    });
  }

  up(machine: Process): void {
    machine.become("up");
    const member = this.#members.get(machine.name);
    if (member === undefined || machine.standing === "dead") return;
    member.isListed = true;
    this.#tellWatchers();
  }

  // ---- the queue -----------------------------------------------------------------------------------------------

  #loosen(job: Job): void {
    const { holder } = job;
    job.holder = null;
    if (holder === null) return;
    const { machine, lost } = holder;
    // One that is cut off sees its lease run out by itself; one that thaws sees the gap before anything else.
    const abort = (): void => lost.abort();
    if (this.faults.unaware === 0) {
      if (machine.standing === "frozen") this.#onThaw.push({ machine, abort });
      else machine.act(abort);
    } else this.#clock.wake(this.#clock.now() + this.faults.unaware, () => machine.act(abort));
  }

  readonly #onThaw: { readonly machine: Process; readonly abort: () => void }[] = [];

  thaw(machine: Process): void {
    for (const each of this.#onThaw) if (each.machine === machine) each.abort();
    this.up(machine);
  }

  #offer(offer: AttemptOffer): void {
    const key = placeKey(offer.place);
    if (!this.jobs.has(key)) this.jobs.set(key, { offer, holder: null });
    this.#dispatch();
  }

  #withdraw(place: AttemptPlace): void {
    const job = this.jobs.get(placeKey(place));
    this.jobs.delete(placeKey(place));
    if (job !== undefined) this.#loosen(job);
  }

  #dispatch(): void {
    const waiting = [...this.jobs.values()]
      .filter(({ holder }) => holder === null)
      .toSorted((a, b) => b.offer.weight - a.offer.weight);
    for (const job of waiting) {
      const fit = [...this.#takers].filter(
        ({ machine, labels }) => machine.standing === "up" && covers(labels, job.offer.labels),
      );
      if (fit.length > 0) this.#give(job, this.#chance.pick(fit));
    }
  }

  #give(job: Job, taker: Taker): void {
    this.#takers.delete(taker);
    const { place } = job.offer;
    const key = placeKey(place);
    const taking = (this.#takings.get(key) ?? 0) + 1;
    this.#takings.set(key, taking);
    const { machine } = taker;
    const lost = new AbortController();
    const holder: Holder = { machine, lost };
    job.holder = holder;
    const owns = (): boolean => this.jobs.get(key) === job && job.holder === holder;
    const taken: Taken = {
      place,
      taking,
      lost: lost.signal,
      finish: () =>
        this.#call(machine, () => {
          if (owns()) this.jobs.delete(key);
        }),
      giveBack: () =>
        this.#call(machine, () => {
          if (owns()) job.holder = null;
          this.#dispatch();
        }),
    };
    this.#clock.wake(this.#clock.now() + this.#delay(), () => machine.reach(() => taker.give(taken)));
  }

  // ---- the network ---------------------------------------------------------------------------------------------

  #delay(): number {
    return this.isCalm ? this.#chance.int(1, 5) : this.#chance.int(1, Math.max(1, this.faults.late));
  }

  /** There and back, through whatever the caller meets meanwhile. */
  #call<Value>(caller: Process, what: () => Value): Promise<Value> {
    return new Promise((resolve) => {
      this.#clock.wake(this.#clock.now() + this.#chance.int(1, 20), () =>
        caller.reach(() => {
          const value = what();
          this.#clock.wake(this.#clock.now() + this.#chance.int(1, 20), () => caller.reach(() => resolve(value)));
        }),
      );
    });
  }

  #post(from: Process, to: Inbox, message: unknown): void {
    if (from.standing === "dead" || from.standing === "cut") return;
    this.messages += 1;
    if (!this.isCalm && this.#chance.maybe(this.faults.lose)) return;
    const text = JSON.stringify(message);
    const copies = !this.isCalm && this.#chance.maybe(this.faults.double) ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1)
      this.#clock.wake(this.#clock.now() + this.#delay(), () => {
        const listener = this.#listeners.get(to);
        if (listener === undefined || listener.owner.standing === "cut") return;
        listener.owner.act(() => this.#listeners.get(to)?.hear(JSON.parse(text) as never));
      });
  }

  #tellWatchers(): void {
    for (const { owner, look } of this.#watchers)
      this.#clock.wake(this.#clock.now() + this.#chance.int(1, 200), () => owner.act(look));
  }
}
