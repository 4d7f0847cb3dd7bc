// Who may speak to this server (P16): the right host name, no foreign page, and the token of a program or the session
// of a browser; checked before routing. Where a request comes from is a browser's own word (Origin, Sec-Fetch-Site):
// no page can forge it.

import { createHash, timingSafeEqual } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { getCookie } from "hono/cookie";
import { hostsOf, homeOf, originsOf, type Address } from "./address.ts";
import { toProblem } from "./problem.ts";
import type { Sessions } from "./session.ts";

export type GuardOptions = Address & {
  readonly token: string;
  /** Absent: browsers are not let in. */
  readonly sessions?: Sessions;
  /** Where browsers are sent, if not to this address. */
  readonly home?: () => string;
};

const sha256 = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Cookies know no ports, so the name carries it: two servers of one person do not log each other's page out. */
export const cookieName = ({ port }: Address): string => `tutti_${port()}`;

/** Everything but who it is: wanted of every request, the page's own files included. */
export function guardAddress(address: Address): MiddlewareHandler {
  return async (context, next) => {
    const refused = refuseAddress(context, address);
    if (refused === undefined) await next();
    else context.res = refused;
    if (!context.res.headers.has("cache-control")) context.header("cache-control", "no-store");
    for (const [name, value] of hardening) context.header(name, value);
  };
}

/** To be used behind `guardAddress`. */
export function guardCaller(options: GuardOptions): MiddlewareHandler {
  const wanted = sha256(`Bearer ${options.token}`);
  return async (context, next) => {
    const refused = isOpen(context) || isCapable(context, wanted) ? undefined : refuseCaller(context, options, wanted);
    if (refused === undefined) await next();
    return refused;
  };
}

/** Whoever has a one-time code has nothing else yet. */
const isOpen = ({ req }: Context): boolean => req.method === "POST" && req.path === "/api/session";

/** What an agent of a deliberation may send itself. Whether its capability is one, the route finds out. */
const agentPaths: ReadonlySet<string> = new Set(["/api/pipeline/errors/record", "/api/pipeline/log"]);

declare module "hono" {
  interface ContextVariableMap {
    /** Of a caller who is nobody else. */
    readonly capability?: string;
  }
}

/** Another process of this person may pass one on. */
export const capabilityHeader = "x-tutti-capability";

export const capabilityOf = (context: Context): string | undefined =>
  context.get("capability") ?? context.req.header(capabilityHeader);

function isCapable(context: Context, wanted: Buffer): boolean {
  const { req } = context;
  const given = req.header("authorization");
  if (req.method !== "POST" || !agentPaths.has(req.path) || given === undefined) return false;
  if (!/^Bearer [A-Za-z0-9_-]{20,200}$/.test(given) || timingSafeEqual(sha256(given), wanted)) return false;
  context.set("capability", given.slice("Bearer ".length));
  return true;
}

function refuseAddress({ req }: Context, address: Address): Response | undefined {
  if (!hostsOf(address).includes(req.header("host") ?? ""))
    return forbid("host_refused", "The Host header names another server.", `Speak to ${homeOf(address)}.`);
  const origin = req.header("origin");
  if (origin !== undefined && !originsOf(address).includes(origin))
    return forbid(
      "origin_refused",
      "A page of another origin may not use this server.",
      `Open ${homeOf(address)} itself, or use the \`tutti\` command.`,
    );
  // A link on another site may lead to the page, whose answer that site cannot see; nothing else comes from outside.
  const site = req.header("sec-fetch-site");
  const isVisit = req.header("sec-fetch-mode") === "navigate" && req.method === "GET" && !req.path.startsWith("/api/");
  if ((site === "cross-site" || site === "same-site") && !isVisit)
    return forbid(
      "site_refused",
      "A page of another site may not use this server.",
      `Open ${homeOf(address)} itself, or use the \`tutti\` command.`,
    );
  return undefined;
}

function refuseCaller(context: Context, options: GuardOptions, wanted: Buffer): Response | undefined {
  const given = context.req.header("authorization");
  if (given !== undefined) {
    // Digests have one length, so comparing them tells nothing about where the texts differ.
    return timingSafeEqual(sha256(given), wanted)
      ? undefined
      : unknownCaller("token_missing", "The token is missing or wrong.");
  }
  const cookie = getCookie(context, cookieName(options));
  if (cookie === undefined) return unknownCaller("token_missing", "The token is missing or wrong.");
  if (options.sessions?.expiryOf(cookie) === undefined)
    return unknownCaller("session_ended", "This browser's session has ended.");
  return refuseBrowser(context);
}

/** A cookie goes along whoever asks: only the browser can say that it was our own page. */
function refuseBrowser({ req }: Context): Response | undefined {
  const isOwn = req.header("sec-fetch-site") === "same-origin";
  const isLooking = req.method === "GET" || req.method === "HEAD";
  if (isOwn && (isLooking || req.header("origin") !== undefined)) return undefined;
  return forbid(
    "page_refused",
    "A session counts only for what Tutti's own page asks.",
    "Use a current browser, or send the token instead: `Authorization: Bearer <token>`.",
  );
}

const forbid = (code: string, detail: string, remedy: string): Response => toProblem(403, { code, detail, remedy });

export const unknownCaller = (code: string, detail: string): Response =>
  toProblem(401, {
    code,
    detail,
    remedy:
      "In a browser: `tutti link` prints an address that lets it in. For a program: `Authorization: Bearer <token>` with the token of server.json.",
  });

const hardening = [
  ["referrer-policy", "no-referrer"],
  ["x-content-type-options", "nosniff"],
  ["cross-origin-resource-policy", "same-origin"],
] as const;
