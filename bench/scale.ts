// How much of everything a benchmark does: in earnest, or tiny, to see that it runs through.

export type Scale = {
  readonly rounds: number;
  /** Tickets of W1 and W2. */
  readonly w1: number;
  readonly w2: number;
  /** How many of the ten graphs, and a factor on their durations. */
  readonly graphs: number;
  readonly w3Latency: number;
  readonly stream: {
    readonly workers: number;
    readonly subscribers: number;
    /** Tokens a second of each worker; `isGoal`: where lag and cost have goals. */
    readonly rates: readonly { readonly rate: number; readonly isGoal: boolean }[];
    readonly seconds: number;
    /** How long the reader that does not read is waited for: until it is cut, and longer. */
    readonly stalledSeconds: number;
  };
  /** A log of so many events, and how many looks back. */
  readonly seek: { readonly events: number; readonly tickets: number; readonly seeks: number };
  /** The page under load L1, and the load itself. */
  readonly page: PageScale;
  /** W5: the plan, and after how many events it is killed; `late` is just before its second snapshot is due. */
  readonly resume: { readonly tickets: number; readonly events: number; readonly late: number };
  /** W6: tickets in a small and in a large run, and how many warm the process up. */
  readonly sizes: readonly [number, number];
  readonly w6Warm: number;
  readonly w6Rounds: number;
  readonly git: { readonly files: number; readonly tickets: number };
  /** How many of them at once in one process. */
  readonly deliberations: number;
};

export type PageScale = {
  readonly rounds: number;
  readonly tickets: number;
  /** Workers whose models speak, and how many tokens a second each. */
  readonly speakers: number;
  readonly tokens: number;
  /** Ticket events a second. */
  readonly events: number;
  /** Words that stand in every stream before. */
  readonly words: number;
  /** Records of a run that is opened, and of one whose past is gone through. */
  readonly log: number;
  readonly seekLog: number;
  /** How long each screen is watched. */
  readonly seconds: number;
  readonly presses: number;
  readonly visits: number;
  readonly seeks: number;
  /** How long a page stays open for its heap to be weighed. */
  readonly minutes: number;
  /** Runs of the layout. */
  readonly layouts: number;
};

export const fullScale: Scale = {
  rounds: 5,
  w1: 1_000,
  w2: 500,
  graphs: 10,
  w3Latency: 1,
  stream: {
    workers: 64,
    subscribers: 20,
    rates: [
      { rate: 50, isGoal: false },
      { rate: 200, isGoal: true },
      { rate: 800, isGoal: false },
    ],
    seconds: 5,
    stalledSeconds: 15,
  },
  seek: { events: 500_000, tickets: 2_000, seeks: 300 },
  page: {
    rounds: 1,
    tickets: 500,
    speakers: 16,
    tokens: 100,
    events: 200,
    words: 2_000,
    log: 100_000,
    seekLog: 500_000,
    seconds: 10,
    presses: 20,
    visits: 5,
    seeks: 40,
    minutes: 1,
    layouts: 200,
  },
  resume: { tickets: 1_200, events: 10_000, late: 9_590 },
  sizes: [1_000, 50_000],
  w6Warm: 500,
  w6Rounds: 2,
  git: { files: 500, tickets: 48 },
  deliberations: 1_000,
};

export const tinyScale: Scale = {
  rounds: 1,
  w1: 30,
  w2: 10,
  graphs: 1,
  w3Latency: 0.1,
  stream: { workers: 4, subscribers: 2, rates: [{ rate: 50, isGoal: true }], seconds: 0.5, stalledSeconds: 0.5 },
  seek: { events: 2_000, tickets: 20, seeks: 20 },
  page: {
    rounds: 1,
    tickets: 60,
    speakers: 4,
    tokens: 40,
    events: 40,
    words: 100,
    log: 1_500,
    seekLog: 3_000,
    seconds: 1,
    presses: 3,
    visits: 1,
    seeks: 3,
    minutes: 0.02,
    layouts: 5,
  },
  resume: { tickets: 20, events: 120, late: 100 },
  sizes: [20, 60],
  w6Warm: 5,
  w6Rounds: 1,
  git: { files: 20, tickets: 3 },
  deliberations: 12,
};
