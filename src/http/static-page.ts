// Serves the built page: its one document for every address a person may open, its assets by their hashed names. The
// document holds no secret; what it may load and run is said in the strictest policy it works under.

import { randomBytes } from "node:crypto";
import type { Context, MiddlewareHandler } from "hono";
import { toProblem } from "./problem.ts";

export type PageFile = {
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Undefined where it would save nothing. */
  readonly gzipped: Uint8Array | undefined;
  /** Quoted, as the header has it. */
  readonly etag: string;
};

/** The files of the built page by their path, `index.html`, `assets/main-x1.js`; undefined: not one of them. */
export type FindPageFile = (path: string) => PageFile | undefined;

/** To be used behind `guardAddress`, before `guardCaller`: a browser has to see the page to show its code. */
export function servePage(find: FindPageFile): MiddlewareHandler {
  return async (context, next) => {
    const { method, path } = context.req;
    if ((method !== "GET" && method !== "HEAD") || path === "/api" || path.startsWith("/api/")) return next();
    const file = path === "/" ? undefined : find(path.slice(1));
    if (file !== undefined && !path.endsWith(".html")) return sendFile(context, file);
    if (!isVisit(context)) return next();
    const index = find("index.html");
    return index === undefined ? notBuilt() : sendDocument(index);
  };
}

/** Somebody opens it, rather than a program asking for data; the page itself knows its addresses. */
const isVisit = ({ req }: Context): boolean => req.path === "/" || (req.header("accept") ?? "").includes("text/html");

function sendFile({ req }: Context, { type, bytes, gzipped, etag }: PageFile): Response {
  const headers: Record<string, string> = {
    "content-type": type,
    // The name of an asset changes with what is in it.
    "cache-control": req.path.startsWith("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    etag,
    vary: "accept-encoding",
    "content-security-policy": "default-src 'none'; sandbox",
  };
  if (listOf(req.header("if-none-match")).includes(etag)) return new Response(null, { status: 304, headers });
  const takesGzip = listOf(req.header("accept-encoding")).some((each) => each === "gzip" || each.startsWith("gzip;"));
  const isGzipped = gzipped !== undefined && takesGzip;
  if (isGzipped) headers["content-encoding"] = "gzip";
  return new Response(new Uint8Array(isGzipped ? gzipped : bytes), { headers });
}

const listOf = (header: string | undefined): readonly string[] =>
  (header ?? "").split(",").map((each) => each.trim().replace(/^W\//, ""));

/**
 * Libraries that write a style sheet while they run (the editor) may do so by a nonce that is new with
 * every answer. They read it where browsers hide it from style sheets: the `nonce` property of a meta element.
 */
function sendDocument({ bytes }: PageFile): Response {
  const nonce = randomBytes(16).toString("base64");
  const html = new TextDecoder().decode(bytes).replace("<head>", `<head><meta property="csp-nonce" nonce="${nonce}">`);
  return new Response(html, {
    headers: { "content-type": "text/html; charset=utf-8", "cache-control": "no-store", ...documentHeaders(nonce) },
  });
}

const documentHeaders = (nonce: string): Record<string, string> => ({
  "content-security-policy": [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "font-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "cross-origin-opener-policy": "same-origin",
  "permissions-policy":
    "camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), midi=(), payment=(), display-capture=()",
  "x-frame-options": "DENY",
});

const notBuilt = (): Response =>
  toProblem(503, {
    code: "page_not_built",
    detail: "The page of this Tutti is not built; the commands and the API work without it.",
    remedy: "In a checkout of Tutti run `npm run page`, then load this address again. The published package holds it.",
  });
