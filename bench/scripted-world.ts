// Ports for the workloads of benchmarks.md: the product's own conductor and log, a scripted model, one no-op tool.

import { hash } from "node:crypto";
import { createSystemClock } from "../src/adapters/clock.ts";
import { createScriptedModels } from "../src/adapters/models/scripted-model.ts";
import { defaultLimits, type RunConfig } from "../src/domain/config.ts";
import type { ModelId, TicketId } from "../src/domain/ids.ts";
import type { Scenario, ScriptedTurn } from "../src/domain/scenario.ts";
import type { Ticket } from "../src/domain/ticket.ts";
import type { EventLog, Models, Ports, Tools } from "../src/engine/ports.ts";
import type { Tally } from "./contestant.ts";
import { wait } from "./workloads.ts";

/** W1's turns: a tool call, then the end. */
export const oneToolTurns = (
  args: Readonly<Record<string, unknown>>,
  tool: "look" | "mark" = "look",
): ScriptedTurn[] => [
  { text: "Looking.", calls: [{ tool, args }] },
  { text: "Done.", calls: [{ tool: "finish", args: { outcome: "completed", summary: "done" } }] },
];

const spec = (name: string, tool: "pure" | "idempotent" | "control"): Tools["specs"][number] => ({
  name,
  description: name,
  class: tool,
  parameters: { type: "object" },
});

/** Tools that do nothing, for as long as their arguments say. */
const noopTools = (tally: Tally | undefined): Tools => ({
  specs: [spec("look", "pure"), spec("mark", "idempotent"), spec("ask", "control"), spec("finish", "control")],
  check: () => ({ ok: true }),
  run: async ({ args }) => {
    tally?.toolCalled();
    const { ms } = JSON.parse(args) as { readonly ms?: number };
    await wait(ms ?? 0);
    return { ok: true, output: "seen", changed: [] };
  },
  preview: async () => "",
});

export type World = {
  readonly log: EventLog;
  readonly token: number;
  readonly scenario: Scenario;
  /** In place of the scripted ones. */
  readonly models?: Models | undefined;
  readonly tally?: Tally;
};

export const makePorts = ({ log, token, ...work }: World): Ports => ({
  ...makeWork(work),
  log,
  token,
  workspace: undefined,
});

/** What a process works with that may be no run's conductor. */
export function makeWork({
  scenario,
  models,
  tally,
}: Pick<World, "scenario" | "models" | "tally">): Omit<Ports, "log" | "token" | "workspace"> {
  const called = models ?? createScriptedModels(scenario, { sleep: wait });
  return {
    clock: createSystemClock(),
    models: {
      ...called,
      call: (request, hooks) => {
        const { step } = request;
        if ("ticket" in step) tally?.modelCalled(Number(step.ticket.slice(1)), step.turn);
        return called.call(request, hooks);
      },
    },
    tools: noopTools(tally),
    sandbox: {
      run: async () => {
        throw new Error("no command runs in this workload");
      },
      check: async () => undefined,
    },
    briefs: {
      ask: async () => "",
      askCheck: async () => "",
      askInDeliberation: async () => "",
      compose: async () => ({ prompt: "", omitted: [] }),
    },
    digest: (text) => hash("sha256", text),
  };
}

export const makeConfig = (lanes: number): RunConfig => ({
  title: "bench",
  project: { root: "/", branch: null, base: "" },
  workspace: "none",
  sandbox: "none",
  mode: "async",
  attended: false,
  lanes: { run: lanes, tiers: {}, providers: {} },
  limits: defaultLimits,
  archetypes: [
    {
      name: "worker",
      tier: 3,
      models: ["scripted/bench" as ModelId],
      trust: "auto",
      tools: ["look"],
      prompt: "You work.",
    },
  ],
  rules: [],
  verify: [],
});

export const makeTicket = (id: string, dependsOn: readonly string[] = [], weight = 1): Ticket => ({
  id: id as TicketId,
  title: id,
  description: `Do ${id}`,
  dependsOn: dependsOn as TicketId[],
  contextFiles: [],
  touches: [],
  verify: [],
  models: [],
  archetype: "worker",
  weight,
  startRung: 0,
});
