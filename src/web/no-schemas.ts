// Stands in the place of zod in the page. The page takes only types from schemas: its records were parsed by the
// server, and schemas are a fifth of what it would load. To parse with one here is a bug, and says so.

const refuse = (): never => {
  throw new Error("the page has no schemas: parse on the server");
};

const parsing: ReadonlySet<PropertyKey> = new Set(["parse", "safeParse", "parseAsync", "safeParseAsync", "spa"]);

/** Some schemas are put together from words of others. */
const asWords = (): string => "";

/** Any schema, and any method of one: every call gives it back. */
export const z: unknown = new Proxy(() => {}, {
  get: (_target, key) => (parsing.has(key) ? refuse : key === Symbol.toPrimitive ? asWords : z),
  apply: () => z,
});
