// A real conductor on a memory log and a virtual clock; only the model is scripted and the tool is a stub of the world.

import { expect } from "vitest";
import { createMemoryRunStore } from "../../src/adapters/log/memory-log.ts";
import { createScriptedModels } from "../../src/adapters/models/scripted-model.ts";
import { defaultLimits, type RunConfig } from "../../src/domain/config.ts";
import type { EventOf, EventType, Recorded } from "../../src/domain/event.ts";
import type { ModelId, RunId, TicketId } from "../../src/domain/ids.ts";
import type { Scenario, ScriptedTurn } from "../../src/domain/scenario.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import type { Conductor } from "../../src/engine/conductor.ts";
import { beginRun } from "../../src/engine/open-run.ts";
import type { EventLog, Models, Ports, ToolResult, Tools } from "../../src/engine/ports.ts";
import { digest } from "./given.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

export const finishTurn: ScriptedTurn = {
  calls: [{ tool: "finish", args: { outcome: "completed", summary: "done" } }],
};
export const lookTurn: ScriptedTurn = { text: "Looking.", calls: [{ tool: "look", args: { at: "it" } }] };

export const makeTicket = (id: string, more: Partial<Ticket> = {}): Ticket => ({
  id: id as TicketId,
  title: id,
  description: `Do ${id}`,
  dependsOn: [],
  contextFiles: [],
  touches: [],
  verify: [],
  models: [],
  archetype: "worker",
  weight: 1,
  startRung: 0,
  ...more,
});

export const makeConfig = (more: Partial<RunConfig> = {}): RunConfig => ({
  title: "A test",
  project: { root: "/nowhere", branch: null, base: "0".repeat(40) },
  workspace: "none",
  sandbox: "none",
  mode: "async",
  attended: true,
  lanes: { run: 4, tiers: {}, providers: {} },
  limits: defaultLimits,
  archetypes: [
    {
      name: "worker",
      tier: 3,
      models: ["scripted/a", "scripted/b"] as ModelId[],
      trust: "auto",
      tools: ["look", "poke"],
      prompt: "You work.",
    },
  ],
  rules: [],
  verify: [],
  ...more,
});

const specs: Tools["specs"] = (
  [
    ["look", "pure"],
    ["poke", "effectful"],
    ["hidden", "pure"],
    ["ask", "control"],
    ["finish", "control"],
  ] as const
).map(([name, of]) => ({ name, description: name, class: of, parameters: { type: "object" } }));

export type RunTool = (
  call: { tool: string; args: string; repeat: boolean },
  signal: AbortSignal,
) => Promise<ToolResult>;

export type Stage = {
  readonly scenario?: Scenario;
  readonly models?: Models;
  readonly runTool?: RunTool;
  readonly config?: Partial<RunConfig>;
  readonly log?: (log: EventLog) => EventLog;
  readonly workspace?: Ports["workspace"];
  readonly clock?: VirtualClock;
  readonly briefs?: Ports["briefs"];
};

const seen: ToolResult = { ok: true, output: "seen", changed: [] };

export const makeTools = (runTool: RunTool = async () => seen): Tools => ({
  specs,
  check: (_tool, args) => {
    try {
      JSON.parse(args);
      return { ok: true };
    } catch {
      return { ok: false, problem: "the arguments are not JSON" };
    }
  },
  run: (call, _context, signal) => runTool(call, signal),
  preview: async () => "",
});

export function makePorts(stage: Stage, opened: { log: EventLog; token: number }, clock: VirtualClock): Ports {
  const scenario = stage.scenario ?? { tickets: {}, default: [{ turns: [lookTurn, finishTurn] }] };
  return {
    clock,
    log: stage.log?.(opened.log) ?? opened.log,
    token: opened.token,
    models: stage.models ?? createScriptedModels(scenario, { sleep: () => Promise.resolve() }),
    tools: makeTools(stage.runTool),
    sandbox: { run: () => Promise.reject(new Error("no command here")), check: () => Promise.resolve(undefined) },
    workspace: stage.workspace,
    briefs: stage.briefs ?? {
      askCheck: (question) => Promise.resolve(question.purpose),
      askInDeliberation: (question) => Promise.resolve(question.purpose),
      ask: (question) => Promise.resolve(question.purpose),
      compose: (ticket, { diagnosis }) =>
        Promise.resolve({ prompt: `${ticket.description}\n${diagnosis ?? ""}`, omitted: [] }),
    },
    digest,
  };
}

export type Conducted = {
  readonly conductor: Conductor;
  readonly clock: VirtualClock;
  readonly store: ReturnType<typeof createMemoryRunStore>;
  readonly run: RunId;
  readonly ports: Ports;
  /** Everything published so far. */
  readonly recorded: readonly Recorded[];
  readonly all: <T extends EventType>(type: T) => EventOf<T>[];
  /** Resolves when an event of this type (that fits) has been published, now or later. */
  readonly once: <T extends EventType>(type: T, fits?: (event: EventOf<T>) => boolean) => Promise<EventOf<T>>;
};

/** The run is recorded; nothing is started until `conductor.start()`. */
export async function conducted(tickets: readonly Ticket[], stage: Stage = {}): Promise<Conducted> {
  const clock = stage.clock ?? createVirtualClock();
  const store = createMemoryRunStore();
  const run = clock.newRunId();
  const ports = makePorts(stage, await store.create(run), clock);
  const begun = await beginRun(ports, { run, config: makeConfig(stage.config), tickets, by: "person:test" });
  if (!begun.ok) expect.fail(`refused: ${JSON.stringify(begun.rejection)}`);
  return { ...watch(begun.conductor), clock, store, run, ports };
}

export function watch(conductor: Conductor): Pick<Conducted, "conductor" | "recorded" | "all" | "once"> {
  const recorded: Recorded[] = [];
  const waiting = new Set<() => void>();
  conductor.feed.subscribe((item) => {
    if (item.kind !== "recorded") return;
    recorded.push(item.recorded);
    for (const look of waiting) look();
  });
  const all: Conducted["all"] = (type) =>
    recorded.flatMap(({ event }) => (event.type === type ? [event as EventOf<typeof type>] : []));
  const once: Conducted["once"] = (type, fits = () => true) =>
    new Promise((resolve) => {
      const look = (): void => {
        const found = all(type).find(fits);
        if (found === undefined) return;
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  return { conductor, recorded, all, once };
}
