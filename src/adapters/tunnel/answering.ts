// The side that is asked: each request is answered by whoever speaks for its run in this process.
// N1  A request is begun once, however often it comes, and not at all where nobody waits for it any more.
// N2  No more of an answer is under way than the window allows; the rest is not even fetched.
// N3  An answer ends with its reader: when it leaves, or is not heard of.

import type { RunId } from "../../domain/ids.ts";
import { usualPatience, type Patience } from "./asking.ts";
import type { Post } from "./post.ts";
import { windowBytes, type Ask, type Asked, type Bytes } from "./wire.ts";

/** What is asked of a run, as it came. `path`: from `/api/` on. `body`: absent where there is none. */
export type Request = {
  readonly person: string;
  readonly method: string;
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body?: Bytes;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
};

/** Must not reject. */
export type Handler = (request: Request) => Promise<Response>;

export type Answering = {
  readonly hear: (batch: readonly { readonly message: Asked; readonly bytes: Bytes | undefined }[]) => void;
  readonly close: () => void;
};

type Call = { readonly taken: (bytes: number) => void; readonly end: () => void; readonly heardAt: () => number };

/** Requests that are answered at once; who asks beyond it is told that nobody answers. */
const mostCalls = 1_000;
const mostKnown = 10_000;

export function createAnswering(
  post: Post,
  handlerOf: (run: RunId) => Handler | undefined,
  patience: Patience = usualPatience,
): Answering {
  const calls = new Map<string, Call>();
  /** Answered already, or left before they were begun. */
  const known = new Set<string>();
  const remember = (call: string): void => {
    known.add(call);
    const [oldest] = known;
    if (known.size > mostKnown && oldest !== undefined) known.delete(oldest);
  };
  const begin = (ask: Ask, bytes: Bytes | undefined): void => {
    if (known.has(ask.call)) return;
    remember(ask.call);
    const handler = handlerOf(ask.run);
    if (handler === undefined || calls.size >= mostCalls)
      return post.send(ask.from, { kind: "broken", call: ask.call });
    post.send(ask.from, { kind: "here", call: ask.call });
    calls.set(ask.call, answer({ post, ask, bytes, handler, over: () => calls.delete(ask.call) }));
  };
  const giveUpSilent = setInterval(() => {
    const now = performance.now();
    for (const call of calls.values()) if (now - call.heardAt() > patience.silentMs) call.end();
  }, patience.beatMs).unref();
  return {
    hear: (batch) => {
      for (const { message } of batch) if (message.kind === "leave" && !calls.has(message.call)) remember(message.call);
      for (const { message, bytes } of batch) {
        if (message.kind === "ask") begin(message, bytes);
        else if (message.kind === "leave") calls.get(message.call)?.end();
        else calls.get(message.call)?.taken(message.bytes);
      }
    },
    close: () => {
      clearInterval(giveUpSilent);
      for (const call of calls.values()) call.end();
    },
  };
}

type AnswerParts = {
  readonly post: Post;
  readonly ask: Ask;
  readonly bytes: Bytes | undefined;
  readonly handler: Handler;
  readonly over: () => void;
};

function answer({ post, ask, bytes, handler, over }: AnswerParts): Call {
  const { call, from, person, method, path, headers } = ask;
  const left = new AbortController();
  let heardAt = performance.now();
  let taken = 0;
  let wake = (): void => {};

  /** Resolves when the reader has taken enough, or has left. */
  const room = (sent: number): Promise<void> =>
    new Promise((resolve) => {
      wake = () => (sent - taken < windowBytes || left.signal.aborted ? resolve() : undefined);
      wake();
    });

  const pass = async (response: Response): Promise<void> => {
    post.send(from, { kind: "head", call, ...headOf(response) });
    let at = 0;
    for await (const piece of piecesOf(response.body, left.signal)) {
      post.send(from, { kind: "part", call, at }, piece);
      at += piece.byteLength;
      await room(at);
      if (left.signal.aborted) return;
    }
    post.send(from, { kind: "end", call, at });
  };

  const request = { person, method, path, headers, signal: left.signal };
  void handler(bytes === undefined ? request : { ...request, body: bytes })
    .then(pass)
    .catch(() => (left.signal.aborted ? undefined : post.send(from, { kind: "broken", call })))
    .finally(over);
  return {
    heardAt: () => heardAt,
    taken: (sum) => {
      heardAt = performance.now();
      post.send(from, { kind: "here", call });
      // What comes late says less than what is known.
      taken = Math.max(taken, sum);
      wake();
    },
    end: () => {
      left.abort();
      wake();
    },
  };
}

const headOf = ({ status, headers, body }: Response) => ({ status, headers: [...headers], hasBody: body !== null });

const pieceBytes = 64 * 1024;

/** What lies behind it is let go when the reader leaves. */
async function* piecesOf(body: ReadableStream<Uint8Array> | null, left: AbortSignal): AsyncGenerator<Bytes> {
  if (body === null) return;
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(() => {});
  left.addEventListener("abort", cancel, { once: true });
  try {
    if (left.aborted) cancel();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      for (let from = 0; from < value.byteLength; from += pieceBytes) yield value.slice(from, from + pieceBytes);
    }
  } finally {
    left.removeEventListener("abort", cancel);
  }
}
