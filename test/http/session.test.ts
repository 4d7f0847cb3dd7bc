// How a browser is let in: one code, one session, and a cookie that counts only for what Tutti's own page asks.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSessions, type SessionStore } from "../../src/http/session.ts";
import type { CodeBody, ProblemBody, SessionBody } from "../../src/http/wire.ts";
import { ofOwnPage, port, serveRun, token, type ServedRun } from "./served-run.ts";

let served: ServedRun;
beforeEach(async () => {
  served = await serveRun();
});
afterEach(() => served.close());

const bare = { authorization: undefined };
const enter = (code: string, headers: Readonly<Record<string, string | undefined>> = ofOwnPage): Promise<Response> =>
  served.send("POST", "/api/session", { body: { code }, headers: { ...bare, ...headers } });
const newCode = async (): Promise<CodeBody> => (await served.send("POST", "/api/session/codes")).json() as never;
const problemOf = async (response: Response): Promise<[number, string]> => [
  response.status,
  ((await response.json()) as ProblemBody).code,
];

describe("a browser's session", () => {
  it("DOOR1 a code opens one session; its cookie is out of reach of scripts and of other sites", async () => {
    const { code, home, expiresAt } = await newCode();
    expect(home).toBe(`http://127.0.0.1:${port}`);
    expect(expiresAt - Date.now()).toBeGreaterThan(9 * 60_000);
    const entered = await enter(code);
    expect(entered.status).toBe(200);
    expect((await entered.json()) as SessionBody).toMatchObject({ person: "ann", by: "session" });
    const cookie = entered.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(
      new RegExp(`^tutti_${port}=[\\w-]{43}; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(cookie).not.toContain(code);
    const [pair = ""] = cookie.split(";");
    const looked = await served.send("GET", served.base, { headers: { ...bare, ...ofOwnPage, cookie: pair } });
    expect(looked.status).toBe(200);
    expect(await problemOf(await enter(code))).toEqual([401, "code_used"]);
  });

  it("DOOR1 who holds the token makes new codes, as often as they are needed; a session does not", async () => {
    expect((await newCode()).code).not.toBe((await newCode()).code);
    expect(await problemOf(await served.browse("POST", "/api/session/codes"))).toEqual([403, "token_needed"]);
  });

  it("DOOR1 a code that was never made here is refused with what to do", async () => {
    const refused = await enter("AAAA");
    expect((await refused.clone().json()) as ProblemBody).toMatchObject({ remedy: /tutti link/ as never });
    expect(await problemOf(refused)).toEqual([401, "code_unknown"]);
  });

  it("DOOR2 only the server's own page hands a code in", async () => {
    const { code } = await newCode();
    for (const headers of [{}, { origin: ofOwnPage.origin }, { "sec-fetch-site": "same-origin" }])
      expect(await problemOf(await enter(code, headers))).toEqual([403, "page_refused"]);
    expect(await problemOf(await enter(code, { ...ofOwnPage, origin: "https://evil.example" }))).toEqual([
      403,
      "origin_refused",
    ]);
    expect((await enter(code)).status).toBe(200);
  });

  it("DOOR2 A-44 a cookie counts only where the browser says that the own page asks", async () => {
    const pause = { type: "pause", drain: true };
    const asked = (method: string, path: string, headers: Readonly<Record<string, string | undefined>>) =>
      served.browse(method, path, { headers, ...(method === "POST" ? { body: pause } : {}) });
    const strange = [
      { "sec-fetch-site": undefined },
      { "sec-fetch-site": "none" },
      { "sec-fetch-site": "same-site" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-origin, cross-site" },
    ];
    for (const headers of strange) {
      expect((await asked("POST", `${served.base}/commands`, headers)).status).toBe(403);
      expect((await asked("GET", served.base, headers)).status).toBe(403);
      expect((await asked("GET", `${served.base}/stream`, headers)).status).toBe(403);
    }
    for (const origin of [undefined, "null", "https://evil.example", `http://127.0.0.1:${port + 1}`])
      expect((await asked("POST", `${served.base}/commands`, { origin })).status).toBe(403);
    expect(served.conductor.state().pause).toBeNull();
    expect((await asked("GET", served.base, { origin: undefined })).status).toBe(200);
    expect((await asked("POST", `${served.base}/commands`, {})).status).toBe(200);
    expect(served.conductor.state().pause).not.toBeNull();
  });

  it("DOOR2 a wrong token is not made good by a session, nor a session of another server's name", async () => {
    const wrong = await served.browse("GET", served.base, { headers: { authorization: "Bearer wrong" } });
    expect(await problemOf(wrong)).toEqual([401, "token_missing"]);
    const cookie = `tutti_${port + 1}=x; tutti=${token}; tutti_${port}=${token}`;
    expect(await problemOf(await served.browse("GET", served.base, { headers: { cookie } }))).toEqual([
      401,
      "session_ended",
    ]);
  });

  it("DOOR1 a browser logs out", async () => {
    expect(await (await served.browse("GET", "/api/session")).json()).toMatchObject({ by: "session", person: "ann" });
    const out = await served.browse("DELETE", "/api/session");
    expect(out.status).toBe(204);
    expect(out.headers.get("set-cookie")).toMatch(new RegExp(`^tutti_${port}=; Max-Age=0; Path=/`));
    expect(await problemOf(await served.browse("GET", "/api/session"))).toEqual([401, "session_ended"]);
    expect(await (await served.send("GET", "/api/session")).json()).toEqual({
      person: "ann",
      by: "token",
      expiresAt: null,
    });
  });
});

describe("what is kept of sessions", () => {
  const keep = (): SessionStore & { readonly text: () => string } => {
    let text: string | undefined;
    const save = (now: string): void => {
      text = now;
    };
    return { load: () => text, save, text: () => text ?? "" };
  };

  it("DOOR3 sessions outlive the process, as digests only; codes do not", () => {
    const store = keep();
    const first = createSessions({ now: () => 0, store });
    const open = first.newCode();
    const entered = first.redeem(first.newCode().code);
    if (!entered.ok) throw new Error(entered.why);
    expect(store.text()).not.toContain(entered.secret);
    const second = createSessions({ now: () => 1, store });
    expect(second.expiryOf(entered.secret)).toBe(30 * 24 * 3_600_000);
    expect(second.redeem(open.code)).toEqual({ ok: false, why: "unknown" });
    second.close(entered.secret);
    expect(createSessions({ now: () => 2, store }).expiryOf(entered.secret)).toBeUndefined();
  });

  it("DOOR3 a store that is no list lets nobody in and breaks nothing", () => {
    for (const text of ["", "{}", '[{"digest":1}]', "null"]) {
      const sessions = createSessions({ now: () => 0, store: { load: () => text, save: () => {} } });
      expect(sessions.expiryOf("x")).toBeUndefined();
      expect(sessions.redeem(sessions.newCode().code).ok).toBe(true);
    }
  });

  it("DOOR3 codes last ten minutes, sessions thirty days", () => {
    let now = 0;
    const sessions = createSessions({ now: () => now });
    const [late, early] = [sessions.newCode().code, sessions.newCode().code];
    now = 10 * 60_000 - 1;
    const entered = sessions.redeem(early);
    if (!entered.ok) throw new Error(entered.why);
    now += 1;
    expect(sessions.redeem(late)).toEqual({ ok: false, why: "expired" });
    now += 30 * 24 * 3_600_000 - 2;
    expect(sessions.expiryOf(entered.secret)).toBeDefined();
    now += 1;
    expect(sessions.expiryOf(entered.secret)).toBeUndefined();
  });

  it("DOOR3 there are at most 64 of each: the oldest goes", () => {
    const sessions = createSessions({ now: () => 0 });
    const secrets = Array.from({ length: 65 }, () => sessions.redeem(sessions.newCode().code)).map((each) =>
      each.ok ? each.secret : "",
    );
    expect(secrets.map((secret) => sessions.expiryOf(secret) !== undefined).filter(Boolean)).toHaveLength(64);
    expect(sessions.expiryOf(secrets[0] ?? "")).toBeUndefined();
    const codes = Array.from({ length: 65 }, () => sessions.newCode().code);
    expect(sessions.redeem(codes[0] ?? "")).toEqual({ ok: false, why: "unknown" });
    expect(sessions.redeem(codes[1] ?? "").ok).toBe(true);
  });
});
