// Two ways to send a request of the API: to the process that conducts the run, or to the app in this one.

import { connect } from "node:net";
import type { Hono } from "hono";
import type { Send } from "../cli/desk.ts";
import { Fault } from "../engine/ports.ts";
import type { AppOptions } from "../http/app.ts";
import { makeToken, type ServerFile } from "./serve-run.ts";

const anyPort = 1;

const longestAnswerMs = 30_000;

/** The app is made with the first request: most runs are never asked anything by their own terminal. */
export function sendTo(options: Omit<AppOptions, "port" | "token">): Send {
  const token = makeToken();
  let made: Promise<Hono> | undefined;
  const make = async (): Promise<Hono> => {
    const { createApp } = await import("../http/app.ts");
    return createApp({ ...options, token, port: () => anyPort });
  };
  return async (path, init) => {
    const headers = { ...headersOf(init), authorization: `Bearer ${token}`, host: `127.0.0.1:${anyPort}` };
    return (await (made ??= make())).request(path, { ...init, headers });
  };
}

/** Throws Fault `run_unreachable` where the process is gone. */
export const sendOver =
  ({ port, token }: ServerFile): Send =>
  (path, init) => {
    const headers = { ...headersOf(init), authorization: `Bearer ${token}` };
    // A stream lasts as long as its reader wants; an answer that takes this long does not come.
    const signal = init?.signal ?? AbortSignal.timeout(longestAnswerMs);
    return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers, signal }).catch((cause: unknown) => {
      if (init?.signal?.aborted === true) throw cause;
      throw new Fault("run_unreachable", "The process that conducts this run does not answer.", {
        remedy: "See with `tutti status` whether it still lives; `tutti resume` takes the run over if it does not.",
        cause,
      });
    });
  };

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

const headersOf = (init: RequestInit | undefined): Record<string, string> =>
  Object.fromEntries(new Headers(init?.headers));
