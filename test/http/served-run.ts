// A real conductor on an in-memory log, with the API in front of it and one call held at a gate.

import { createHash } from "node:crypto";
import { createSystemClock } from "../../src/adapters/clock.ts";
import { createMemoryRunStore } from "../../src/adapters/log/memory-log.ts";
import { createBriefs } from "../../src/adapters/context/briefs.ts";
import { createScriptedModels } from "../../src/adapters/models/scripted-model.ts";
import { createNoSandbox } from "../../src/adapters/sandbox/no-sandbox.ts";
import { createTools } from "../../src/adapters/tools/create-tools.ts";
import { defaultLanes, defaultLimits, type RunConfig } from "../../src/domain/config.ts";
import type { ModelId, TicketId } from "../../src/domain/ids.ts";
import type { Scenario } from "../../src/domain/scenario.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import type { Conductor } from "../../src/engine/conductor.ts";
import { beginRun } from "../../src/engine/open-run.ts";
import { Fault, type Ports } from "../../src/engine/ports.ts";
import { createApp, type AppOptions } from "../../src/http/app.ts";
import { createSessions, type Sessions } from "../../src/http/session.ts";
import type { FindPageFile } from "../../src/http/static-page.ts";
import type { Hono } from "hono";
import { holdToContract } from "./contract.ts";
import { cardOf } from "../../src/http/run-card.ts";
import type { OpenRun, ServedRuns } from "../../src/http/runs.ts";
import { openHere } from "../../src/compose/open-runs.ts";

export const token = "a-token-of-this-run-and-no-other";
export const port = 4711;

export type ServedRun = {
  readonly app: Hono;
  /** Address of the run. */
  readonly base: string;
  readonly conductor: Conductor;
  readonly ports: Ports;
  /** A request as our own client makes it; `headers` replace or, where undefined, remove its own. */
  readonly send: (method: string, path: string, options?: SendOptions) => Promise<Response>;
  /** A request as the page makes it once a code has let its browser in. */
  readonly browse: (method: string, path: string, options?: SendOptions) => Promise<Response>;
  readonly sessions: Sessions;
  readonly untilAsked: () => Promise<string>;
  readonly close: () => Promise<void>;
};

export type SendOptions = {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string | undefined>>;
};

const scenario: Scenario = {
  tickets: {
    A: [
      {
        turns: [
          { text: "I write.", calls: [{ tool: "write", args: { path: "a.txt", content: "one" } }] },
          { calls: [{ tool: "finish", args: { outcome: "completed", summary: "done" } }] },
        ],
      },
    ],
  },
};

const ticket: Ticket = {
  id: "A" as TicketId,
  title: "First",
  description: "Do it.",
  dependsOn: [],
  contextFiles: [],
  touches: [],
  verify: [],
  models: [],
  archetype: "worker",
  weight: 1,
  startRung: 0,
};

const config: RunConfig = {
  title: "Served",
  project: { root: "/nowhere", branch: "main", base: "0".repeat(40) },
  workspace: "none",
  sandbox: "none",
  mode: "async",
  attended: true,
  lanes: defaultLanes,
  limits: defaultLimits,
  archetypes: [
    { name: "worker", tier: 3, models: ["scripted/one" as ModelId], trust: "ask", tools: ["write"], prompt: "work" },
  ],
  rules: [],
  verify: [],
};

const page: FindPageFile = (path) =>
  path === "index.html"
    ? { type: "text/html", bytes: new TextEncoder().encode("<head></head>page"), gzipped: undefined, etag: '"1"' }
    : undefined;

/** The headers by which a browser says that its own page asks. */
export const ofOwnPage = { origin: `http://127.0.0.1:${port}`, "sec-fetch-site": "same-origin" } as const;
/** All there is is this one run. */
const runsWith = (open: OpenRun, more: Partial<ServedRuns>): ServedRuns => ({
  list: async () => [
    cardOf(open.state(), {
      projectKey: "nowhere-0",
      run: open.run,
      createdAt: 1,
      conducted: "here",
      ms: 0,
      isImported: false,
    }),
  ],
  find: async (run) => (run === open.run ? { kind: "open", open, release: () => {} } : undefined),
  watch: () => () => {},
  asking: async () => [],
  projects: async () => [],
  begin: refuse,
  resume: refuse,
  land: refuse,
  forecast: refuse,
  recover: refuse,
  projectModels: refuse,
  saveModels: refuse,
  ...more,
});

/** What a test does not give is not there. */
const refuse = (): Promise<never> =>
  Promise.reject(new Fault("not_prepared", "Nothing was prepared for this route.", { remedy: "Prepare it." }));

/** `more`: what is asked of all runs. `beside`: what else is served. */
export async function serveRun(
  more: Partial<ServedRuns> = {},
  beside: Pick<AppOptions, "machines"> = {},
): Promise<ServedRun> {
  const clock = createSystemClock();
  const run = clock.newRunId();
  const { log, token: fence } = await createMemoryRunStore().create(run);
  const sandbox = createNoSandbox();
  const ports: Ports = {
    clock,
    log,
    token: fence,
    models: createScriptedModels(scenario, { sleep: () => Promise.resolve() }),
    tools: createTools({ sandbox }),
    sandbox,
    workspace: undefined,
    briefs: createBriefs(),
    digest: (text) => createHash("sha256").update(text).digest("hex"),
  };
  const begun = await beginRun(ports, { run, config, tickets: [ticket], by: "person:ann" });
  if (!begun.ok) throw new Error(begun.rejection.code);
  const { conductor } = begun;
  const over = new AbortController();
  const sessions = createSessions({ now: () => clock.now() });
  const app = createApp({
    runs: runsWith(openHere({ conductor, ports, person: "ann" }, over.signal), more),
    token,
    port: () => port,
    sessions,
    page,
    person: "ann",
    ...beside,
    onError: (error) => {
      throw error;
    },
  });
  const send: ServedRun["send"] = async (method, path, { body, headers = {} } = {}) => {
    const own: Record<string, string | undefined> = {
      host: `127.0.0.1:${port}`,
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    };
    const sent = Object.entries(own).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as [string, string]],
    );
    const text = body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) };
    const response = await app.request(path, { method, headers: sent, ...text });
    await holdToContract(method, path, response);
    return response;
  };
  const letIn = sessions.redeem(sessions.newCode().code);
  if (!letIn.ok) throw new Error(letIn.why);
  const cookie = `tutti_${port}=${letIn.secret}`;
  return {
    app,
    base: `/api/runs/${run}`,
    conductor,
    ports,
    send,
    browse: (method, path, { headers, ...options } = {}) =>
      send(method, path, { ...options, headers: { authorization: undefined, cookie, ...ofOwnPage, ...headers } }),
    sessions,
    untilAsked: () =>
      new Promise((resolve) => {
        const unsubscribe = conductor.feed.subscribe((item) => {
          if (item.kind !== "recorded" || item.recorded.event.type !== "approval.requested") return;
          unsubscribe();
          resolve(item.recorded.event.approval);
        });
        conductor.start();
      }),
    close: async () => {
      await conductor.stop(0);
      over.abort();
    },
  };
}
