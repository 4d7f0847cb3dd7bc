// What can be learnt from a thrown thing: errors of the SDK (known by name, so that none of it is loaded here),
// error parts of a stream, network errors with their causes.

import { OverlongLine } from "./event-lines.ts";
import { OverlongReply, UnexpectedBody } from "./watched-fetch.ts";

export type Evidence = {
  /** `answer`: the provider said so. `request`: we asked for something it cannot do. */
  readonly kind: "answer" | "network" | "cut" | "malformed" | "request";
  readonly status?: number;
  readonly message: string;
  /** Types, codes and messages in one text, to search in. */
  readonly words: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  /** The body is a web page, so somebody between us and the provider answered. */
  readonly isPage: boolean;
  /** Where a redirect pointed, without its query. */
  readonly redirect?: string;
};

type Loose = Readonly<Record<string, unknown>>;

const nothing = { message: "", words: "", headers: {}, body: "", isPage: false } as const;

export function readEvidence(error: unknown): Evidence {
  if (error instanceof UnexpectedBody) return readUnexpected(error);
  if (error instanceof OverlongLine || error instanceof OverlongReply)
    return { ...nothing, kind: "malformed", message: error.message };
  if (typeof error === "string") return { ...nothing, kind: "answer", message: error, words: error };
  if (!isLoose(error)) return { ...nothing, kind: "malformed", message: String(error) };
  const inner = findOwn(error);
  if (inner !== undefined) return readEvidence(inner);
  switch (error["name"]) {
    case "AI_APICallError":
      return readApiCallError(error);
    case "AI_TypeValidationError":
    case "AI_JSONParseError":
      return { ...nothing, kind: "malformed", message: "sent an event that is not of its format" };
    case "AI_InvalidResponseDataError":
      return readInvalidResponse(error);
    case "AI_InvalidPromptError":
    case "AI_UnsupportedFunctionalityError":
    case "AI_InvalidArgumentError":
    case "AI_NoSuchModelError":
      return { ...nothing, kind: "request", message: textOf(error["message"]) };
    default:
      return error instanceof Error ? readOther(error) : readErrorPart(error);
  }
}

const isLoose = (value: unknown): value is Loose => typeof value === "object" && value !== null;

const textOf = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** Our own errors, thrown below the SDK and wrapped by it. */
function findOwn(error: Loose): Error | undefined {
  for (let at: unknown = error["cause"], depth = 0; isLoose(at) && depth < 5; at = at["cause"], depth += 1) {
    if (at instanceof UnexpectedBody || at instanceof OverlongLine || at instanceof OverlongReply) return at;
  }
  return undefined;
}

/** An answer with a status; or, without one or with the status of success, a connection that failed. */
function readApiCallError(error: Loose): Evidence {
  const status = typeof error["statusCode"] === "number" ? error["statusCode"] : undefined;
  const body = textOf(error["responseBody"]);
  if (status === undefined || (status < 300 && body === "")) return readNetwork(error);
  const headers = (isLoose(error["responseHeaders"]) ? error["responseHeaders"] : {}) as Evidence["headers"];
  const redirect = status < 400 ? withoutQuery(headers["location"]) : undefined;
  const read = readErrorBody(body);
  const message = read.message || textOf(error["message"]);
  return {
    kind: "answer",
    status,
    message,
    words: `${read.words} ${message}`,
    headers,
    body,
    isPage: isHtml(headers["content-type"], body),
    ...(redirect === undefined ? {} : { redirect }),
  };
}

const isHtml = (contentType: string | undefined, body: string): boolean =>
  /^text\/html/i.test(contentType ?? "") || /^\s*<(?:!doctype|html)/i.test(body);

const withoutQuery = (location: string | undefined): string | undefined => location?.split(/[?#]/)[0];

type ErrorBody = { readonly message: string; readonly words: string };

/**
 * The shapes error bodies have: `{error:{message}}`, `{error:"..."}`, `{message}`, `{detail}`. Only these fields are
 * read: some servers repeat the request in their answer, and its words would mislead.
 */
function readErrorBody(body: string): ErrorBody {
  try {
    const parsed: unknown = JSON.parse(body);
    const top: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    if (!isLoose(top)) return { message: "", words: "" };
    const inner = isLoose(top["error"]) ? top["error"] : top;
    const message = textOf(inner["message"]) || textOf(top["error"]) || textOf(top["message"]) || textOf(top["detail"]);
    const codes = ["type", "code", "status"].map((key) => textOf(inner[key]));
    return { message, words: [...codes, message, JSON.stringify(inner["details"] ?? "").slice(0, 4_000)].join(" ") };
  } catch {
    return { message: "", words: body.slice(0, 4_000) };
  }
}

/** Codes such as ECONNREFUSED stand somewhere down the chain of causes. */
function readNetwork(error: Loose): Evidence {
  const codes: string[] = [];
  const messages: string[] = [];
  for (let at: unknown = error, depth = 0; isLoose(at) && depth < 6; at = at["cause"], depth += 1) {
    if (typeof at["code"] === "string") codes.push(at["code"]);
    const message = textOf(at["message"]);
    if (message !== "") messages.push(message);
  }
  const deepest = messages.at(-1) ?? "the connection failed";
  const code = codes.at(-1);
  const message = code === undefined || deepest.includes(code) ? deepest : `${deepest} (${code})`;
  return { ...nothing, kind: "network", message: `no connection: ${message}`, words: codes.join(" ") };
}

/** Invalid "because there was nothing more": the stream ended before its end was said. */
const readInvalidResponse = (error: Loose): Evidence =>
  error["data"] === undefined
    ? { ...nothing, kind: "cut", message: "the stream ended before the reply did" }
    : { ...nothing, kind: "malformed", message: textOf(error["message"]) };

function readOther(error: Error & { readonly code?: unknown }): Evidence {
  const isNetwork = error instanceof TypeError || typeof error.code === "string" || error.name === "SocketError";
  return isNetwork ? readNetwork(error as unknown as Loose) : { ...nothing, kind: "malformed", message: error.message };
}

/** An error event after the stream had begun: `{type, message, code, statusCode}` in some mixture. */
function readErrorPart(part: Loose): Evidence {
  const message = textOf(part["message"]);
  const status = [part["statusCode"], part["code"]].find(
    (code): code is number => typeof code === "number" && code >= 400 && code < 600,
  );
  const words = `${textOf(part["type"])} ${textOf(part["code"])} ${message} ${JSON.stringify(part["data"] ?? "").slice(0, 4_000)}`;
  return { ...nothing, kind: "answer", message, words, body: words, ...(status === undefined ? {} : { status }) };
}

function readUnexpected({ contentType, body, message }: UnexpectedBody): Evidence {
  if (isHtml(contentType, body)) return { ...nothing, kind: "answer", status: 200, message, body, isPage: true };
  const inner = readErrorBody(body);
  if (inner.message === "") return { ...nothing, kind: "malformed", message, body };
  return { ...nothing, kind: "answer", status: 200, message: inner.message, words: inner.words, body };
}
