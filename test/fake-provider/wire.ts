// What the four wire formats have in common: one neutral reply, a way to write it, a way to judge a request.

/** What the fake model says, whatever the format. */
export type FakeReply = {
  readonly text?: string;
  readonly reasoning?: string;
  /** Comes with the reasoning or the call and must come back in the next request. */
  readonly signature?: string;
  readonly calls?: readonly FakeToolCall[];
  /** `calls` and `stop` by default, as the reply has it; any other word is sent raw as the format's reason. */
  readonly finish?: "stop" | "calls" | "length" | "refusal" | (string & {});
  /** Replaces the usage object; null leaves it out; a string stands in the JSON as it is written, quotes or not. */
  readonly usage?: unknown;
  /** Characters per delta; 5 by default. */
  readonly step?: number;
};

export type FakeToolCall = { readonly id: string; readonly name: string; readonly args: string };

export type Json = Record<string, unknown>;

export type ReceivedRequest = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Json;
};

/** An answer that is no stream. */
export type Refused = { readonly status: number; readonly body: unknown };

export type Wire = {
  /** Path of the format's endpoint, for dispatch. */
  readonly matches: (path: string) => boolean;
  /** Appended to the server's address, this is what a person would write as baseUrl. */
  readonly base: string;
  readonly contentType: string;
  /** The whole stream of a reply, byte for byte. */
  readonly encode: (reply: FakeReply, model: string) => string;
  /** An error after the stream has begun. */
  readonly errorEvent: (type: string, message: string) => string;
  /** The error body of the format. */
  readonly errorBody: (status: number, type: string, message: string) => unknown;
  /** What the real endpoint would answer to a request that it refuses. */
  readonly judge: (request: ReceivedRequest) => Refused | undefined;
};

export const piecesOf = (text: string, step = 5): readonly string[] => {
  const characters = Array.from(text);
  const pieces: string[] = [];
  for (let at = 0; at < characters.length; at += step) pieces.push(characters.slice(at, at + step).join(""));
  return pieces;
};

/** Splits by UTF-16 unit count without care for what is inside: arguments arrive like that. */
export const cutsOf = (text: string, step = 5): readonly string[] =>
  text.match(new RegExp(`[\\s\\S]{1,${step}}`, "gu")) ?? [];

/** A string usage is written raw, so that NaN and the like can be sent. */
export const withUsage = (event: Json, key: string, usage: unknown): string => {
  if (usage === null) return JSON.stringify(event);
  if (typeof usage !== "string") return JSON.stringify({ ...event, [key]: usage });
  return JSON.stringify({ ...event, [key]: "@usage@" }).replace('"@usage@"', () => usage);
};

export const isRecord = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);

export const textOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""));
