// The published JSON Schemas of agents.toml, tutti.toml and config.toml, made from the same tables the parser checks.
// Editors take them for TOML files; what one setting asks of another no schema says.

import { z } from "zod";
import { agentsTable, tuttiTable } from "../src/domain/project-config.ts";
import { modelText } from "../src/domain/ticket-fields.ts";
import { userConfigTable } from "../src/domain/user-config.ts";
import { userTable } from "../src/domain/user-defaults.ts";

type JsonSchema = Record<string, unknown> & {
  readonly properties?: Record<string, JsonSchema>;
  readonly items?: JsonSchema;
};

const toJsonSchema = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
  return made;
};

const modelPattern = toJsonSchema(modelText)["pattern"];

/** Where the parser takes one text for a list of one, the schema does: ladders of models, and `verify`. */
function withSingles(schema: JsonSchema, name = ""): JsonSchema {
  const { items } = schema;
  if (items?.["pattern"] === modelPattern) return { anyOf: [items, { ...schema, minItems: 1 }] };
  if (name === "verify" && items !== undefined) return { anyOf: [{ type: "string", pattern: "\\S" }, schema] };
  return Object.fromEntries(
    Object.entries(schema).map(([key, value]): [string, unknown] => {
      if (key === "properties") return [key, mapValues(value as Record<string, JsonSchema>)];
      const isSchema = key === "additionalProperties" && typeof value === "object";
      return [key, isSchema ? withSingles(value as JsonSchema) : value];
    }),
  );
}

const mapValues = (properties: Record<string, JsonSchema>): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, withSingles(property, name)]));

const publish = (title: string, description: string, schema: JsonSchema): unknown => ({
  $schema: "https://json-schema.org/draft/2020-12/schema",
  title,
  description,
  ...withSingles(schema),
});

/** By the name of the file in `schemas/`; values for `JSON.stringify`. */
export function makeSettingsSchemas(): Readonly<Record<string, unknown>> {
  const own = toJsonSchema(userTable);
  const { providers, vault, notify, store, remote, worker } = toJsonSchema(userConfigTable).properties ?? {};
  const whole = {
    ...own,
    properties: {
      ...own.properties,
      ...(providers && { providers }),
      ...(vault && { vault }),
      ...(notify && { notify }),
      ...(store && { store }),
      ...(remote && { remote }),
      ...(worker && { worker }),
    },
  };
  return {
    "agents.schema.json": publish("agents.toml", "Who works on a repository's tickets.", toJsonSchema(agentsTable)),
    "tutti.schema.json": publish(
      "tutti.toml",
      "How runs of a repository go; it can only tighten.",
      toJsonSchema(tuttiTable),
    ),
    "config.schema.json": publish("config.toml", "A person's own settings for Tutti.", whole),
  };
}
