// Tells the person's own address what waits for them: one small JSON at a time, within a time limit, tried again twice
// where that may help. Nobody waits for it, and what goes wrong is told in words that never hold the address or the secret.

import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

export type WebhookOptions = {
  readonly url: string;
  /** Reads what the body is signed with; undefined: it is not signed. Throws where it cannot be read. */
  readonly secret: (() => Promise<string>) | undefined;
  /** Told once for each message that did not arrive. */
  readonly onFailure: (words: string) => void;
  /** In ms: for one try, and before each further one. */
  readonly tryMs?: number;
  readonly backoffMs?: readonly number[];
};

export type Webhook = {
  /** Returns at once. Messages go out in order, one at a time. */
  readonly send: (event: string, body: object) => void;
  /** Takes no further message and waits for those under way, at most so long in ms; the rest is given up. */
  readonly close: (graceMs: number) => Promise<void>;
};

const defaultTryMs = 5_000;
const defaultBackoffMs = [1_000, 5_000];
/** A run that asks more often than its person can read: the oldest that wait are dropped. */
const mostWaiting = 50;

type Message = { readonly id: string; readonly event: string; readonly body: string };

/** Null: it arrived. `isFinal`: trying again would not help. */
type Outcome = { readonly problem: string; readonly isFinal: boolean } | null;

export function createWebhook(options: WebhookOptions): Webhook {
  const { onFailure, backoffMs = defaultBackoffMs } = options;
  const over = new AbortController();
  const waiting: Message[] = [];
  let working: Promise<void> | undefined;
  let isClosed = false;

  const deliver = async (message: Message): Promise<void> => {
    let outcome = await post(message, options, over.signal);
    for (const ms of backoffMs) {
      if (outcome === null || outcome.isFinal || over.signal.aborted) break;
      await pause(ms, undefined, { signal: over.signal }).catch(() => {});
      if (!over.signal.aborted) outcome = await post(message, options, over.signal);
    }
    if (outcome !== null) onFailure(`The webhook was not told (${message.event}): ${outcome.problem}`);
  };

  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await deliver(next);
    working = undefined;
  };

  return {
    send: (event, body) => {
      if (isClosed) return;
      waiting.push({ id: randomUUID(), event, body: JSON.stringify(body) });
      if (waiting.length > mostWaiting) waiting.shift();
      working ??= work();
    },
    close: async (graceMs) => {
      isClosed = true;
      const timer = setTimeout(() => {
        waiting.length = 0;
        over.abort();
      }, graceMs);
      await working;
      clearTimeout(timer);
    },
  };
}

async function post(message: Message, options: WebhookOptions, over: AbortSignal): Promise<Outcome> {
  const { url, secret, tryMs = defaultTryMs } = options;
  const limit = AbortSignal.timeout(tryMs);
  try {
    const key = await secret?.();
    const response = await fetch(url, {
      method: "POST",
      body: message.body,
      headers: {
        "content-type": "application/json",
        "user-agent": "tutti",
        "x-tutti-event": message.event,
        // The same for every try, so that a message that arrives twice is known.
        "x-tutti-delivery": message.id,
        ...(key === undefined ? {} : { "x-tutti-signature": `sha256=${sign(message.body, key)}` }),
      },
      // It could lead anywhere, with the body.
      redirect: "manual",
      signal: AbortSignal.any([limit, over]),
    });
    await response.body?.cancel();
    if (response.ok) return null;
    const { status } = response;
    return { problem: `it answered ${status}.`, isFinal: status < 500 && status !== 429 && status !== 408 };
  } catch (error) {
    if (limit.aborted) return { problem: `it did not answer within ${tryMs} ms.`, isFinal: false };
    if (over.aborted) return { problem: "the run ended before it answered.", isFinal: true };
    return { problem: wordsOf(error), isFinal: false };
  }
}

const sign = (body: string, key: string): string => createHmac("sha256", key).update(body).digest("hex");

/** Of a failed request its code alone: its message may hold the address. */
function wordsOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "unknown error";
  return code === "key_missing" ? "its secret cannot be read." : `it cannot be reached: ${code}.`;
}
