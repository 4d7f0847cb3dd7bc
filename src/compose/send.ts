// Two ways to send a request of a run's API: to the process that conducts the run, or to the app in this one.

import { connect } from "node:net";
import type { Send } from "../cli/desk.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import type { OpenRun, SendOn } from "../http/runs.ts";
import type { ServerFile } from "./server-file.ts";

const longestAnswerMs = 30_000;

/** The app is made with the first request: most runs are never asked anything by their own terminal. */
export function sendTo(open: OpenRun): Send {
  const load = async () => (await import("../http/run-app.ts")).createAppOf(open);
  let made: ReturnType<typeof load> | undefined;
  return async (path, init) => (await (made ??= load())).request(path === "" ? "/" : path, init);
}

/** Throws Fault `run_unreachable` where the process is gone. */
export const sendOver = (server: ServerFile, run: RunId): Send =>
  sendThrough((path, init) => sendRaw(server, path, init), run);

export const sendThrough =
  (send: SendOn, run: RunId): Send =>
  (path, init) =>
    // A stream lasts as long as its reader wants; an answer that takes this long does not come.
    send(`/api/runs/${run}${path}`, { ...init, signal: init?.signal ?? AbortSignal.timeout(longestAnswerMs) });

/** `path`: from `/api/` on. Throws Fault `run_unreachable` where the process is gone. */
export function sendRaw({ port, token }: ServerFile, path: string, init: RequestInit): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set("authorization", `Bearer ${token}`);
  return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers }).catch((cause: unknown) => {
    if (init.signal?.aborted === true && !isTimeout(cause)) throw cause;
    throw new Fault("run_unreachable", "The process that conducts this run does not answer.", {
      remedy: "See with `tutti status` whether it still lives; `tutti resume` takes the run over if it does not.",
      cause,
    });
  });
}

const isTimeout = (cause: unknown): boolean => cause instanceof Error && cause.name === "TimeoutError";

/** Whether anybody takes connections there; a file outlives the process that wrote it. */
export const isListening = ({ port }: ServerFile): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const settle = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", settle(true));
    socket.once("error", settle(false));
  });
