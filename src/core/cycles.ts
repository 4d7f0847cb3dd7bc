// Cycles of a graph given by numbers. No recursion anywhere: a chain of 50,000 tickets is a legal plan.

/** `edges[n]` are the nodes n points to. */
export type Edges = readonly (readonly number[])[];

/**
 * One cycle for each knot of nodes that reach each other, each a shortest one through the knot's lowest node, which
 * comes first. Self-loops are not reported. Linear in nodes and edges.
 */
export function findCycles(edges: Edges): number[][] {
  return findKnots(edges).map((knot) => shortestCycle(edges, knot));
}

/** Tarjan's strongly connected components of two or more nodes, with the call stack made explicit. */
function findKnots(edges: Edges): number[][] {
  const count = edges.length;
  const order = new Int32Array(count);
  const low = new Int32Array(count);
  const nextEdge = new Int32Array(count);
  const waiting = new Uint8Array(count);
  const stack: number[] = [];
  const knots: number[][] = [];
  let visited = 0;

  const enter = (node: number, path: number[]): void => {
    visited += 1;
    order[node] = low[node] = visited;
    waiting[node] = 1;
    stack.push(node);
    path.push(node);
  };
  const leave = (node: number, parent: number | undefined): void => {
    const reach = low[node] ?? 0;
    if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, reach);
    if (reach !== order[node]) return;
    const knot = stack.splice(stack.lastIndexOf(node));
    for (const member of knot) waiting[member] = 0;
    if (knot.length > 1) knots.push(knot);
  };

  for (let root = 0; root < count; root += 1) {
    if (order[root] !== 0) continue;
    const path: number[] = [];
    enter(root, path);
    for (let node = path.at(-1); node !== undefined; node = path.at(-1)) {
      const target = edges[node]?.[nextEdge[node] ?? 0];
      nextEdge[node] = (nextEdge[node] ?? 0) + 1;
      if (target === undefined) {
        path.pop();
        leave(node, path.at(-1));
      } else if (order[target] === 0) enter(target, path);
      else if (waiting[target] === 1) low[node] = Math.min(low[node] ?? 0, order[target] ?? 0);
    }
  }
  return knots;
}

/** Breadth first from the knot's lowest node, inside the knot, until an edge leads back to it. */
function shortestCycle(edges: Edges, knot: readonly number[]): number[] {
  const members = new Set(knot);
  const start = knot.reduce((least, node) => Math.min(least, node));
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const node of queue) {
    for (const target of edges[node] ?? []) {
      if (target === start && node !== start) return walkBack(cameFrom, node, start);
      if (!members.has(target) || target === start || cameFrom.has(target)) continue;
      cameFrom.set(target, node);
      queue.push(target);
    }
  }
  throw new Error(`node ${start} is in a knot but on no cycle`);
}

function walkBack(cameFrom: ReadonlyMap<number, number>, last: number, start: number): number[] {
  const cycle: number[] = [];
  for (let node: number | undefined = last; node !== undefined && node !== start; node = cameFrom.get(node))
    cycle.push(node);
  cycle.push(start);
  return cycle.toReversed();
}
