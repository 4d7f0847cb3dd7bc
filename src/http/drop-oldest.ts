// Keeps what is remembered for clients bounded.

/** Leaves the `most` that came last: a Map keeps the order in which its keys came. */
export function dropOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
