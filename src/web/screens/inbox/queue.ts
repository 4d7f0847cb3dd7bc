// Where the person stands in the queue: on one request, by its key, and at its place in the list. What others answer
// never moves them; what they answered themselves brings the next one to the same place.

export type Place = { readonly key: string | null; readonly at: number };

export const nowhere: Place = { key: null, at: 0 };

/** `mine`: requests this page has sent an answer to. The same object where nothing changes. */
export function settlePlace(keys: readonly string[], place: Place, mine: ReadonlySet<string>): Place {
  const { key, at } = place;
  if (key === null) return keys.length === 0 ? place : toPlace(keys, 0);
  const found = keys.indexOf(key);
  if (found === at) return place;
  if (found >= 0) return { key, at: found };
  if (!mine.has(key)) return place;
  return keys.length === 0 ? nowhere : toPlace(keys, Math.min(at, keys.length - 1));
}

/** One up or down; from a request that is gone, to whatever stands in its place now. */
export function movePlace(keys: readonly string[], { key, at }: Place, by: 1 | -1): Place {
  if (keys.length === 0) return nowhere;
  const isGone = key === null || !keys.includes(key);
  const wanted = isGone && by === 1 ? at : at + by;
  return toPlace(keys, Math.max(0, Math.min(wanted, keys.length - 1)));
}

/** On to the next request, or to the one before the last; where there is no other, it stays. */
export function passPlace(keys: readonly string[], key: string): Place {
  const at = keys.indexOf(key);
  return toPlace(keys, at + 1 < keys.length ? at + 1 : Math.max(0, at - 1));
}

const toPlace = (keys: readonly string[], at: number): Place => ({ key: keys[at] ?? null, at });
