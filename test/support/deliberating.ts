// A deliberation conducted whole, on a memory log and a clock that passes by itself: scripted agents, real engine.

import { createScriptedModels } from "../../src/adapters/models/scripted-model.ts";
import { createBriefs } from "../../src/adapters/context/briefs.ts";
import {
  defaultDeliberationLimits,
  defaultThresholds,
  type DeliberationConfig,
  type DeliberationLimits,
  type Seat,
  type Setup,
} from "../../src/domain/deliberation.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { AgentAnswer } from "../../src/domain/deliberation-answer.ts";
import type { ModelId } from "../../src/domain/ids.ts";
import type { Scenario, ScriptedTurn } from "../../src/domain/scenario.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import type { Conductor, Done } from "../../src/engine/conductor.ts";
import type { Models } from "../../src/engine/ports.ts";
import { conducted, type Conducted, type Stage } from "./conducted.ts";
import { createVirtualClock, type VirtualClock } from "./virtual-clock.ts";

export const seat = (role: string, kind: Seat["kind"] = "proposer"): Seat => ({
  role,
  kind,
  model: "scripted/one" as ModelId,
});

export const makeDeliberation = (
  limits: Partial<DeliberationLimits> = {},
  setup: Partial<Omit<Setup, "limits">> = {},
): DeliberationConfig => ({
  objective: { text: "How do we keep every write?", constraints: ["no new service"], success: [], subtasks: [] },
  setup: {
    seats: [seat("ALPHA"), seat("BETA"), seat("GAMMA", "mediator")],
    thresholds: defaultThresholds,
    limits: { ...defaultDeliberationLimits, ...limits },
    mediatorDecides: false,
    mediatorAtOnce: false,
    recovery: "none",
    ...setup,
  },
});

type Said = Partial<{ [Field in keyof AgentAnswer]: AgentAnswer[Field] }>;

/** One cycle's answer; `more`: how it comes. */
export const says = (said: Said, more: Omit<ScriptedTurn, "text" | "answer"> = {}): ScriptedTurn => ({
  answer: { status: "working", progress: 0.5, confidence: 0.5, ...said },
  ...more,
});

export const write = (
  section: "problem" | "solutions" | "synthesis",
  key: string,
  base = 0,
  more: { text?: string; patch?: string; tests?: string[]; plan?: Record<string, unknown> } = {},
): AgentAnswer["entries"][number] => ({ section, key, base, text: `${key} after ${base}`, ...more });

export const vote = (
  key: string,
  version: number,
  stance: "accept" | "reject" | "abstain" = "accept",
): AgentAnswer["votes"][number] => ({ key, version, stance, reasoning: `${stance} ${key} ${version}` });

export const done = says({ status: "done", progress: 1 });

/** `core`, and `A`, `B:A` in it: a B that waits for A. */
export const planOf = (track: string, ...lines: readonly string[]): Record<string, unknown> => ({
  tracks: [{ id: track, title: track, brief: "Do it.", dependsOn: [], modules: [], severity: "low", persona: "lead" }],
  tickets: lines.map((line) => {
    const [id = "", needs = ""] = line.split(":");
    return { id, description: `Do ${id}.`, track, dependsOn: needs === "" ? [] : needs.split(" ") };
  }),
});

/** ALPHA's plan is taken by both in their second and third cycles. */
export const agreeing: NonNullable<Scenario["consults"]> = {
  "deliberate:ALPHA": [
    says({ complexity: 0.3, entries: [write("problem", "analysis"), write("solutions", "a")] }),
    says({ entries: [write("synthesis", "plan")], votes: [vote("plan", 1)] }),
    done,
  ],
  "deliberate:BETA": [
    says({ entries: [write("solutions", "b")] }),
    says({ messages: [{ to: "ALPHA", kind: "inform", text: "Write it down." }] }),
    says({ status: "done", votes: [vote("plan", 1)] }),
  ],
};

export type Table = {
  readonly config?: DeliberationConfig;
  /** The table makes the plan of a goal, by which nobody works. */
  readonly isPlanning?: boolean;
  readonly consults: NonNullable<Scenario["consults"]>;
  readonly stage?: Stage;
  readonly models?: (models: Models) => Models;
};

/** Two of three stand for ALPHA's plan; BETA does not. */
export const dissenting: Table = {
  config: makeDeliberation({}, { mediatorAtOnce: true }),
  consults: {
    "deliberate:ALPHA": [says({ entries: [write("synthesis", "plan")], votes: [vote("plan", 1)] }), done],
    "deliberate:BETA": [
      says({ entries: [write("solutions", "b")], messages: [{ to: "ALPHA", kind: "question", text: "Why?" }] }),
      says({ status: "done", votes: [vote("plan", 1, "reject")] }),
      done,
    ],
    "mediate:GAMMA": [says({}), says({ status: "done", votes: [vote("plan", 1)] }), done],
  },
};

const workspace = {
  survey: async () => ({ files: [], read: async () => undefined }),
  publish: async () => {},
  tryPatch: async (_name: string, patch: string) =>
    patch === "red"
      ? { kind: "red", command: "npm test", output: "1 failing", fingerprint: "f" }
      : { kind: "passed", commands: 1 },
} as unknown as NonNullable<Stage["workspace"]>;

/** A patch `red` comes out red, every other one green. */
export const tryingPatches: Stage = { workspace, config: { workspace: "git" } };

export type Deliberating = Conducted & { readonly drive: (conductor?: Conductor) => Promise<Done> };

/** In the clock's own time. */
const scripted = (scenario: Scenario, clock: VirtualClock): Models =>
  createScriptedModels(scenario, {
    sleep: (ms, signal) =>
      new Promise((resolve) => {
        const cancel = clock.wake(clock.now() + ms, resolve);
        signal.addEventListener("abort", () => (cancel(), resolve()), { once: true });
      }),
  });

export async function deliberating({ config, isPlanning, consults, stage = {}, models }: Table): Promise<Deliberating> {
  const clock = createVirtualClock();
  const agents = scripted({ tickets: {}, consults }, clock);
  const run = await conducted([], {
    ...stage,
    clock,
    briefs: createBriefs(),
    models: models === undefined ? agents : models(agents),
    config: {
      ...stage.config,
      ...(isPlanning === true ? ofGoal(config) : { deliberation: config ?? makeDeliberation() }),
    },
  });
  return { ...run, drive: (conductor = run.conductor) => drive(conductor, clock) };
}

const ofGoal = (config: DeliberationConfig = makeDeliberation()): Partial<RunConfig> => ({
  goal: { epic: "Sell books abroad.", only: "plan" },
  trust: "auto",
  tiers: { "1": ["scripted/one" as ModelId], "2": ["scripted/one" as ModelId] },
  deliberations: { setup: config.setup, conflicts: false, planning: true },
});

type Beside = Stage & { readonly scenario: Scenario; readonly onBrief?: (text: string) => void };

/** A run of tickets whose agents and workers are scripted, in the clock's own time. */
export async function conductedBeside(
  tickets: readonly Ticket[],
  { onBrief, ...stage }: Beside,
): Promise<Deliberating> {
  const clock = createVirtualClock();
  const briefs = createBriefs();
  const run = await conducted(tickets, {
    ...stage,
    clock,
    models: scripted(stage.scenario, clock),
    briefs: {
      ...briefs,
      compose: async (ticket, options) => {
        const made = await briefs.compose(ticket, { ...options, root: null });
        onBrief?.(made.prompt);
        return made;
      },
    },
  });
  return { ...run, drive: (conductor = run.conductor) => drive(conductor, clock) };
}

const turnOfLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Lets time pass whenever nothing else happens, until the run is over or rests, or its process has died. */
export async function drive(
  conductor: Conductor,
  clock: VirtualClock,
  death: Promise<unknown> = new Promise(() => {}),
): Promise<Done> {
  let over: Done | undefined;
  void conductor.done.then((how) => (over = how));
  void death.then(() => (over = { kind: "rested" }));
  conductor.start();
  for (let idle = 0; over === undefined; idle += 1) {
    const before = conductor.state().seq;
    await turnOfLoop();
    if (conductor.state().seq !== before) idle = 0;
    const next = clock.next();
    if (idle > 3 && next !== undefined) clock.pass(Math.max(0, next - clock.now()));
    if (idle > 2_000) throw new Error(`nothing happens any more at record ${conductor.state().seq}`);
  }
  return over;
}
