// The published JSON Schemas of ticket files and plan patches, made from the same fields the parsers check.

import { z } from "zod";
import { patchFields } from "../src/domain/plan-patch-file.ts";
import { frameFields } from "../src/domain/ticket-file.ts";
import { oldFields, oldNames, singleAllowed, ticketFields } from "../src/domain/ticket-fields.ts";

type JsonSchema = Record<string, unknown> & { properties?: Record<string, JsonSchema>; required?: string[] };

const toJsonSchema = (schema: z.ZodType): JsonSchema => {
  const { $schema: _, ...made } = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
  return made;
};

/** Where the parser takes one text for a list of one, the schema does. */
const withSingles = (properties: Record<string, JsonSchema>): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries(properties).map(([name, property]) =>
      (singleAllowed as ReadonlySet<string>).has(name)
        ? [
            name,
            {
              description: property["description"],
              anyOf: [{ type: "string" }, { ...property, description: undefined }],
            },
          ]
        : [name, property],
    ),
  );

/** Old exports write null for "not given". */
const orNull = (property: JsonSchema): JsonSchema => ({ anyOf: [property, { type: "null" }] });

const mapValues = (
  properties: Record<string, JsonSchema>,
  change: (property: JsonSchema) => JsonSchema,
): Record<string, JsonSchema> =>
  Object.fromEntries(Object.entries(properties).map(([name, property]) => [name, change(property)]));

/** One ticket, under today's names and old ones. */
function makeTicket(): JsonSchema {
  const { properties = {}, required = [], ...rest } = toJsonSchema(ticketFields);
  const today = withSingles(properties);
  const old = Object.fromEntries(
    [...oldNames].map(([name, field]) => [
      name,
      { ...today[field], description: `Old name of "${field}".`, deprecated: true },
    ]),
  );
  const gone = mapValues(toJsonSchema(oldFields).properties ?? {}, (property) => ({ ...property, deprecated: true }));
  const describing = [
    "description",
    ...[...oldNames].filter(([, field]) => field === "description").map(([name]) => name),
  ];
  const { id = {}, ...others } = { ...today, ...old, ...gone };
  return {
    ...rest,
    properties: { id, ...mapValues(others, orNull) },
    required: required.filter((name) => name !== "description"),
    anyOf: describing.map((name) => ({ required: [name] })),
  };
}

/** A value for `JSON.stringify`; what the graph's rules ask for, no schema can say. */
export function makeTicketSchema(): unknown {
  const tickets = { type: "array", minItems: 1, items: { $ref: "#/$defs/ticket" } };
  const frame = toJsonSchema(frameFields);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Tutti ticket file",
    description: "A flat list of tickets, or an object that holds them.",
    anyOf: [
      tickets,
      {
        type: "object",
        properties: { $schema: { type: "string" }, ...mapValues(withSingles(frame.properties ?? {}), orNull), tickets },
        required: ["tickets"],
        additionalProperties: false,
      },
    ],
    $defs: { ticket: makeTicket() },
  };
}

/** Likewise for a change of a plan. */
export function makePatchSchema(): unknown {
  const { properties = {}, required = [] } = toJsonSchema(patchFields);
  const tickets = { items: { $ref: "#/$defs/ticket" } };
  const { reason = {}, add = {}, drop = {}, rewire = {}, split = {} } = properties;
  const { items: part } = split as { items: JsonSchema };
  const into = { ...part.properties?.["into"], ...tickets };
  const { items: entry } = rewire as { items: JsonSchema };
  const waits = { ...entry.properties?.["dependsOn"], description: 'Old name of "dependsOn".', deprecated: true };
  const old = [...oldNames].filter(([, field]) => field === "dependsOn").map(([name]) => name);
  const rewiring = {
    ...entry,
    properties: { ...entry.properties, ...Object.fromEntries(old.map((name) => [name, waits])) },
    required: ["ticket"],
    oneOf: ["dependsOn", ...old].map((name) => ({ required: [name] })),
  };
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Tutti plan patch",
    description: "A change of the plan of a run.",
    type: "object",
    properties: {
      $schema: { type: "string" },
      reason,
      ...mapValues(
        {
          add: { ...add, ...tickets },
          drop,
          rewire: { ...rewire, items: rewiring },
          split: { ...split, items: { ...part, properties: { ...part.properties, into } } },
        },
        orNull,
      ),
    },
    required,
    additionalProperties: false,
    $defs: { ticket: makeTicket() },
  };
}
