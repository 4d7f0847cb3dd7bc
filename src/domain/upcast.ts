// Turns an event as some version of Tutti wrote it into today's. The only reader of old shapes.
// A new version is one more function at the end of `upgrades`; a released one is never changed.

import { eventSchema } from "./event.ts";
import type { Event } from "./event.ts";
import { makeQuickCheck } from "./quick-check.ts";

type Upgrade = (event: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** `upgrades[i]` takes an event of version i + 1 to version i + 2. */
const upgrades: readonly Upgrade[] = [];

/** The version that is written today. */
export const eventVersion = upgrades.length + 1;

export type Upcast =
  | { readonly kind: "event"; readonly event: Event }
  /** Written by a newer Tutti than this one. */
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "invalid"; readonly problem: string };

// Folding a long log spends most of its time here, and zod takes 10 us an event before it is warm. The quick check
// only ever says "surely valid"; whatever it is not sure of goes to the schema, which also words the refusal.
const isSurelyEvent = makeQuickCheck(eventSchema);

/** `json` is fresh from JSON.parse and hostile until this says otherwise. Never throws. */
export function upcast(version: number, json: unknown): Upcast {
  if (!Number.isInteger(version) || version < 1) {
    return { kind: "invalid", problem: `its format version is ${JSON.stringify(version)}, not a whole number from 1` };
  }
  if (version > eventVersion) return { kind: "newer", version };
  if (typeof json !== "object" || json === null) return { kind: "invalid", problem: "its event is not an object" };
  let event: unknown = json;
  for (const upgrade of upgrades.slice(version - 1)) event = upgrade(event as Readonly<Record<string, unknown>>);
  if (isSurelyEvent(event)) return { kind: "event", event };
  const parsed = eventSchema.safeParse(event);
  if (parsed.success) return { kind: "event", event: parsed.data };
  return { kind: "invalid", problem: toProblem(event, parsed.error.issues[0]) };
}

function toProblem(
  event: unknown,
  issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined,
): string {
  const path = issue?.path.map(String).join(".") ?? "";
  // Zod would list every known type here, which helps nobody.
  if (path === "type")
    return `its event has the unknown type ${clip(JSON.stringify((event as { type?: unknown }).type))}`;
  return `its event does not fit: ${path === "" ? "" : `${path}: `}${clip(issue?.message ?? "unknown shape")}`;
}

const clip = (text: string | undefined): string => {
  const whole = text ?? "undefined";
  return whole.length > 200 ? `${whole.slice(0, 200)}...` : whole;
};
