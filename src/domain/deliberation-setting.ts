// What a settings file or a scenario says of deliberations: who sits at the table and what it is held to.

import { z } from "zod";
import { roleSchema, type DeliberationLimits, type Role, type Setup, type Thresholds } from "./deliberation.ts";
import type { ModelId } from "./ids.ts";
import { modelText } from "./ticket-fields.ts";

const count = (most?: number) => {
  const from1 = z
    .number({ error: "must be a whole number" })
    .int({ error: "must be a whole number" })
    .min(1, { error: "must be 1 or more" });
  return most === undefined ? from1 : from1.max(most, { error: `must be at most ${most}` });
};

const part = z
  .number({ error: "must be a number from 0 to 1" })
  .min(0, { error: "must be a number from 0 to 1" })
  .max(1, { error: "must be a number from 0 to 1" });

const longest = 30 * 24 * 3600;
const seconds = z
  .number({ error: "must be a number of seconds" })
  .min(0.001, { error: "must be more than 0 seconds" })
  .max(longest, { error: "must be at most 30 days" });

const onOff = z.boolean({ error: "must be true or false" }).optional();
const model = modelText.transform((text) => text as ModelId).optional();

const seatTable = z.strictObject({
  kind: z.enum(["proposer", "mediator"], { error: 'must be "proposer" or "mediator"' }).optional(),
  model,
  brief: z.string({ error: "must be a text" }).max(4_000, { error: "is longer than 4000 characters" }).optional(),
});

export const recoveries = ["none", "ask", "auto"] as const;

export const deliberationTable = z.strictObject({
  model,
  /** By role. */
  seats: z.record(roleSchema, seatTable).optional(),
  thresholds: z
    .strictObject({
      stuck: count(9).optional(),
      conflicts: count().optional(),
      complexity: part.optional(),
      success: part.optional(),
    })
    .optional(),
  limits: z
    .strictObject({
      rounds: count(100).optional(),
      timeout_seconds: seconds.optional(),
      idle_seconds: seconds.optional(),
      stuck_seconds: seconds.optional(),
      grace_seconds: seconds.or(z.literal(0)).optional(),
      synthesis_seconds: seconds.optional(),
      messages: count(10_000).optional(),
      errors: count(1_000).optional(),
      error_window_seconds: seconds.optional(),
    })
    .optional(),
  mediator_decides: onOff,
  mediate_at_once: onOff,
  /** Of runs of tickets: a conflict that its worker did not resolve is deliberated. */
  conflicts: onOff,
  /** Of runs that begin with a goal: their plan is deliberated. */
  planning: onOff,
  recovery: z.enum(recoveries, { error: 'must be "none", "ask" or "auto"' }).optional(),
});
export type DeliberationTable = z.infer<typeof deliberationTable>;

/** Names in a file to fields; files speak in seconds, the program in ms. */
export const deliberationLimitFields: Readonly<
  Record<
    keyof NonNullable<DeliberationTable["limits"]>,
    { readonly field: keyof DeliberationLimits; readonly factor: number }
  >
> = {
  rounds: { field: "rounds", factor: 1 },
  timeout_seconds: { field: "timeoutMs", factor: 1_000 },
  idle_seconds: { field: "idleMs", factor: 1_000 },
  stuck_seconds: { field: "stuckMs", factor: 1_000 },
  grace_seconds: { field: "graceMs", factor: 1_000 },
  synthesis_seconds: { field: "synthesisMs", factor: 1_000 },
  messages: { field: "messages", factor: 1 },
  errors: { field: "errors", factor: 1 },
  error_window_seconds: { field: "errorWindowMs", factor: 1_000 },
};

/** What is said of one seat; a missing part is as another place says. */
export type SeatSetting = {
  readonly kind?: "proposer" | "mediator" | undefined;
  readonly model?: ModelId | undefined;
  readonly brief?: string | undefined;
};

/** A missing field: not said. */
export type DeliberationSetting = {
  readonly model?: ModelId | undefined;
  readonly seats: Readonly<Record<Role, SeatSetting>>;
  readonly thresholds: { readonly [K in keyof Thresholds]?: Thresholds[K] | undefined };
  readonly limits: { readonly [K in keyof DeliberationLimits]?: number | undefined };
  readonly mediatorDecides?: boolean | undefined;
  readonly mediatorAtOnce?: boolean | undefined;
  readonly conflicts?: boolean | undefined;
  readonly planning?: boolean | undefined;
  readonly recovery?: Setup["recovery"] | undefined;
};

export const emptyDeliberationSetting: DeliberationSetting = { seats: {}, thresholds: {}, limits: {} };

export function toDeliberationSetting(table: DeliberationTable | undefined): DeliberationSetting {
  if (table === undefined) return emptyDeliberationSetting;
  const { model: named, seats = {}, thresholds = {}, limits = {}, ...rest } = table;
  return {
    model: named,
    seats,
    thresholds,
    limits: Object.fromEntries(
      Object.entries(deliberationLimitFields).flatMap(([name, { field, factor }]) => {
        const value = limits[name as keyof typeof limits];
        return value === undefined ? [] : [[field, Math.round(value * factor)]];
      }),
    ),
    mediatorDecides: rest.mediator_decides,
    mediatorAtOnce: rest.mediate_at_once,
    conflicts: rest.conflicts,
    planning: rest.planning,
    recovery: rest.recovery,
  };
}
