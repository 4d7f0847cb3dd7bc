// The way in and out for a browser, and a new one-time code for who holds the token.

import type { Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { homeOf } from "./address.ts";
import { cookieName, type GuardOptions } from "./guard.ts";
import { toProblem } from "./problem.ts";
import { readBody } from "./read-body.ts";
import type { Sessions } from "./session.ts";
import { sessionSchema, type CodeBody, type SessionBody } from "./wire.ts";

export type SessionRouteOptions = GuardOptions & { readonly sessions: Sessions; readonly person: string };

export function addSessions(app: Hono, options: SessionRouteOptions): void {
  const { sessions, person } = options;
  const name = (): string => cookieName(options);
  const attributes = { httpOnly: true, sameSite: "Strict", path: "/", secure: options.isTls ?? false } as const;

  app.get("/api/session", (context) => {
    const secret = cookieOf(context, name());
    const body: SessionBody = {
      person,
      by: secret === undefined ? "token" : "session",
      expiresAt: secret === undefined ? null : (sessions.expiryOf(secret) ?? null),
    };
    return context.json(body);
  });

  app.post("/api/session", async (context) => {
    // Nobody is logged in by a page that is not ours: the one route that asks for neither token nor session.
    if (context.req.header("origin") === undefined || context.req.header("sec-fetch-site") !== "same-origin")
      return toProblem(403, {
        code: "page_refused",
        detail: "Only Tutti's own page can open a session.",
        remedy: "Open the address that `tutti link` prints. Programs need no session: they send the token.",
      });
    const body = await readBody(context, sessionSchema);
    if (!body.ok) return body.refusal;
    const redeemed = sessions.redeem(body.value.code);
    if (!redeemed.ok) return refuseCode(redeemed.why);
    setCookie(context, name(), redeemed.secret, { ...attributes, maxAge: redeemed.maxAgeSeconds });
    const answer: SessionBody = { person, by: "session", expiresAt: sessions.expiryOf(redeemed.secret) ?? null };
    return context.json(answer);
  });

  app.delete("/api/session", (context) => {
    const secret = cookieOf(context, name());
    if (secret !== undefined) sessions.close(secret);
    deleteCookie(context, name(), attributes);
    return context.body(null, 204);
  });

  app.post("/api/session/codes", (context) => {
    // A browser that was let in for a while cannot let others in for longer.
    if (context.req.header("authorization") === undefined)
      return toProblem(403, {
        code: "token_needed",
        detail: "A new link is made by who holds the token.",
        remedy: "Run `tutti link` in a terminal.",
      });
    const answer: CodeBody = { ...sessions.newCode(), home: options.home?.() ?? homeOf(options) };
    return context.json(answer);
  });
}

/** A caller with a token is let in by it, whatever cookie comes along. */
const cookieOf = (context: Context, name: string): string | undefined =>
  context.req.header("authorization") === undefined ? getCookie(context, name) : undefined;

const whys = {
  used: "This link was used already: each one opens one browser.",
  expired: "This link is too old: it lasts ten minutes.",
  unknown: "This server did not make this link, or was started anew since.",
} as const;

const refuseCode = (why: keyof typeof whys): Response =>
  toProblem(401, {
    code: `code_${why}`,
    detail: whys[why],
    remedy: "Run `tutti link` and open the address it prints.",
  });
