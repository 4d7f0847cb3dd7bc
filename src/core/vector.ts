// A persistent array in chunks: `with` copies one chunk and the spine, so a change costs the same at any length.

const chunkSize = 256;

export type Vector<T> = { readonly length: number; readonly chunks: readonly (readonly T[])[] };

export const makeVector = <T>(items: readonly T[]): Vector<T> => {
  const chunks: T[][] = [];
  for (let at = 0; at < items.length; at += chunkSize) chunks.push(items.slice(at, at + chunkSize));
  return { length: items.length, chunks };
};

/** Throws on an index outside the vector: that is a bug, never input. */
export const at = <T>(vector: Vector<T>, index: number): T => {
  const item = vector.chunks[Math.floor(index / chunkSize)]?.[index % chunkSize];
  if (item === undefined) throw new RangeError(`no item ${index} in a vector of ${vector.length}`);
  return item;
};

export const withItem = <T>(vector: Vector<T>, index: number, item: T): Vector<T> => {
  const place = Math.floor(index / chunkSize);
  const chunk = (vector.chunks[place] ?? []).slice();
  chunk[index % chunkSize] = item;
  const chunks = vector.chunks.slice();
  chunks[place] = chunk;
  return { length: vector.length, chunks };
};

export function* items<T>(vector: Vector<T>): Generator<T> {
  for (const chunk of vector.chunks) yield* chunk;
}
