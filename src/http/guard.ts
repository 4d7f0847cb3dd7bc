// Who may speak to this server (P16): the right host name, no foreign page, the run's token; checked before routing.

import { createHash, timingSafeEqual } from "node:crypto";
import type { MiddlewareHandler } from "hono";
import { toProblem } from "./problem.ts";

export type GuardOptions = {
  readonly token: string;
  /** The port listened on. Asked per request: it is known only once the server listens. */
  readonly port: () => number;
};

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Names this machine calls itself by; a rebound DNS name is none of them. */
const hostsAt = (port: number): readonly string[] => [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];

export function guard({ token, port }: GuardOptions): MiddlewareHandler {
  const wanted = sha256(`Bearer ${token}`);
  return async (context, next) => {
    const hosts = hostsAt(port());
    if (!hosts.includes(context.req.header("host") ?? "")) {
      return toProblem(403, {
        code: "host_refused",
        detail: "The Host header names another server.",
        remedy: `Speak to http://127.0.0.1:${port()}.`,
      });
    }
    const origin = context.req.header("origin");
    if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`)) {
      return toProblem(403, {
        code: "origin_refused",
        detail: "A page of another origin may not use this server.",
        remedy: "Use the `tutti` command.",
      });
    }
    // Digests have one length, so comparing them tells nothing about where the texts differ.
    if (!timingSafeEqual(sha256(context.req.header("authorization") ?? ""), wanted)) {
      return toProblem(401, {
        code: "token_missing",
        detail: "The token of this run is missing or wrong.",
        remedy: "Send `Authorization: Bearer <token>` with the token of the run's server.json.",
      });
    }
    await next();
    context.res.headers.set("cache-control", "no-store");
    context.res.headers.set("referrer-policy", "no-referrer");
    context.res.headers.set("x-content-type-options", "nosniff");
    return undefined;
  };
}
