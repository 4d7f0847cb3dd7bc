// What goes through inboxes, as text. Only its envelope is looked at: what a duty and its scope hold is the engine's, and
// both sides speak the same protocol.

import { createHash } from "node:crypto";
import { z } from "zod";
import type { RunConfig } from "../../domain/config.ts";
import { isRunId, type RunId } from "../../domain/ids.ts";
import type { LiveDelta, Order, ToConductor, ToMachine } from "../../engine/machines/crew.ts";

const placeSchema = z.object({
  run: z.string().refine(isRunId),
  index: z.int().min(0),
  attempt: z.int().min(1),
});
const text = z.string().min(1);
const number = z.int().min(0);
const about = { place: placeSchema, taking: number };
const say = <T extends string>(kind: T) => z.looseObject({ kind: z.literal(kind) });

const orderSchema = z.looseObject({
  number,
  duty: z.looseObject({ key: text, kind: text, index: z.int(), ref: z.looseObject({}) }),
  scope: z.looseObject({ config: z.strictObject({ digest: text }), ticket: z.looseObject({}) }),
  remote: text.nullable(),
});

const toMachineSchema = z.union([
  z.looseObject({
    from: text,
    ...about,
    placement: text,
    say: z.discriminatedUnion("kind", [
      say("placed"),
      say("order").extend({ order: orderSchema }),
      say("cancel").extend({ order: number }),
      say("heard").extend({ order: number }),
      say("ask"),
    ]),
  }),
  z.looseObject({
    from: text,
    ...about,
    placement: z.null(),
    say: z.discriminatedUnion("kind", [say("over"), say("gone")]),
  }),
  say("drain"),
]);

const toConductorSchema = z.looseObject({
  from: text,
  inbox: text,
  ...about,
  say: z.discriminatedUnion("kind", [
    say("took"),
    say("report").extend({
      placement: text,
      order: number,
      outcome: z.looseObject({ report: z.looseObject({ type: text }).nullable() }),
    }),
    say("busy").extend({ placement: text, order: number.nullable() }),
    say("left"),
  ]),
});

const deltasSchema = z.array(
  z.looseObject({
    placement: text,
    place: placeSchema,
    ref: z.looseObject({ ticket: text, attempt: z.int() }),
    turn: z.int(),
    delta: z.looseObject({}),
  }),
);

export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

export type ConfigText = { readonly digest: string; readonly text: string };

const configTexts = new WeakMap<RunConfig, ConfigText>();

/** A run's settings are long and in every order: they go once, under their digest. */
export function configTextOf(config: RunConfig): ConfigText {
  const known = configTexts.get(config);
  if (known !== undefined) return known;
  const json = JSON.stringify(config);
  const made = { digest: createHash("sha256").update(json).digest("base64url"), text: json };
  configTexts.set(config, made);
  return made;
}

export function writeMessage(message: ToMachine | ToConductor): string {
  const order = orderIn(message);
  if (order === undefined) return JSON.stringify(message);
  const { digest } = configTextOf(order.scope.config);
  return JSON.stringify({
    ...message,
    say: { kind: "order", order: { ...order, scope: { ...order.scope, config: { digest } } } },
  });
}

export const orderIn = (message: ToMachine | ToConductor): Order | undefined =>
  "say" in message && message.say.kind === "order" ? message.say.order : undefined;

export const parseToConductor = (json: string): Parsed<ToConductor> => parse<ToConductor>(toConductorSchema, json);

/** `configOf`: what was kept under a digest for the run. */
export async function parseToMachine(
  json: string,
  configOf: (run: RunId, digest: string) => Promise<RunConfig | undefined>,
): Promise<Parsed<ToMachine>> {
  const parsed = parse<ToMachine>(toMachineSchema, json);
  if (!parsed.ok) return parsed;
  const message = parsed.value;
  if (!("say" in message) || message.placement === null || message.say.kind !== "order") return parsed;
  const { order } = message.say;
  const { digest } = order.scope.config as unknown as { readonly digest: string };
  const config = await configOf(message.place.run, digest);
  if (config === undefined) return { ok: false, problem: `the settings of ${message.place.run} are not there` };
  const whole: Order = { ...order, scope: { ...order.scope, config } };
  return { ok: true, value: { ...message, say: { kind: "order", order: whole } } };
}

export const parseDeltas = (json: string): Parsed<readonly LiveDelta[]> =>
  parse<readonly LiveDelta[]>(deltasSchema, json);

function parse<T>(schema: z.ZodType, json: string): Parsed<T> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { ok: false, problem: "it is no JSON" };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: value as T };
  return { ok: false, problem: z.prettifyError(parsed.error) };
}

/** Two messages of one name say the same: the later one is enough. */
export function nameOf(message: ToMachine | ToConductor): string {
  if (!("say" in message)) return message.kind;
  const { place, taking, say: said } = message;
  const placement = "placement" in message ? message.placement : "placement" in said ? said.placement : null;
  const order = "order" in said ? said.order : null;
  const number = order !== null && typeof order === "object" ? order.number : order;
  return JSON.stringify([said.kind, place, taking, placement, number]);
}
