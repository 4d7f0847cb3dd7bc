// Many machines on a run, as events in time: a conductor and a store that do one thing after the other, machines that work
// side by side, and between them what each order takes of each. What they take is measured elsewhere and comes in; this
// only reckons how long it queues, and where.

/** Of one process of the product, as measured on the machine that measures. All times in ms of processor time. */
export type MachineCosts = {
  /** Orders of one ticket: what a machine is sent for it, one after the other. */
  readonly orders: number;
  readonly conductorMs: number;
  readonly storeMs: number;
  /** Of the machine itself, beside the work. */
  readonly machineMs: number;
  /** Commands of clients and of scripts. */
  readonly commands: number;
  /** To and from the store. */
  readonly bytes: number;
  /** That the store keeps for good. */
  readonly keptBytes: number;
  /** Of a machine a second, whatever it does. */
  readonly idle: { readonly commands: number; readonly storeMs: number };
};

export type SimulatedRun = {
  readonly tickets: number;
  readonly machines: number;
  /** Attempts at a time on each. */
  readonly capacity: number;
  /** Attempts at a time in the run. */
  readonly lanes: number;
  /** Of one ticket in all, spread evenly over its orders: model and commands. */
  readonly workMs: number;
  /** How much longer or shorter one ticket may be, as a part of it; 0: all alike. */
  readonly spread: number;
  /** From a process to the store. */
  readonly networkMs: number;
  readonly seed: number;
};

export type Simulated = {
  readonly seconds: number;
  readonly ticketsPerSecond: number;
  /** Part of the time. Machines: of the places on them. */
  readonly busy: { readonly conductor: number; readonly store: number; readonly machines: number };
  /** Attempts that wait for a machine, at ten moments, and at most. */
  readonly queue: readonly number[];
  readonly longestQueue: number;
  readonly commandsPerSecond: number;
  readonly megabitsPerSecond: number;
  readonly keptGigabytes: number;
  /** What would have to be faster for the run to be faster. */
  readonly limit: "conductor" | "store" | "machines" | "lanes";
};

/** A station that does one thing after the other, in the order in which they come. */
class Station {
  #freeAt = 0;
  busyMs = 0;
  /** When what comes at `now` and takes `ms` is done. */
  serve(now: number, ms: number): number {
    this.#freeAt = Math.max(this.#freeAt, now) + ms;
    this.busyMs += ms;
    return this.#freeAt;
  }
}

/** Times with what they are of, the earliest first: a binary heap over two arrays. */
class Agenda {
  readonly #times: number[] = [];
  readonly #items: number[] = [];

  get length(): number {
    return this.#times.length;
  }

  add(time: number, item: number): void {
    let at = this.#times.length;
    this.#times.push(time);
    this.#items.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.#times[parent] ?? 0) <= time) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  /** Only where there is one. */
  next(): { readonly time: number; readonly item: number } {
    const [time = 0, item = 0] = [this.#times[0], this.#items[0]];
    const [lastTime = 0, lastItem = 0] = [this.#times.pop(), this.#items.pop()];
    if (this.#times.length > 0) {
      this.#times[0] = lastTime;
      this.#items[0] = lastItem;
      this.#sink();
    }
    return { time, item };
  }

  #sink(): void {
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      let least = at;
      if (left < this.length && (this.#times[left] ?? 0) < (this.#times[least] ?? 0)) least = left;
      if (right < this.length && (this.#times[right] ?? 0) < (this.#times[least] ?? 0)) least = right;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  #swap(a: number, b: number): void {
    [this.#times[a], this.#times[b]] = [this.#times[b] ?? 0, this.#times[a] ?? 0];
    [this.#items[a], this.#items[b]] = [this.#items[b] ?? 0, this.#items[a] ?? 0];
  }
}

/** A number in [0, 1) that follows from the one before it (mulberry32). */
function createChance(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    return ((word ^ (word >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Where a ticket is within an order: what it is about to have done. */
const [atConductor, onItsWay, onMachine, onItsWayBack, stops] = [0, 1, 2, 3, 4];

/** The same seed gives the same run. Needs a second of a processor for about a million stops of tickets. */
export function simulateMachines(costs: MachineCosts, run: SimulatedRun): Simulated {
  const simulation = new Simulation(costs, run);
  simulation.play();
  return simulation.result();
}

class Simulation {
  readonly #costs: MachineCosts;
  readonly #run: SimulatedRun;
  readonly #conductor = new Station();
  readonly #store = new Station();
  readonly #agenda = new Agenda();
  readonly #chance: () => number;
  /** Of the store, for one way of one order; what machines ask without having work slows it for all who have. */
  readonly #hopMs: number;
  readonly #queue: number[] = [];
  #now = 0;
  #begun = 0;
  #ended = 0;
  #free: number;
  #waiting = 0;
  #longestQueue = 0;
  #workedMs = 0;

  constructor(costs: MachineCosts, run: SimulatedRun) {
    this.#costs = costs;
    this.#run = run;
    this.#chance = createChance(run.seed);
    this.#free = run.machines * run.capacity;
    const asking = (run.machines * costs.idle.storeMs) / 1000;
    this.#hopMs = costs.storeMs / (2 * costs.orders) / Math.max(0.01, 1 - asking);
  }

  play(): void {
    const { tickets, lanes } = this.#run;
    const every = Math.max(1, Math.floor(tickets / 10));
    while (this.#begun < Math.min(lanes, tickets)) this.#offer();
    this.#take();
    while (this.#agenda.length > 0) {
      const { time, item } = this.#agenda.next();
      this.#now = time;
      if (item < stops * this.#costs.orders) {
        this.#agenda.add(this.#pass(item % stops), item + 1);
        continue;
      }
      this.#ended += 1;
      this.#free += 1;
      if (this.#begun < tickets) this.#offer();
      this.#take();
      if (this.#ended % every === 0) this.#queue.push(this.#waiting);
    }
  }

  /** When a stop that begins now is done. */
  #pass(stop: number): number {
    const { orders, conductorMs, machineMs } = this.#costs;
    const { networkMs, workMs, spread } = this.#run;
    if (stop === atConductor) return this.#conductor.serve(this.#now, conductorMs / orders);
    if (stop === onItsWay || stop === onItsWayBack) return this.#store.serve(this.#now, this.#hopMs) + 2 * networkMs;
    const work = (workMs * (1 + spread * (2 * this.#chance() - 1)) + machineMs) / orders;
    if (stop === onMachine) this.#workedMs += work;
    return this.#now + work;
  }

  #offer(): void {
    this.#begun += 1;
    this.#waiting += 1;
    this.#longestQueue = Math.max(this.#longestQueue, this.#waiting);
  }

  #take(): void {
    while (this.#waiting > 0 && this.#free > 0) {
      this.#waiting -= 1;
      this.#free -= 1;
      this.#agenda.add(this.#pass(atConductor), 1);
    }
  }

  result(): Simulated {
    const { commands, bytes, keptBytes, idle } = this.#costs;
    const { tickets, machines, capacity } = this.#run;
    const seconds = this.#now / 1000;
    const busy = {
      conductor: this.#conductor.busyMs / this.#now,
      store: this.#store.busyMs / this.#now,
      machines: this.#workedMs / (this.#now * machines * capacity),
    };
    return {
      seconds,
      ticketsPerSecond: tickets / seconds,
      busy,
      queue: this.#queue,
      longestQueue: this.#longestQueue,
      commandsPerSecond: (commands * tickets) / seconds + idle.commands * machines,
      megabitsPerSecond: (bytes * tickets * 8) / 1e6 / seconds,
      keptGigabytes: (keptBytes * tickets) / 1e9,
      limit: limitOf(busy, this.#run),
    };
  }
}

function limitOf(busy: Simulated["busy"], { lanes, machines, capacity }: SimulatedRun): Simulated["limit"] {
  const most = Math.max(busy.conductor, busy.store);
  if (most > 0.9) return busy.conductor >= busy.store ? "conductor" : "store";
  return lanes < machines * capacity ? "lanes" : "machines";
}
