// The backend of a served page.

import type { Answer, Backend, Frame, Problem } from "./backend.ts";
import { watchTurn, type Tab } from "./turns.ts";

const frameKinds: readonly Frame["kind"][] = [
  "snapshot",
  "records",
  "partials",
  "deltas",
  "runs",
  "notice",
  "stalled",
  "beat",
  "over",
];

const unreachable: Problem = {
  code: "server_unreachable",
  detail: "Tutti does not answer.",
  remedy: "See whether `tutti serve` or `tutti run` still runs; the page mends its connection by itself.",
};

async function toAnswer<T>(response: Response): Promise<Answer<T>> {
  const text = await response.text();
  // A stored text is itself, also where it happens to be JSON.
  if (response.ok && response.headers.get("content-type")?.startsWith("text/plain") === true)
    return { ok: true, value: text as T };
  try {
    const value = JSON.parse(text === "" ? "null" : text) as unknown;
    return response.ok ? { ok: true, value: value as T } : { ok: false, problem: value as Problem };
  } catch {
    return response.ok
      ? { ok: true, value: text as T }
      : { ok: false, problem: { ...unreachable, detail: `The server answered ${response.status}.` } };
  }
}

async function ask<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  try {
    return await toAnswer<T>(await fetch(path, { credentials: "same-origin", ...init }));
  } catch (error) {
    if (init.signal?.aborted === true) throw error;
    return { ok: false, problem: unreachable };
  }
}

/** A stream that says nothing for this long is dead, whatever the browser believes; the server beats every 10 s. */
const silenceMs = 25_000;
/** `gone`: after a process whose address nobody else takes over. */
const retryMs = { first: 250, most: 5_000, gone: 30_000 };

const thisTab: Tab = {
  isHidden: () => document.visibilityState === "hidden",
  onChange: (listener) => {
    document.addEventListener("visibilitychange", listener);
    return () => document.removeEventListener("visibilitychange", listener);
  },
  // Not on an address that the browser does not trust.
  locks: navigator.locks,
};

const openStream: Backend["stream"] = ({ run, after }, { onFrame, onOpen }) => {
  let source: EventSource | undefined;
  let lastId = after;
  let wait = retryMs.first;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const later = (work: () => void, ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };
  const lose = (): void => {
    source?.close();
    onOpen(false);
    later(connect, wait);
    wait = Math.max(wait, Math.min(wait * 2, retryMs.most));
  };
  const connect = (): void => {
    const query = new URLSearchParams({
      ...(run !== undefined && { run }),
      ...(lastId !== undefined && { after: String(lastId) }),
    });
    source = new EventSource(`/api/stream?${query.toString()}`);
    const opened = source;
    opened.addEventListener("open", () => {
      wait = retryMs.first;
      onOpen(true);
      later(lose, silenceMs);
    });
    opened.addEventListener("error", lose);
    for (const kind of frameKinds) {
      opened.addEventListener(kind, (message: MessageEvent<string>) => {
        later(lose, silenceMs);
        const frame = { kind, data: JSON.parse(message.data) as never } as Frame;
        if (frame.kind === "over" && !frame.data.serves) wait = retryMs.gone;
        onFrame(frame);
        if (kind === "records" || kind === "snapshot") lastId = Number(message.lastEventId);
      });
    }
  };
  const close = (): void => {
    clearTimeout(timer);
    source?.close();
  };
  // Taken up again where it was left: nothing is missed meanwhile.
  const ignoreTurns = watchTurn(thisTab, (isMine) => (isMine ? connect() : close()));
  return () => {
    ignoreTurns();
    close();
  };
};

const toInit = (method: string, body: unknown, key: string = crypto.randomUUID()): RequestInit => ({
  method,
  headers: { "content-type": "application/json", "idempotency-key": key },
  body: JSON.stringify(body ?? {}),
});

export const httpBackend: Backend = {
  isOffline: false,
  get: (path, signal) => ask(path, { ...(signal !== undefined && { signal }) }),
  send: (method, path, body, key) => ask(path, toInit(method, body, key)),
  sendLeaving: (method, path, body, key) => ask(path, { ...toInit(method, body, key), keepalive: true }),
  stream: openStream,
};
