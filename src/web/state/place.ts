// The point of a run that a person asked for. What is shown goes there at once; the address comes after, a few times a
// second: a slider that is dragged asks for more points than a browser takes addresses.

/** What the address says. `at` undefined: now. */
export type Address = { readonly run: string | undefined; readonly at: number | undefined };

type Asked = Address & {
  /** What the address may say meanwhile: anything else came from another hand, and counts. */
  readonly meanwhile: readonly (number | undefined)[];
};

export type Place = {
  /** Where the person asked to be; undefined: now. */
  readonly at: () => number | undefined;
  readonly ask: (at: number | undefined) => void;
  /** Tells it what the address says now. */
  readonly follow: (address: Address) => void;
  /** Where the person asked to be while the address says `address`. */
  readonly seenFrom: (address: Address) => number | undefined;
  readonly subscribe: (listener: () => void) => () => void;
};

/** The address follows this much later, ms. */
const followMs = 250;

/** `write` makes the address say `at`. */
export function createPlace(write: (at: number | undefined) => void): Place {
  const listeners = new Set<() => void>();
  let address: Address = { run: undefined, at: undefined };
  let asked: Asked | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const seenFrom: Place["seenFrom"] = ({ run, at }) =>
    asked !== null && asked.run === run && asked.meanwhile.includes(at) ? asked.at : at;

  const rest = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };

  const writeDown = (): void => {
    rest();
    if (asked === null || asked.run !== address.run) return;
    asked = { ...asked, meanwhile: [address.at, asked.at] };
    write(asked.at);
  };

  return {
    at: () => seenFrom(address),
    ask: (at) => {
      asked = { run: address.run, at, meanwhile: [...(asked?.meanwhile.slice(-1) ?? []), address.at] };
      for (const listener of listeners) listener();
      if (at === undefined) writeDown();
      else timer ??= setTimeout(writeDown, followMs);
    },
    follow: (now) => {
      address = now;
      if (asked === null || (seenFrom(now) === asked.at && now.at !== asked.at)) return;
      // It has arrived, or somebody else led it away.
      if (now.run !== asked.run || !asked.meanwhile.includes(now.at)) rest();
      if (timer === undefined) asked = null;
    },
    seenFrom,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
