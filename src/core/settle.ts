// How one setting is settled where the person and the repository both speak: the person's word or the default stands,
// the repository's counts where it is tighter. What was asked for and refused is kept, to be told.

/** `path` leads to the setting in that file. */
export type SettingsFile = "config.toml" | "tutti.toml" | "agents.toml";
export type Origin =
  | { readonly from: "default" }
  | { readonly from: "flag" }
  | { readonly from: SettingsFile; readonly path: readonly string[] };

export const byDefault: Origin = { from: "default" };
export const byFlag: Origin = { from: "flag" };
export const within = (from: SettingsFile, ...path: readonly string[]): Origin => ({ from, path });

export type Settled<T> = {
  readonly value: T;
  readonly origin: Origin;
  /** What another place asked for and does not get. */
  readonly refused?: { readonly asked: T; readonly origin: Origin };
};

export type Voices<T> = {
  readonly path: readonly string[];
  readonly fallback: T;
  /** The person's, then the repository's; undefined where the file does not say. */
  readonly own: T | undefined;
  readonly asked: T | undefined;
};

/** Which way a bound gets tighter; `lower` where it is not said. */
type TighterAt = { readonly tighter?: "lower" | "higher" };

/** A number, the tighter of two; undefined is no bound at all. */
export function settleBound<T extends number | undefined>(voices: Voices<T> & TighterAt): Settled<T> {
  const { path, fallback, own, asked, tighter = "lower" } = voices;
  const mine: Settled<T> =
    own === undefined ? { value: fallback, origin: byDefault } : { value: own, origin: within("config.toml", ...path) };
  if (asked === undefined || asked === mine.value) return mine;
  const origin = within("tutti.toml", ...path);
  const isTighter = mine.value === undefined || (tighter === "lower" ? asked < mine.value : asked > mine.value);
  if (isTighter) return { value: asked, origin };
  return { ...mine, refused: { asked, origin } };
}

/** Something that costs money when it is on: the person's "off" stands, everything else a repository may choose. */
export function settleSwitch({ path, fallback, own, asked }: Voices<boolean>): Settled<boolean> {
  const mine = own === undefined ? fallback : own;
  const origin = own === undefined ? byDefault : within("config.toml", ...path);
  if (asked === undefined || asked === mine) return { value: mine, origin };
  const theirs = within("tutti.toml", ...path);
  return own === false ? { value: mine, origin, refused: { asked, origin: theirs } } : { value: asked, origin: theirs };
}

/** The first list that has an entry, else an empty one. */
export function firstNamed<T>(
  lists: readonly (readonly [list: readonly T[], origin: Origin])[],
): Settled<readonly T[]> {
  const named = lists.find(([list]) => list.length > 0);
  return named === undefined ? { value: [], origin: byDefault } : { value: named[0], origin: named[1] };
}
