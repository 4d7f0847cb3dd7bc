// What the addresses of a run's screens carry after the question mark. Unknown or unfit values are passed over.

/** `at`: a seq of the past; absent: live. `ticket`: in the inspector. `approval`: in the inbox. */
export type Search = {
  readonly at?: number | undefined;
  readonly ticket?: string | undefined;
  readonly approval?: string | undefined;
  readonly tab?: string | undefined;
  /** Of the ticket in view; absent: the last one. */
  readonly attempt?: number | undefined;
  /** Density of the board: overview, compact, cards. */
  readonly d?: 1 | 2 | 3 | undefined;
  readonly view?: "graph" | "list" | "timeline" | undefined;
  readonly trace?: boolean | undefined;
  /** Statuses shown, joined by commas; absent: all. */
  readonly status?: string | undefined;
  readonly track?: string | undefined;
  /** The other point or run of a comparison. */
  readonly compare?: number | undefined;
  readonly with?: string | undefined;
};

/** As the address has it, or as a link of the page gives it. */
const whole = (value: unknown): number | undefined => {
  const words = typeof value === "number" ? String(value) : value;
  return typeof words === "string" && /^\d{1,12}$/.test(words) ? Number(words) : undefined;
};

const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

const oneOf = <T extends string>(value: unknown, ...options: readonly T[]): T | undefined =>
  options.find((option) => option === value);

const density = (value: unknown): Search["d"] => ([1, 2, 3] as const).find((each) => each === whole(value));

/** Absent keys stay absent: they would stand in the address. */
const present = (fields: Search): Search =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));

export const toSearch = (raw: Readonly<Record<string, unknown>>): Search =>
  present({
    at: whole(raw["at"]),
    ticket: text(raw["ticket"]),
    approval: text(raw["approval"]),
    tab: text(raw["tab"]),
    attempt: whole(raw["attempt"]),
    d: density(raw["d"]),
    view: oneOf(raw["view"], "graph", "list", "timeline"),
    trace: raw["trace"] === "1" || raw["trace"] === true ? true : undefined,
    status: text(raw["status"]),
    track: text(raw["track"]),
    compare: whole(raw["compare"]),
    with: text(raw["with"]),
  });

/** From screen to screen of one run the point of the past stays, and nothing else. */
export const keepPoint = ({ at }: Search): Search => present({ at });

/** Plain `key=value` pairs: addresses that a person can read and write. */
export const searchText = {
  parse: (search: string): Record<string, string> => Object.fromEntries(new URLSearchParams(search)),
  stringify: (search: Readonly<Record<string, unknown>>): string => {
    const pairs = Object.entries(search)
      .filter(([, value]) => value !== undefined && value !== null && value !== false)
      .map(([key, value]): [string, string] => [key, value === true ? "1" : String(value)]);
    const words = new URLSearchParams(pairs).toString();
    return words === "" ? "" : `?${words}`;
  },
};
