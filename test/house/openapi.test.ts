// The published description of the API is up to date, and names every route there is and no other.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { makeOpenApi } from "../../src/http/contract/openapi.ts";
import { apiRoutes } from "../../src/http/contract/routes.ts";
import { createSessions } from "../../src/http/session.ts";

const top = join(import.meta.dirname, "../..");

const refuse = (): Promise<never> => Promise.reject(new Error("only the routes are looked at"));

const app = createApp({
  runs: {
    list: async () => [],
    find: async () => undefined,
    watch: () => () => {},
    asking: refuse,
    projects: refuse,
    begin: refuse,
    resume: refuse,
    land: refuse,
    forecast: refuse,
    recover: refuse,
    projectModels: refuse,
    saveModels: refuse,
  },
  travel: {
    stateAt: refuse,
    fork: refuse,
    takeOut: async function* () {},
    bringIn: refuse,
  },
  machines: { list: refuse, drain: refuse },
  projects: { config: refuse, examine: refuse, view: refuse, prompts: refuse },
  token: "t",
  port: () => 1,
  sessions: createSessions({ now: () => 0 }),
  person: "ann",
  onError: (error) => {
    throw error;
  },
});

describe("schemas/openapi.json", () => {
  it("OAS1 is what `npm run schemas` writes", () => {
    const published = readFileSync(join(top, "schemas/openapi.json"), "utf8");
    expect(published === `${JSON.stringify(makeOpenApi(), undefined, 2)}\n`, "run `npm run schemas`").toBe(true);
  });

  it("OAS1 has every route there is, and no other", () => {
    const routed = app.routes.filter(({ method }) => method !== "ALL").map(({ method, path }) => `${method} ${path}`);
    const described = apiRoutes.map(({ method, path }) => `${method} ${path}`);
    const help = "each route has its entry in a file that src/http/contract/routes.ts lists; then `npm run schemas`";
    expect(described.toSorted(), help).toEqual([...new Set(routed)].toSorted());
    expect(new Set(described).size).toBe(described.length);
  });

  it("OAS1 no two schemas go by one name", () => {
    const named = apiRoutes.flatMap(({ body, answer }) => [body, answer]).filter((each) => typeof each === "object");
    const schemas = new Map(named.map(({ name, schema }) => [name, schema]));
    expect(named.filter(({ name, schema }) => schemas.get(name) !== schema).map(({ name }) => name)).toEqual([]);
  });

  it("OAS1 says of each what it takes, gives and refuses, and gives each a name of its own", () => {
    const document = makeOpenApi();
    type Operation = {
      operationId: string;
      summary: string;
      parameters?: { name: string; in: string }[];
      requestBody?: unknown;
      responses: Record<string, unknown>;
    };
    const operations = Object.entries(document.paths as Record<string, Record<string, Operation>>).flatMap(
      ([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })),
    );
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { path, method, summary, parameters = [], responses } of operations) {
      expect(summary).not.toBe("");
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(["403"]));
      const named = parameters.filter((each) => each.in === "path").map(({ name }) => name);
      expect(named).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      const isCommand = method === "post" && !path.startsWith("/api/session");
      expect([path, parameters.some(({ name }) => name === "Idempotency-Key")]).toEqual([path, isCommand]);
    }
    const text = JSON.stringify(document);
    for (const [, name = ""] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(Object.keys((document["components"] as { schemas: object }).schemas)).toContain(name);
    expect(text).not.toContain("$defs");
  });
});
