// The API's own description, for whoever holds the token. It is made when it is first asked for.

import type { Hono } from "hono";

export function addContract(app: Hono): void {
  app.get("/api/openapi.json", async (context) => {
    const { makeOpenApi } = await import("./contract/openapi.ts");
    return context.json(makeOpenApi());
  });
}
