// Arguments against a tool's JSON schema, as far as an editor can say while somebody types. The server's word is the
// last one: keywords that are not known here are passed over.

export type SchemaProblem = {
  /** From the arguments' top to the value at fault. */
  readonly path: readonly (string | number)[];
  readonly problem: string;
};

export type SchemaField = {
  readonly name: string;
  /** `text`, `whole number`, `list of text`, `"a" or "b"`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly about: string;
};

type Schema = Readonly<Record<string, unknown>>;
type Path = SchemaProblem["path"];

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

const typeWords: Readonly<Record<string, string>> = {
  string: "text",
  integer: "whole number",
  number: "number",
  boolean: "true or false",
  object: "object",
  array: "list",
  null: "null",
};

export function schemaFields(schema: unknown): readonly SchemaField[] {
  if (!isObject(schema) || !isObject(schema["properties"])) return [];
  const required = listOf(schema["required"]);
  return Object.entries(schema["properties"]).map(([name, field]) => ({
    name,
    type: typeInWords(field),
    isRequired: required.includes(name),
    about: isObject(field) && typeof field["description"] === "string" ? field["description"] : "",
  }));
}

function typeInWords(schema: unknown): string {
  if (!isObject(schema)) return "any value";
  const { type, items } = schema;
  const choices = listOf(schema["enum"]);
  if (choices.length > 0) return choices.map((each) => JSON.stringify(each)).join(" or ");
  if (schema["const"] !== undefined) return JSON.stringify(schema["const"]);
  const kinds = listOf(schema["anyOf"]);
  if (kinds.length > 0) return [...new Set(kinds.map(typeInWords))].join(" or ");
  if (type === "array") return `list of ${typeInWords(items)}`;
  const names = typeof type === "string" ? [type] : listOf(type);
  const words = names.map((name) => typeWords[String(name)] ?? String(name));
  return words.length === 0 ? "any value" : words.join(" or ");
}

/** Everything that is wrong, in the arguments' order. */
export const schemaProblems = (schema: unknown, value: unknown): readonly SchemaProblem[] =>
  isObject(schema) ? check(schema, value, []) : [];

function check(schema: Schema, value: unknown, path: Path): readonly SchemaProblem[] {
  const wrongKind = checkKind(schema, value, path);
  if (wrongKind.length > 0) return wrongKind;
  if (typeof value === "string") return checkText(schema, value, path);
  if (typeof value === "number") return checkNumber(schema, value, path);
  if (Array.isArray(value)) return checkList(schema, value, path);
  return isObject(value) ? checkObject(schema, value, path) : [];
}

function checkKind(schema: Schema, value: unknown, path: Path): readonly SchemaProblem[] {
  const kinds = listOf(schema["anyOf"]).filter(isObject);
  const isOfOne = kinds.length === 0 || kinds.some((each) => check(each, value, path).length === 0);
  const choices = listOf(schema["enum"]);
  const isChosen = choices.length === 0 || choices.includes(value);
  const isConst = schema["const"] === undefined || schema["const"] === value;
  const types = typeof schema["type"] === "string" ? [schema["type"]] : listOf(schema["type"]);
  const isTyped = types.length === 0 || types.some((type) => isOfType(value, String(type)));
  return isOfOne && isChosen && isConst && isTyped ? [] : [{ path, problem: `has to be ${typeInWords(schema)}` }];
}

function isOfType(value: unknown, type: string): boolean {
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return type === "null" ? value === null : typeof value === type;
}

const bound = (schema: Schema, name: string): number | undefined =>
  typeof schema[name] === "number" ? schema[name] : undefined;

function checkText(schema: Schema, value: string, path: Path): readonly SchemaProblem[] {
  const least = bound(schema, "minLength") ?? 0;
  const most = bound(schema, "maxLength") ?? Infinity;
  if (value.length < least)
    return [{ path, problem: least === 1 ? "must not be empty" : `has to have ${least} characters or more` }];
  return value.length > most ? [{ path, problem: `has ${value.length} characters; the most is ${most}` }] : [];
}

function checkNumber(schema: Schema, value: number, path: Path): readonly SchemaProblem[] {
  const least = bound(schema, "minimum") ?? -Infinity;
  const most = bound(schema, "maximum") ?? Infinity;
  const above = bound(schema, "exclusiveMinimum") ?? -Infinity;
  const below = bound(schema, "exclusiveMaximum") ?? Infinity;
  if (value < least) return [{ path, problem: `has to be ${least} or more` }];
  if (value > most) return [{ path, problem: `has to be ${most} or less` }];
  if (value <= above) return [{ path, problem: `has to be more than ${above}` }];
  return value >= below ? [{ path, problem: `has to be less than ${below}` }] : [];
}

function checkList(schema: Schema, value: readonly unknown[], path: Path): readonly SchemaProblem[] {
  const least = bound(schema, "minItems") ?? 0;
  const most = bound(schema, "maxItems") ?? Infinity;
  if (value.length < least || value.length > most)
    return [
      { path, problem: value.length < least ? `needs ${least} entries or more` : `has more than ${most} entries` },
    ];
  const { items } = schema;
  return isObject(items) ? value.flatMap((each, place) => check(items, each, [...path, place])) : [];
}

function checkObject(schema: Schema, value: Schema, path: Path): readonly SchemaProblem[] {
  const fields = isObject(schema["properties"]) ? schema["properties"] : {};
  const missing = listOf(schema["required"])
    .map(String)
    .filter((name) => value[name] === undefined)
    .map((name) => ({ path, problem: `${name} is missing` }));
  const isClosed = schema["additionalProperties"] === false;
  const inside = Object.entries(value).flatMap(([name, each]) => {
    const field = fields[name];
    if (isObject(field)) return check(field, each, [...path, name]);
    return isClosed ? [{ path: [...path, name], problem: "the tool does not know this field" }] : [];
  });
  return [...missing, ...inside];
}
