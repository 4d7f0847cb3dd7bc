// A fast "surely valid" for JSON values, derived from a zod schema by its public parts. Owns no rule of its own:
// false means "ask the schema", never "invalid".

import { z } from "zod";

type Check = (value: unknown) => boolean;

/**
 * Sound, not complete: where it says true, `schema.parse(value)` gives a deep-equal value. Meant for what JSON.parse
 * returns; kinds and refinements it does not know are handed to the schema itself, or answered with false.
 */
export function makeQuickCheck<T>(schema: z.ZodType<T>): (value: unknown) => value is T {
  const check = toCheck(schema);
  return (value): value is T => check(value);
}

function toCheck(schema: z.core.$ZodType): Check {
  if (hasRefinements(schema)) return toRefined(schema);
  if (schema instanceof z.ZodString) return (value) => typeof value === "string";
  if (schema instanceof z.ZodBoolean) return (value) => typeof value === "boolean";
  if (schema instanceof z.ZodEnum) return isOneOf(new Set<unknown>(schema.options));
  if (schema instanceof z.ZodLiteral) return isOneOf(new Set<unknown>(schema.values));
  if (schema instanceof z.ZodNullable) return toNullable(toCheck(schema.unwrap()));
  if (schema instanceof z.ZodArray) return toArray(toCheck(schema.element));
  if (schema instanceof z.ZodRecord) return toRecord(schema);
  if (schema instanceof z.ZodDiscriminatedUnion) return toDiscriminated(schema);
  if (schema instanceof z.ZodUnion) return toUnion(schema.options.map(toCheck));
  if (schema instanceof z.ZodObject) return toObject(schema);
  return (value) => isUnchanged(schema, value);
}

const hasRefinements = (schema: z.core.$ZodType): boolean => (schema._zod.def.checks?.length ?? 0) > 0;

/** Whole numbers, with or without a floor, are checked here; any other refinement is the schema's business. */
function toRefined(schema: z.core.$ZodType): Check {
  return toWhole(schema) ?? ((value) => isUnchanged(schema, value));
}

function toWhole(schema: z.core.$ZodType): Check | undefined {
  if (!(schema instanceof z.ZodNumber) || schema.format !== "safeint") return undefined;
  let floor = Number.MIN_SAFE_INTEGER;
  for (const { _zod: part } of schema.def.checks ?? []) {
    if (part.def.check === "number_format") continue;
    const { check, value, inclusive } = part.def as z.core.$ZodCheckGreaterThanDef;
    if (check !== "greater_than" || typeof value !== "number") return undefined;
    floor = Math.max(floor, inclusive ? value : Math.floor(value) + 1);
  }
  return (value) => Number.isSafeInteger(value) && (value as number) >= floor;
}

/** The schema's own word, taken only where it hands back what it was given. */
function isUnchanged(schema: z.core.$ZodType, value: unknown): boolean {
  if (typeof value === "object" && value !== null) return false;
  const parsed = z.core.safeParse(schema, value);
  return parsed.success && Object.is(parsed.data, value);
}

const isOneOf =
  (values: ReadonlySet<unknown>): Check =>
  (value) =>
    values.has(value);

const toNullable =
  (inner: Check): Check =>
  (value) =>
    value === null || inner(value);

const toArray =
  (item: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(item);

const toUnion =
  (options: readonly Check[]): Check =>
  (value) =>
    options.some((option) => option(value));

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function toRecord(schema: z.ZodRecord): Check {
  const key = toCheck(schema.keyType);
  const item = toCheck(schema.valueType);
  // `__proto__` as a key of a record is dropped by zod; keep one answer by never being sure about it.
  return (value) =>
    isPlain(value) && Object.keys(value).every((name) => name !== "__proto__" && key(name) && item(value[name]));
}

function toDiscriminated(schema: z.ZodDiscriminatedUnion): Check {
  const tag = schema.def.discriminator;
  const byTag = new Map<unknown, Check>();
  for (const option of schema.options) {
    const literal = option instanceof z.ZodObject ? option.shape[tag] : undefined;
    if (!(option instanceof z.ZodObject) || !(literal instanceof z.ZodLiteral)) continue;
    // Built when first met: a log rarely holds every type, and start-up pays for each.
    let check: Check | undefined;
    for (const value of literal.values) byTag.set(value, (candidate) => (check ??= toObject(option))(candidate));
  }
  return (value) => isPlain(value) && (byTag.get(value[tag])?.(value) ?? false);
}

function toObject(schema: z.ZodObject): Check {
  // Only strict objects: others drop or keep unknown keys, which a yes/no answer cannot express.
  if (!(schema.def.catchall instanceof z.ZodNever)) return () => false;
  const fields = new Map<string, Check>();
  let required = 0;
  const needed = new Set<string>();
  for (const [name, field] of Object.entries(schema.shape)) {
    const optional = field instanceof z.ZodOptional;
    fields.set(name, toCheck(optional ? field.unwrap() : field));
    if (optional) continue;
    needed.add(name);
    required += 1;
  }
  return (value) => {
    if (!isPlain(value)) return false;
    let seen = 0;
    for (const name in value) {
      const check = fields.get(name);
      if (check === undefined || !check(value[name])) return false;
      if (needed.has(name)) seen += 1;
    }
    return seen === required;
  };
}
