// The side that asks: a request goes to another process's inbox, and its answer is put together from what comes back.
// A1  Bytes that came before are not taken twice, and a gap ends the answer: it is never put together wrongly.
// A2  No more of an answer waits here than the window allows: more is asked for as its reader takes it.
// A3  Who does not say at once that it heard is not waited for; what it was asked is taken back.

import type { RunId } from "../../domain/ids.ts";
import { Fault } from "../../engine/ports.ts";
import type { Post } from "./post.ts";
import type { Speaker } from "./speakers.ts";
import { beatMs, deafMs, silentMs, windowBytes, type Answered, type Bytes } from "./wire.ts";

export type AskInit = {
  readonly method?: string;
  readonly headers?: ConstructorParameters<typeof Headers>[0];
  readonly body?: string;
  readonly signal?: AbortSignal | null | undefined;
};

export type Question = { readonly run: RunId; readonly person: string; readonly path: string; readonly init: AskInit };

export type Asking = {
  /** Throws Fault `run_unreachable`, and the signal's reason where that was aborted. */
  readonly ask: (speaker: Speaker, question: Question) => Promise<Response>;
  readonly hear: (message: Answered, bytes: Bytes | undefined) => void;
  /** When the process was last found to say nothing; undefined: not since it was last heard. In ms of performance.now. */
  readonly deafSince: (inbox: string) => number | undefined;
};

/** What differs in tests. In ms. */
export type Patience = { readonly beatMs: number; readonly silentMs: number; readonly deafMs: number };
export const usualPatience: Patience = { beatMs, silentMs, deafMs };

type Call = { readonly hear: (message: Answered, bytes: Bytes | undefined) => void };

export function createAsking(post: Post, patience = usualPatience): Asking {
  const calls = new Map<string, Call>();
  const deaf = new Map<string, number>();
  let count = 0;
  return {
    hear: (message, bytes) => calls.get(message.call)?.hear(message, bytes),
    deafSince: (inbox) => deaf.get(inbox),
    ask: (speaker, question) =>
      new Promise<Response>((resolve, reject) => {
        const call = `${post.inbox}.${(count += 1)}`;
        const made = openCall(
          { post, call, speaker, question, patience },
          {
            answered: resolve,
            failed: reject,
            heard: () => deaf.delete(speaker.inbox),
            unheard: () => deaf.set(speaker.inbox, performance.now()),
            over: () => calls.delete(call),
          },
        );
        if (made !== undefined) calls.set(call, made);
      }),
  };
}

type CallParts = {
  readonly post: Post;
  readonly call: string;
  readonly speaker: Speaker;
  readonly question: Question;
  readonly patience: Patience;
};

type CallEnds = {
  readonly answered: (response: Response) => void;
  readonly failed: (error: unknown) => void;
  readonly heard: () => void;
  readonly unheard: () => void;
  readonly over: () => void;
};

function openCall(parts: CallParts, ends: CallEnds): Call | undefined {
  const { post, call, speaker, question, patience } = parts;
  const { signal } = question.init;
  if (signal?.aborted === true) {
    ends.failed(signal.reason);
    return undefined;
  }
  const body = createBody({
    onTaken: (bytes) => post.send(speaker.inbox, { kind: "taken", call, bytes }),
    onLeft: () => finish({ tell: true }),
  });
  let heardAt = performance.now();
  let isHeard = false;

  const finish = ({ tell }: { readonly tell: boolean }): void => {
    clearTimeout(deafness);
    clearInterval(beating);
    signal?.removeEventListener("abort", leave);
    if (tell) post.send(speaker.inbox, { kind: "leave", call });
    ends.over();
  };
  const fail = (error: unknown, tell: boolean): void => {
    finish({ tell });
    ends.failed(error);
    body.fail(error);
  };
  const leave = (): void => fail(signal?.reason, true);
  const beat = (): void => {
    if (performance.now() - heardAt > patience.silentMs) fail(unreachable(speaker), true);
    else post.send(speaker.inbox, { kind: "taken", call, bytes: body.taken() });
  };
  const deafness = setTimeout(() => {
    ends.unheard();
    fail(unreachable(speaker), true);
  }, patience.deafMs);
  // Both hold the process while an answer is waited for.
  const beating = setInterval(beat, patience.beatMs);
  signal?.addEventListener("abort", leave, { once: true });
  sendAsk(parts);

  const ended = (): void => {
    finish({ tell: false });
    body.close();
  };
  const take = createTaking({ body, answered: ends.answered, ended, failed: (tell) => fail(broken(speaker), tell) });
  return {
    hear: (message, bytes) => {
      heardAt = performance.now();
      if (!isHeard) {
        isHeard = true;
        clearTimeout(deafness);
        ends.heard();
      }
      take(message, bytes);
    },
  };
}

type TakingParts = Pick<CallEnds, "answered"> & {
  readonly body: Body;
  readonly ended: () => void;
  /** `tell`: the other side goes on with it. */
  readonly failed: (tell: boolean) => void;
};

function createTaking({ body, answered, ended, failed }: TakingParts): Call["hear"] {
  let isAnswered = false;
  return (message, bytes) => {
    if (message.kind === "head") {
      if (!isAnswered) answered(toResponse(message, body.stream));
      isAnswered = true;
    } else if (message.kind === "part" && bytes !== undefined && !body.add(message.at, bytes)) failed(true);
    else if (message.kind === "end" && body.size() === message.at) ended();
    else if (message.kind === "end" || message.kind === "broken") failed(false);
  };
}

function sendAsk({ post, call, speaker, question: { run, person, path, init } }: CallParts): void {
  const { method = "GET", body } = init;
  const headers = [...new Headers(init.headers)];
  const bytes = body === undefined ? undefined : new TextEncoder().encode(body);
  post.send(speaker.inbox, { kind: "ask", call, from: post.inbox, run, person, method, path, headers }, bytes);
}

const toResponse = (
  { status, headers, hasBody }: Extract<Answered, { kind: "head" }>,
  body: ReadableStream<Bytes>,
): Response => new Response(hasBody ? body : null, { status, headers });

type Body = {
  readonly stream: ReadableStream<Bytes>;
  /** False: something before it is missing. */
  readonly add: (at: number, bytes: Bytes) => boolean;
  readonly size: () => number;
  readonly taken: () => number;
  readonly close: () => void;
  readonly fail: (error: unknown) => void;
};

type BodyEvents = { readonly onTaken: (bytes: number) => void; readonly onLeft: () => void };

function createBody({ onTaken, onLeft }: BodyEvents): Body {
  let into: ReadableStreamDefaultController<Bytes> | undefined;
  let size = 0;
  let told = 0;
  const taken = (): number => size + Math.min(0, into?.desiredSize ?? 0);
  const stream = new ReadableStream<Bytes>(
    {
      start: (controller) => void (into = controller),
      pull: () => {
        if (taken() - told < windowBytes / 4) return;
        told = taken();
        onTaken(told);
      },
      cancel: () => {
        into = undefined;
        onLeft();
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: 0 }),
  );
  return {
    stream,
    taken,
    size: () => size,
    add: (at, bytes) => {
      if (at > size) return false;
      const fresh = bytes.subarray(size - at);
      if (at + bytes.byteLength <= size) return true;
      size += fresh.byteLength;
      into?.enqueue(fresh);
      return true;
    },
    close: () => into?.close(),
    fail: (error) => into?.error(error),
  };
}

const unreachable = ({ host }: Speaker): Fault =>
  new Fault("run_unreachable", `The process that conducts this run, on ${host}, does not answer.`, {
    remedy: "If it has died, the run can be taken over a moment from now: see `tutti status`, then `tutti resume`.",
  });

const broken = ({ host }: Speaker): Fault =>
  new Fault("run_unreachable", `The process on ${host} broke off its answer: it may have left the run.`, {
    remedy: "Ask again: see with `tutti status` who conducts the run now.",
  });
