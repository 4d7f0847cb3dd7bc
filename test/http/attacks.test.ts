// P16: every route there is, against every way in that is not ours. Each request would do something if it were let in.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ProblemBody } from "../../src/http/wire.ts";
import { ofOwnPage, port, serveRun, token, type SendOptions, type ServedRun } from "./served-run.ts";

let served: ServedRun;
let approval: string;
beforeEach(async () => {
  served = await serveRun();
  approval = await served.untilAsked();
});
afterEach(() => served.close());

/** What would change the run, or tell about it, on the route of this path. */
const bodies = (): Readonly<Record<string, unknown>> => ({
  answer: { decision: "approve" },
  "message-edits": { approval, text: "Mine.", calls: [{ tool: "write", args: '{"path":"x","content":"y"}' }] },
  commands: { type: "abort", reason: "over" },
  diff: { patch: { reason: "more", add: [{ id: "B", prompt: "Do it." }] } },
  patch: { patch: { reason: "more", add: [{ id: "B", prompt: "Do it." }] } },
});

type Asked = { readonly method: string; readonly path: string; readonly body?: unknown };

const routes = (): readonly Asked[] =>
  served.app.routes
    // A one-time code is all that the way in asks for; see session.test.ts.
    .filter(({ method, path }) => method !== "ALL" && !(method === "POST" && path === "/api/session"))
    .map(({ method, path }) => {
      const body = bodies()[path.split("/").at(-1) ?? ""] ?? {};
      return {
        method,
        path: path
          .replace(":run", served.ports.log.run)
          .replace(":id", approval)
          .replaceAll(/:[a-z]+/g, "A"),
        ...(method === "GET" || method === "DELETE" ? {} : { body }),
      };
    });

type Headers = Readonly<Record<string, string | undefined>>;
type Way = (asked: Asked) => Promise<Response>;

const withToken =
  (headers: Headers, query = ""): Way =>
  ({ method, path, ...rest }) =>
    served.send(method, `${path}${query}`, { ...(rest as SendOptions), headers });
const withCookie =
  (headers: Headers): Way =>
  ({ method, path, ...rest }) =>
    served.browse(method, path, { ...(rest as SendOptions), headers });

const noToken = { authorization: undefined };
const evil = `evil.example:${port}`;

/** Name, request, and the answers that count as shut. */
const ways: readonly (readonly [name: string, way: Way, shut: readonly number[]])[] = [
  ["A-43 no token", withToken(noToken), [401]],
  ["A-43 a wrong token", withToken({ authorization: "Bearer wrong" }), [401]],
  ["A-43 a token that is longer by one", withToken({ authorization: `Bearer ${token}x` }), [401]],
  ["A-43 the token by another scheme", withToken({ authorization: `Basic ${token}` }), [401]],
  ["A-48 the token in the address", withToken(noToken, `?token=${token}&access_token=${token}`), [401]],
  ["A-43 the token as a cookie", withToken({ ...noToken, cookie: `tutti_${port}=${token}`, ...ofOwnPage }), [401]],
  ["A-44 another origin, with the token", withToken({ origin: "https://evil.example" }), [403]],
  ["A-44 another origin, with the cookie", withCookie({ origin: "https://evil.example" }), [403]],
  ["A-47 no origin to name", withCookie({ origin: "null" }), [403]],
  ["A-44 another port of this machine", withCookie({ origin: `http://127.0.0.1:${port + 1}` }), [403]],
  ["A-44 the cookie, sent by another site", withCookie({ "sec-fetch-site": "cross-site" }), [403]],
  ["A-44 the cookie, sent by another port", withCookie({ "sec-fetch-site": "same-site" }), [403]],
  ["A-44 the cookie, sent by a link or the address bar", withCookie({ "sec-fetch-site": "none" }), [403]],
  ["A-44 the cookie, sent by nobody knows whom", withCookie({ "sec-fetch-site": undefined }), [403]],
  ["A-47 a page in a page", withCookie({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }), [403]],
  ["A-45 a rebound name, with the token", withToken({ host: evil }), [403]],
  ["A-45 a rebound name, with the cookie", withCookie({ host: evil, origin: `http://${evil}` }), [403]],
  ["A-45 a rebound name and its own page", withCookie({ host: evil, origin: undefined }), [403]],
  ["A-45 no name", withToken({ host: "" }), [403]],
];

describe("who may not speak to the server", () => {
  it.each(ways)("API1 API2 API3 DOOR2 %s: nothing is told and nothing changes, on no route", async (_, way, shut) => {
    const before = served.conductor.state().seq;
    const open: string[] = [];
    expect(routes().length).toBeGreaterThanOrEqual(20);
    for (const asked of routes()) {
      const response = await way(asked);
      const place = `${asked.method} ${asked.path} ${response.status}`;
      if (!shut.includes(response.status)) open.push(place);
      expect([...response.headers.keys()].filter((name) => name.startsWith("access-control-"))).toEqual([]);
      const problem = (await response.json()) as ProblemBody;
      expect([place, problem.remedy.length > 10]).toEqual([place, true]);
    }
    expect(open).toEqual([]);
    expect(served.conductor.state().seq).toBe(before);
  });

  it("API4 A-44 a form or plain text is no command, even from the own page", async () => {
    const before = served.conductor.state().seq;
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      undefined,
    ])
      for (const asked of routes().filter(({ body }) => body !== undefined)) {
        const shut = asked.path.endsWith("/codes") ? 403 : 415;
        const response = await withCookie({ "content-type": type })(asked);
        expect(`${asked.path} ${response.status}`).toBe(`${asked.path} ${shut}`);
      }
    expect(served.conductor.state().seq).toBe(before);
  });

  it("API5 A-50 a GET that names a change in its address or its headers changes nothing", async () => {
    const before = served.conductor.state().seq;
    for (const { method, path } of routes().filter((each) => each.method === "POST")) {
      const query = "?_method=POST&decision=approve&type=abort&body=%7B%22type%22%3A%22abort%22%7D";
      const response = await served.browse("GET", `${path}${query}`, { headers: { "x-http-method-override": method } });
      // The list of runs stands at the address at which a run is begun, and takes no such words.
      expect(`${path} ${response.status}`).toBe(`${path} ${path === "/api/runs" ? 400 : 405}`);
    }
    expect(served.conductor.state().seq).toBe(before);
  });

  it("DOOR2 the same requests, from the own page, are let in: what was shut was not shut for another reason", async () => {
    const before = served.conductor.state().seq;
    const answers = new Map<string, number>();
    // Last, as it ends the session.
    const last = routes().toSorted((a, b) => Number(a.method === "DELETE") - Number(b.method === "DELETE"));
    for (const asked of last) {
      const response = await withCookie({})(asked);
      answers.set(`${asked.method} ${asked.path}`, response.status);
      await response.body?.cancel();
    }
    const shut = [...answers].filter(([, status]) => status === 401 || status === 403);
    expect(shut.map(([place]) => place)).toEqual(["POST /api/session/codes"]);
    expect(served.conductor.state().seq).toBeGreaterThan(before);
  });
});
