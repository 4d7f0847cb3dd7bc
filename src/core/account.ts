// What a scope of a budget has spent, and what calls under way hold back of it.

/** What one scope has used of its bounds. Kept for the bounds alone: what is shown keeps the classes of tokens apart. */
export type Spent = {
  readonly tokens: number;
  readonly costMicros: number;
  readonly turns: number;
  readonly ms: number;
  readonly spawns: number;
  /** Of the above: the worst case of calls whose end nobody saw. */
  readonly assumedTokens: number;
  readonly assumedMicros: number;
};

export const nothingSpent: Spent = {
  tokens: 0,
  costMicros: 0,
  turns: 0,
  ms: 0,
  spawns: 0,
  assumedTokens: 0,
  assumedMicros: 0,
};

export type Account = {
  readonly spent: Spent;
  /** The worst case of the calls under way, all together. */
  readonly reserved: { readonly tokens: number; readonly costMicros: number };
};
