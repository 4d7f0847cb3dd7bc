// Who did it, in words.

import type { Actor } from "../domain/ids.ts";

/** The name of a person, a rule or a worker; null for the engine itself. */
export function nameOf(by: Actor): string | null {
  if (by === "engine") return null;
  const [kind = "", ...rest] = by.split(":");
  const name = rest.join(":");
  return kind === "person" ? name : `the ${kind} ${name}`;
}

/** ` by anna`, ` by the rule x`; nothing for the engine itself. */
export function byWhom(by: Actor): string {
  const who = nameOf(by);
  return who === null ? "" : ` by ${who}`;
}
