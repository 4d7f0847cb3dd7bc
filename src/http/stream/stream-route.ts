// GET /api/stream: one connection per tab. GET /api/runs/:run/stream: one run alone, for programs.

import type { Context, Hono } from "hono";
import { isRunId, type RunId } from "../../domain/ids.ts";
import { Fault } from "../../engine/ports.ts";
import { toProblem } from "../problem.ts";
import type { Runs } from "../runs.ts";
import { createClient, type Client, type ClientOptions } from "./client.ts";
import { toBytes, toFrameText } from "./frame.ts";
import { createRunsChannel, type RunsChannel } from "./runs-channel.ts";
import { showOnly, showRun } from "./show-run.ts";

export type StreamRouteOptions = {
  readonly runs: Runs;
  /** Told of every error that is not the client's. */
  readonly onError: (error: Error) => void;
  /** Aborted when the server is about to close. */
  readonly ending?: ServerEnding;
};

export type ServerEnding = { readonly signal: AbortSignal; readonly serves: () => boolean };

const beatMs = 10_000;

/** How long a browser waits before it comes back, in ms. */
const greeting = toBytes("retry: 500\n\n");

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

export function addStream(app: Hono, { runs, onError, ending }: StreamRouteOptions): void {
  const runsChannel = createRunsChannel(runs);

  app.get("/api/stream", async (context) => {
    const run = context.req.query("run");
    const after = readAfter(context);
    if (after instanceof Response) return after;
    const found = run !== undefined && isRunId(run) ? await runs.find(run) : undefined;
    if (run !== undefined && found === undefined) return noSuchRun(run);
    const client = openClient(context);
    if (ending !== undefined) endWith(ending, client);
    const fail = (error: unknown): void => {
      onError(toError(error));
      client.close();
    };
    void tellRuns(client, runsChannel).catch(fail);
    if (found !== undefined) void showRun(client, { runs, run: run as RunId, after }, found).catch(fail);
    return toStream(client);
  });
}

/** Below `/api/runs/:run`. */
export function addRunStream(app: Hono): void {
  app.get("/stream", (context) => {
    const after = readAfter(context);
    if (after instanceof Response) return after;
    const client = openClient(context);
    const { run } = context.get("open");
    void showOnly(client, context.get("open"), after).catch((error: unknown) => {
      const text = error instanceof Fault ? `${error.message} ${error.remedy}` : toError(error).message;
      client.send(toBytes(toFrameText("notice", { run, text })));
      client.close();
    });
    return toStream(client);
  });
}

/** A reader that is told of the end, and whose stream is whole, need not take it for a broken line. */
function endWith({ signal, serves }: ServerEnding, client: Client): void {
  const end = (): void => {
    client.send(toBytes(toFrameText("over", { serves: serves() })));
    client.close();
  };
  if (signal.aborted) return end();
  signal.addEventListener("abort", end, { once: true });
  client.gone.addEventListener("abort", () => signal.removeEventListener("abort", end), { once: true });
}

function openClient(context: Context): Client {
  const { outgoing } = (context.env ?? {}) as { readonly outgoing?: NonNullable<ClientOptions["socket"]> };
  // There is no socket where the app is asked without a network.
  const client = createClient(outgoing === undefined ? {} : { socket: outgoing });
  client.send(greeting);
  const timer = setInterval(() => client.send(toBytes(toFrameText("beat", { at: Date.now() }))), beatMs).unref();
  client.gone.addEventListener("abort", () => clearInterval(timer), { once: true });
  return client;
}

const toStream = (client: Client): Response =>
  new Response(client.body, {
    headers: {
      "content-type": "text/event-stream",
      "x-accel-buffering": "no",
      // Said here, so that the headers leave at once.
      "transfer-encoding": "chunked",
    },
  });

async function tellRuns(client: Client, channel: RunsChannel): Promise<void> {
  const leave = await channel.join(client.send);
  if (client.gone.aborted) leave();
  else client.gone.addEventListener("abort", leave, { once: true });
}

/** The header wins: a browser that comes back sends it beside the address it began with. */
function readAfter(context: Context): number | undefined | Response {
  const text = context.req.header("last-event-id") ?? context.req.query("after");
  if (text === undefined || text === "") return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : badAfter();
}

const badAfter = (): Response =>
  toProblem(400, {
    code: "after_invalid",
    detail: "`after` must be a record's number.",
    remedy: "Leave it out to begin with the run's state.",
  });

const noSuchRun = (run: string): Response =>
  toProblem(404, {
    code: "run_missing",
    detail: `There is no run ${JSON.stringify(run.slice(0, 80))}.`,
    remedy: "GET /api/runs lists them.",
  });
