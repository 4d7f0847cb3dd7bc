// Views of source files, made in a thread that is started for the first one, and ended when it takes too long, uses
// too much or has had nothing to do for a while.

import { Worker } from "node:worker_threads";
import type { ViewAnswer, ViewOrder } from "./view-messages.ts";

export type SourceViews = {
  /** One after another, in the order asked. Takes at most 6 s; never rejects because of what is in a file. */
  readonly show: (order: ViewOrder) => Promise<ViewAnswer>;
  readonly close: () => void;
};

/** Above what a grammar may take for parsing: loading it, and a machine that is busy. */
const timeLimitMs = 6_000;
/** Starting it and loading a grammar takes about half a second; tickets that start one after another share it. */
const idleMs = 20_000;

export function createSourceViews(): SourceViews {
  let worker: Worker | undefined;
  let idle: NodeJS.Timeout | undefined;
  let queue: Promise<unknown> = Promise.resolve();

  const close = (): void => {
    clearTimeout(idle);
    void worker?.terminate();
    worker = undefined;
  };
  const ask = async (order: ViewOrder): Promise<ViewAnswer> => {
    clearTimeout(idle);
    worker ??= startWorker();
    const answer = await askWorker(worker, order);
    // A parser never gives back what memory such a file made it take.
    if (answer === undefined || answer.kind === "trouble") close();
    else idle = setTimeout(close, idleMs).unref();
    return answer ?? { kind: "trouble", problem: "takes too much time or memory to parse" };
  };
  return {
    show: (order) => {
      const answer = queue.then(() => ask(order));
      queue = answer.catch(close);
      return answer;
    },
    close,
  };
}

function startWorker(): Worker {
  const worker = new Worker(workerFile(), { env: {}, resourceLimits: { maxOldGenerationSizeMb: 256 } });
  worker.unref();
  return worker;
}

/** Undefined where the thread took too long or ran out of memory. Rejects where it is broken. */
function askWorker(worker: Worker, order: ViewOrder): Promise<ViewAnswer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<ViewAnswer | undefined>();
  const fail = (error: Error): void => {
    if (isTooMuch(error)) resolve(undefined);
    else reject(error);
  };
  const leave = (): void => resolve(undefined);
  const timer = setTimeout(leave, timeLimitMs);
  worker.once("message", resolve).once("error", fail).once("exit", leave);
  worker.ref();
  worker.postMessage(order);
  return promise.finally(() => {
    clearTimeout(timer);
    worker.off("message", resolve).off("error", fail).off("exit", leave);
    worker.unref();
  });
}

/** What a file of a hostile shape does to the thread: its heap, its stack, or the memory of the grammar. */
const isTooMuch = (error: Error): boolean =>
  error instanceof RangeError ||
  error.name === "RuntimeError" ||
  ("code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY");

/** The thread's file stands beside this one, as source or compiled. */
const workerFile = (): URL =>
  import.meta.url.endsWith(".ts")
    ? new URL("./view-worker.ts", import.meta.url)
    : new URL("./view-worker.js", import.meta.url);
