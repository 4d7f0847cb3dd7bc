// When a plan would be done: tickets started as the scheduler starts them (SCH), each taking a time that is given.

/** What does not change between two tries of the same plan. */
export type Course = {
  readonly dependents: readonly (readonly number[])[];
  /** How many tickets each one waits for. */
  readonly waits: readonly number[];
  /** Place of each ticket in the order of the longest remaining path; 0 goes first. */
  readonly turns: readonly number[];
  /** By ticket, which of `pools` it starts in. */
  readonly poolOf: readonly number[];
  /** Tier and provider of each, as places in `limits`. */
  readonly pools: readonly { readonly tier: number; readonly provider: number }[];
  readonly limits: readonly number[];
  readonly lanes: number;
};

export type Times = { readonly work: Float64Array; readonly merge: Float64Array };

/** The time at which the last ticket is merged. A ticket holds its lane until then, and one is merged after the other. */
export function makespan(course: Course, times: Times): number {
  const { dependents, poolOf, pools, turns } = course;
  const waits = Int32Array.from(course.waits);
  const used = new Int32Array(course.limits.length);
  const ready = pools.map(() => makeHeap());
  const ends = makeHeap();
  let lanes = 0;
  let mergeFree = 0;
  let now = 0;
  const queue = (ticket: number): void => ready[poolOf[ticket] ?? 0]?.push(turns[ticket] ?? 0, ticket);
  waits.forEach((count, ticket) => {
    if (count === 0) queue(ticket);
  });
  const move = (ticket: number, by: 1 | -1): void => {
    const { tier, provider } = pools[poolOf[ticket] ?? 0] ?? { tier: 0, provider: 0 };
    used[tier] = (used[tier] ?? 0) + by;
    used[provider] = (used[provider] ?? 0) + by;
    lanes += by;
  };
  for (;;) {
    while (lanes < course.lanes) {
      const ticket = nextReady(course, ready, used);
      if (ticket === undefined) break;
      move(ticket, 1);
      // Even: its work ends; odd: it is merged.
      ends.push(now + (times.work[ticket] ?? 0), ticket * 2);
    }
    if (ends.size() === 0) return now;
    now = ends.topKey();
    const end = ends.pop();
    const ticket = Math.floor(end / 2);
    if (end % 2 === 0) {
      mergeFree = Math.max(now, mergeFree) + (times.merge[ticket] ?? 0);
      ends.push(mergeFree, end + 1);
      continue;
    }
    move(ticket, -1);
    for (const dependent of dependents[ticket] ?? []) {
      const left = (waits[dependent] ?? 0) - 1;
      waits[dependent] = left;
      if (left === 0) queue(dependent);
    }
  }
}

/** The first in turn of all pools that have room. */
function nextReady({ pools, limits }: Course, ready: readonly Heap[], used: Int32Array): number | undefined {
  let best: Heap | undefined;
  pools.forEach(({ tier, provider }, place) => {
    const heap = ready[place];
    const hasRoom =
      (used[tier] ?? 0) < (limits[tier] ?? Infinity) && (used[provider] ?? 0) < (limits[provider] ?? Infinity);
    if (heap === undefined || heap.size() === 0 || !hasRoom) return;
    if (best === undefined || heap.topKey() < best.topKey()) best = heap;
  });
  return best?.pop();
}

type Heap = {
  readonly size: () => number;
  readonly push: (key: number, value: number) => void;
  /** The smallest; of an empty heap nothing may be asked. */
  readonly topKey: () => number;
  readonly pop: () => number;
};

function makeHeap(): Heap {
  const keys: number[] = [];
  const values: number[] = [];
  const set = (place: number, key: number, value: number): void => {
    keys[place] = key;
    values[place] = value;
  };
  const push = (key: number, value: number): void => {
    let place = keys.length;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = keys[parent] ?? 0;
      if (above <= key) break;
      set(place, above, values[parent] ?? 0);
      place = parent;
    }
    set(place, key, value);
  };
  const pop = (): number => {
    const top = values[0] ?? 0;
    const key = keys.pop() ?? 0;
    const value = values.pop() ?? 0;
    if (keys.length > 0) sink(key, value);
    return top;
  };
  const sink = (key: number, value: number): void => {
    let place = 0;
    for (;;) {
      let child = place * 2 + 1;
      if (child >= keys.length) break;
      if (child + 1 < keys.length && (keys[child + 1] ?? 0) < (keys[child] ?? 0)) child += 1;
      if ((keys[child] ?? 0) >= key) break;
      set(place, keys[child] ?? 0, values[child] ?? 0);
      place = child;
    }
    set(place, key, value);
  };
  return { size: () => keys.length, push, pop, topKey: () => keys[0] ?? Infinity };
}

/** The longest chain of tickets and their merges: no number of lanes is quicker. `order`: each after what it waits for. */
export function longestChain(
  { dependents }: Pick<Course, "dependents">,
  order: readonly number[],
  { work, merge }: Times,
): Float64Array {
  const rest = new Float64Array(work.length);
  for (let place = order.length - 1; place >= 0; place -= 1) {
    const ticket = order[place] ?? 0;
    let longest = 0;
    for (const dependent of dependents[ticket] ?? []) longest = Math.max(longest, rest[dependent] ?? 0);
    rest[ticket] = (work[ticket] ?? 0) + (merge[ticket] ?? 0) + longest;
  }
  return rest;
}
