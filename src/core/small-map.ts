// A persistent map for few entries, in the order they came. A change copies one or two short arrays, which costs a
// fraction of copying a Map; a look-up goes through the keys. For what a run has in flight, never for what a plan has.

export class SmallMap<K, V> implements ReadonlyMap<K, V> {
  readonly keyList: readonly K[];
  readonly valueList: readonly V[];

  constructor(keyList: readonly K[], valueList: readonly V[]) {
    this.keyList = keyList;
    this.valueList = valueList;
  }

  get size(): number {
    return this.keyList.length;
  }

  get(key: K): V | undefined {
    const place = this.keyList.indexOf(key);
    return place < 0 ? undefined : this.valueList[place];
  }

  has(key: K): boolean {
    return this.keyList.includes(key);
  }

  keys(): ArrayIterator<K> {
    return this.keyList.values();
  }

  values(): ArrayIterator<V> {
    return this.valueList.values();
  }

  entries(): ArrayIterator<[K, V]> {
    return this.keyList.map((key, place): [K, V] => [key, this.valueList[place] as V]).values();
  }

  [Symbol.iterator](): ArrayIterator<[K, V]> {
    return this.entries();
  }

  forEach(callback: (value: V, key: K, map: ReadonlyMap<K, V>) => void): void {
    for (const [key, value] of this) callback(value, key, this);
  }
}

export const emptyMap = <K, V>(): ReadonlyMap<K, V> => new SmallMap<K, V>([], []);

const toSmall = <K, V>(map: ReadonlyMap<K, V>): SmallMap<K, V> =>
  map instanceof SmallMap ? map : new SmallMap([...map.keys()], [...map.values()]);

/** A key that is there keeps its place; a new one comes last. */
export function withEntry<K, V>(map: ReadonlyMap<K, V>, key: K, value: V): ReadonlyMap<K, V> {
  const { keyList, valueList } = toSmall(map);
  const place = keyList.indexOf(key);
  if (place < 0) return new SmallMap([...keyList, key], [...valueList, value]);
  const values = valueList.slice();
  values[place] = value;
  return new SmallMap(keyList, values);
}

/** The map itself where the key is not there. */
export function withoutEntry<K, V>(map: ReadonlyMap<K, V>, key: K): ReadonlyMap<K, V> {
  const { keyList, valueList } = toSmall(map);
  const place = keyList.indexOf(key);
  return place < 0 ? map : new SmallMap(keyList.toSpliced(place, 1), valueList.toSpliced(place, 1));
}

export const makeMap = <K, V>(entries: readonly (readonly [K, V])[]): ReadonlyMap<K, V> =>
  new SmallMap(
    entries.map(([key]) => key),
    entries.map(([, value]) => value),
  );
