// P16: only the holder of the token, from a page of no other origin, under the server's own name, changes anything.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { port, serveRun, token, type ServedRun } from "./served-run.ts";

let served: ServedRun;
beforeEach(async () => {
  served = await serveRun();
});
afterEach(() => served.close());

/** Every route there is, asked of the router itself. */
const routes = (): readonly (readonly [method: string, path: string])[] =>
  served.app.routes
    // A one-time code is all that the way in asks for; see session.test.ts.
    .filter(({ method, path }) => method !== "ALL" && !(method === "POST" && path === "/api/session"))
    .map(({ method, path }) => [method, path.replace(":run", served.ports.log.run).replace(":id", "A1")] as const);

const everywhere = async (headers: Readonly<Record<string, string | undefined>>, status: number): Promise<void> => {
  const before = served.conductor.state().seq;
  for (const [method, path] of [...routes(), ["GET", "/none"], ["GET", "/api/none"]] as const) {
    const response = await served.send(method, path, { headers, ...(method === "POST" ? { body: {} } : {}) });
    expect(`${method} ${path} ${response.status}`).toBe(`${method} ${path} ${status}`);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  }
  expect(served.conductor.state().seq).toBe(before);
};

describe("who may speak to the server", () => {
  it("API1 A-43 no route answers without the token, with a wrong one, or with one in the address", async () => {
    expect(routes().length).toBeGreaterThanOrEqual(8);
    await everywhere({ authorization: undefined }, 401);
    await everywhere({ authorization: "Bearer wrong" }, 401);
    await everywhere({ authorization: `Basic ${token}` }, 401);
    await everywhere({ authorization: token }, 401);
    const inAddress = await served.send("GET", `${served.base}?token=${token}`, {
      headers: { authorization: undefined },
    });
    expect(inAddress.status).toBe(401);
  });

  it("API2 A-45 another name in Host is refused before anything else, with or without the token", async () => {
    for (const host of [
      `evil.example:${port}`,
      "127.0.0.1",
      `127.0.0.1:${port + 1}`,
      `127.0.0.1.evil.example:${port}`,
      "",
    ]) {
      await everywhere({ host }, 403);
      await everywhere({ host, authorization: undefined }, 403);
    }
    expect((await served.send("GET", served.base, { headers: { host: `localhost:${port}` } })).status).toBe(200);
    expect((await served.send("GET", served.base, { headers: { host: `[::1]:${port}` } })).status).toBe(200);
  });

  it("API3 A-44 A-47 a page of another origin is refused everywhere, event streams included", async () => {
    for (const origin of [
      "https://evil.example",
      "null",
      "http://127.0.0.1",
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port}.evil.example`,
    ]) {
      await everywhere({ origin }, 403);
    }
    const own = await served.send("GET", served.base, { headers: { origin: `http://127.0.0.1:${port}` } });
    expect(own.status).toBe(200);
    expect(own.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("API4 A-44 a form or plain-text post changes nothing", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", undefined]) {
      const response = await served.send("POST", `${served.base}/commands`, {
        body: '{"type":"abort"}',
        headers: { "content-type": type },
      });
      expect(response.status).toBe(415);
    }
    expect(served.conductor.state().aborted).toBe(false);
  });

  it("API5 A-50 GET changes nothing, and a method cannot be smuggled in", async () => {
    const before = served.conductor.state().seq;
    for (const [method, path] of routes()) {
      const other = method === "GET" ? "POST" : "GET";
      const taken = [...routes(), ["POST", "/api/session"] as const].some(
        (each) => each[0] === other && each[1] === path,
      );
      if (taken) continue;
      const response = await served.send(other, `${path}?type=abort`, {
        headers: { "x-http-method-override": method },
      });
      expect(`${other} ${path} ${response.status}`).toBe(`${other} ${path} 405`);
      expect((response.headers.get("allow") ?? "").split(", ")).toContain(method);
    }
    for (const method of ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"]) {
      expect((await served.send(method, `${served.base}/commands`)).status).toBe(405);
    }
    expect(served.conductor.state().seq).toBe(before);
  });

  it("API7 A-48 answers are not stored, and no address carries the token on", async () => {
    const { headers } = await served.send("GET", served.base);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("API6 A-63 keys that reach a prototype are refused at any depth, unknown ones and wrong types too", async () => {
    const bodies = [
      '{"type":"pause","__proto__":{"admin":true}}',
      '{"type":"pause","reason":{"constructor":{"prototype":{"x":1}}}}',
      '{"type":"pause","nested":[{"prototype":1}]}',
      '{"type":"pause","extra":1}',
      '{"type":"lanes","lanes":0}',
      '{"type":"lanes","lanes":"4"}',
      '{"type":"sudo"}',
      "[]",
      "null",
      "{",
      "",
      `{"type":"pause",${Array.from({ length: 100_000 }, (_, place) => `"k${place}":1`).join(",")}}`,
    ];
    for (const body of bodies) {
      const response = await served.send("POST", `${served.base}/commands`, { body });
      expect([400, 422]).toContain(response.status);
    }
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
    expect(served.conductor.state().pause).toBeNull();
  });

  it("API6 a body that is too large is refused, whatever its headers say", async () => {
    const body = JSON.stringify({ type: "pause", reason: "x".repeat(5 * 1024 * 1024) });
    const response = await served.send("POST", `${served.base}/commands`, {
      body,
      headers: { "content-length": "10" },
    });
    expect(response.status).toBe(413);
  });

  it("API8 who answered is the token's holder; a client's display name stands only beside it", async () => {
    const id = await served.untilAsked();
    const answer = { decision: "approve", as: "person:root\u001b[2J\n<b>Bob</b>" };
    expect((await served.send("POST", `${served.base}/approvals/${id}/answer`, { body: answer })).status).toBe(200);
    const settled = [...served.conductor.state().settled.values()];
    expect(settled.map(({ by }) => by)).toEqual(["person:ann (personroot2JbBobb)"]);
  });
});
