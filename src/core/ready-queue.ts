// Ready tickets by longest remaining path: a persistent leftist heap. Stale entries are skipped by their reader.

export type ReadyQueue = {
  readonly index: number;
  readonly rank: number;
  readonly left: ReadyQueue | null;
  readonly right: ReadyQueue | null;
  readonly depth: number;
} | null;

const depthOf = (queue: ReadyQueue): number => (queue === null ? 0 : queue.depth);

/** Longer path first; equal paths in the plan's own order, so that the order is total and repeatable. */
const before = (a: { rank: number; index: number }, b: { rank: number; index: number }): boolean =>
  a.rank > b.rank || (a.rank === b.rank && a.index < b.index);

/** Recursion goes down the right spine only, which is logarithmic in a leftist heap. */
const merge = (a: ReadyQueue, b: ReadyQueue): ReadyQueue => {
  if (a === null) return b;
  if (b === null) return a;
  const [top, other] = before(a, b) ? [a, b] : [b, a];
  const right = merge(top.right, other);
  const left = top.left;
  return depthOf(left) >= depthOf(right)
    ? { ...top, right, depth: depthOf(right) + 1 }
    : { ...top, left: right, right: left, depth: depthOf(left) + 1 };
};

export const push = (queue: ReadyQueue, index: number, rank: number): ReadyQueue =>
  merge(queue, { index, rank, left: null, right: null, depth: 1 });

export const pop = (queue: ReadyQueue): ReadyQueue => (queue === null ? null : merge(queue.left, queue.right));

const hasLeft = 1;
const hasRight = 2;

/** Node by node from the top, left before right: index, rank and which branches follow. A heap may be as deep as long. */
export function flattenQueue(queue: ReadyQueue): number[] {
  const flat: number[] = [];
  const waiting: ReadyQueue[] = [queue];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node === null) continue;
    const { index, rank, left, right } = node;
    flat.push(index, rank, (left === null ? 0 : hasLeft) + (right === null ? 0 : hasRight));
    waiting.push(right, left);
  }
  return flat;
}

/** The queue, in the same shape, that `flattenQueue` made this list of. */
export function makeQueue(flat: readonly number[]): ReadyQueue {
  const made: ReadyQueue[] = [];
  // From the end, so that a node's branches are there before it is, its left one on top.
  for (let at = flat.length - 3; at >= 0; at -= 3) {
    const [index = 0, rank = 0, branches = 0] = flat.slice(at, at + 3);
    const left = branches % 2 === hasLeft ? (made.pop() ?? null) : null;
    const right = branches >= hasRight ? (made.pop() ?? null) : null;
    made.push({ index, rank, left, right, depth: depthOf(right) + 1 });
  }
  return made.pop() ?? null;
}
