// The duties of a deliberation, each by itself: what an agent is asked, a patch that is tried, a handoff that is stored.

import { describe, expect, it } from "vitest";
import type { DeliberationDuty } from "../../src/core/deliberation/duties.ts";
import { foldAll } from "../../src/core/evolve.ts";
import type { RunState } from "../../src/core/state.ts";
import { createBriefs } from "../../src/adapters/context/briefs.ts";
import { createMemoryRunStore } from "../../src/adapters/log/memory-log.ts";
import type { Report } from "../../src/domain/command.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { DeliberationId } from "../../src/domain/deliberation.ts";
import type { DeliberationQuestion } from "../../src/domain/deliberation-question.ts";
import type { Event, Recorded } from "../../src/domain/event.ts";
import { readHandoff } from "../../src/domain/handoff.ts";
import type { ConsultId, ModelId } from "../../src/domain/ids.ts";
import { createFeed } from "../../src/engine/feed.ts";
import {
  Fault,
  type CommandResult,
  type EventLog,
  type ModelRequest,
  type Ports,
  type Workspace,
} from "../../src/engine/ports.ts";
import { runDuty } from "../../src/engine/run-duty.ts";
import { storeText } from "../../src/engine/texts.ts";
import { makeConfig, makePorts } from "../support/conducted.ts";
import { digest } from "../support/given.ts";
import { deliberationSamples } from "../support/sample-deliberation.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";

const deliberation = "D2" as DeliberationId;
const { setup } = deliberationSamples["deliberation.opened"];
const opened: Event = { ...deliberationSamples["deliberation.opened"], deliberation };
const written = (key: string, version: number, author: string, more: object = {}): Event => ({
  type: "deliberation.written",
  deliberation,
  author,
  section: "solutions",
  key,
  version,
  text: `${key} ${version}`,
  digest: digest(`${key} ${version}`),
  ...more,
});
const cycle = (consult: string, role: string): Event => ({
  type: "consult.started",
  consult: consult as ConsultId,
  purpose: "deliberate",
  tier: 2,
  model: "scripted/one" as ModelId,
  prompt: { name: "deliberate", version: "1", hash: "h" },
  deliberation,
  role,
});
const changed = (role: string, count: number): Event => ({
  ...deliberationSamples["deliberation.agent_changed"],
  deliberation,
  role,
  cycle: count,
});

type Stage = {
  readonly events: readonly Event[];
  readonly config?: Partial<RunConfig>;
  readonly ports?: (log: EventLog) => Partial<Ports>;
};

async function stand({ events, config = {}, ports = () => ({}) }: Stage) {
  const clock = createVirtualClock();
  const store = createMemoryRunStore();
  const run = clock.newRunId();
  const { log, token } = await store.create(run);
  const records = [{ type: "run.created", run, config: makeConfig(config) } as Event, opened, ...events].map(
    (event, place): Recorded => ({ seq: place + 1, at: clock.now() + place, by: "engine", event }),
  );
  await log.append({ expected: 0, token, records });
  const state: RunState = foldAll(records);
  const told: Report[] = [];
  const all: Ports = { ...makePorts({}, { log, token }, clock), briefs: createBriefs(), ...ports(log) };
  const world = { ports: all, state, signal: new AbortController().signal, feed: createFeed() };
  const run_ = (duty: Parameters<typeof runDuty>[0]) =>
    runDuty(duty, { ...world, tell: (report) => told.push(report) });
  return { run: run_, told, clock, log, state };
}

describe("the question of a cycle, made of the state", () => {
  const asked = async (events: readonly Event[], role: string): Promise<DeliberationQuestion> => {
    const questions: DeliberationQuestion[] = [];
    const { run, state } = await stand({
      events,
      ports: () => ({
        briefs: { ...createBriefs(), askInDeliberation: async (question) => (questions.push(question), "asked") },
      }),
    });
    const consult = [...state.consults.values()].find((each) => each.role === role);
    if (consult === undefined) throw new Error(`${role} has no cycle under way`);
    const { id, purpose, round, try: count, model } = consult;
    await run({
      key: "c",
      kind: "consult",
      ref: null,
      consult: id,
      purpose,
      round,
      try: count,
      model,
      notBefore: 0,
      reserved: null,
    });
    const [question] = questions;
    if (question === undefined) throw new Error("nothing was asked");
    return question;
  };

  it("CYC2 shows what stood when the cycle began, and marks what came since its last one", async () => {
    const question = await asked(
      [
        written("a", 1, "BETA"),
        cycle("C4", "ALPHA"),
        changed("ALPHA", 1),
        { type: "consult.ended", consult: "C4" as ConsultId, result: "used", detail: "" },
        written("a", 2, "ALPHA"),
        written("b", 1, "BETA"),
        { ...deliberationSamples["deliberation.write_refused"], deliberation, role: "ALPHA" },
        { ...deliberationSamples["deliberation.messaged"], deliberation, from: "BETA", to: "ALPHA" },
        { ...deliberationSamples["deliberation.messaged"], deliberation, from: "BETA", to: "BETA" },
        cycle("C11", "ALPHA"),
        written("b", 2, "BETA"),
        { ...deliberationSamples["deliberation.messaged"], deliberation, from: "BETA", to: "all" },
      ],
      "ALPHA",
    );
    expect(question.entries.map(({ key, version, isNew, earlier }) => ({ key, version, isNew, earlier }))).toEqual([
      { key: "a", version: 2, isNew: false, earlier: ["BETA"] },
      { key: "b", version: 1, isNew: true, earlier: [] },
    ]);
    expect(question.messages).toHaveLength(1);
    expect(question.refused).toHaveLength(1);
    expect(question).toMatchObject({
      role: "ALPHA",
      purpose: "deliberate",
      rounds: setup.limits.rounds,
      isChecked: false,
    });
  });

  it("CYC2 a vote is told as one for a version that stands no more", async () => {
    const synthesis = { section: "synthesis" } as const;
    const question = await asked(
      [
        written("plan", 1, "BETA", synthesis),
        { ...deliberationSamples["deliberation.voted"], deliberation, version: 1 },
        written("plan", 2, "ALPHA", synthesis),
        cycle("C6", "ALPHA"),
      ],
      "ALPHA",
    );
    expect(question.votes).toMatchObject([{ role: "BETA", version: 1, isCurrent: false }]);
  });
});

describe("a cycle's answer", () => {
  const consultDuty = (stood: { readonly state: RunState }): Parameters<typeof runDuty>[0] => {
    const [consult] = stood.state.consults.values();
    if (consult === undefined) throw new Error("no cycle");
    return {
      key: "c",
      kind: "consult",
      ref: null,
      consult: consult.id,
      purpose: consult.purpose,
      round: 1,
      try: 1,
      model: consult.model,
      notBefore: 0,
      reserved: null,
    };
  };

  it("CYC3 bytes of it are the agent's activity: reported now and then, and no event for a short one", async () => {
    const clock = createVirtualClock();
    const step = setup.limits.idleMs / 6;
    const stood = await stand({
      events: [cycle("C3", "ALPHA")],
      ports: () => ({
        clock,
        models: {
          check: async () => undefined,
          call: async (_request: ModelRequest, { onDelta }) => {
            for (let piece = 0; piece < 7; piece += 1) {
              onDelta({ kind: "text", text: "x" });
              clock.pass(step);
            }
            return {
              kind: "cancelled",
              usage: {
                input: 0,
                cachedRead: 0,
                cacheWrite: 0,
                output: 0,
                reasoning: 0,
                costMicros: 0,
                estimated: false,
              },
            };
          },
        },
      }),
    });
    await stood.run(consultDuty(stood));
    const heard = { type: "report.heard", deliberation, role: "ALPHA" };
    expect(stood.told).toEqual([heard, heard, heard]);
  });

  it("CYC3 what is too long for an event is stored before it is told, named by its digest", async () => {
    const long = "long ".repeat(8_000);
    const answer = {
      status: "working",
      progress: 0.5,
      confidence: 0.5,
      entries: [{ section: "solutions", key: "a", base: 0, text: long.trim(), patch: `${long}patch` }],
    };
    const stood = await stand({
      events: [cycle("C3", "ALPHA")],
      ports: () => ({
        models: {
          check: async () => undefined,
          call: async () => ({
            kind: "reply",
            text: JSON.stringify(answer),
            reasoning: "",
            calls: [],
            finish: "stop",
            usage: { input: 1, cachedRead: 0, cacheWrite: 0, output: 1, reasoning: 0, costMicros: 0, estimated: false },
          }),
        },
      }),
    });
    const report = await stood.run(consultDuty(stood));
    const texts = [long.trim(), `${long}patch`];
    expect(report).toMatchObject({
      stored: Object.fromEntries(texts.map((text) => [digest(text), expect.objectContaining({ bytes: text.length })])),
    });
    for (const text of texts) expect(await storeText(stood.log, text)).toMatchObject({ blob: digest(text) });
  });
});

const evidenceDuty: Extract<DeliberationDuty, { kind: "evidence" }> = {
  key: "evidence",
  kind: "evidence",
  deliberation,
  section: "solutions",
  entry: "a",
  version: 1,
};
const patched = [written("a", 1, "ALPHA", { patch: "--- a\n", tests: ["npm run own"] })];

describe("evidence", () => {
  const check = async (config: Partial<RunConfig>, answers: Readonly<Record<string, Partial<CommandResult>>> = {}) => {
    const ran: string[] = [];
    const workspace = {
      tryPatch: (_name: string, _patch: string, verify: (root: string) => Promise<unknown>) => verify("/tree"),
    } as unknown as Workspace;
    const { run } = await stand({
      events: patched,
      config: { workspace: "git", sandbox: "bwrap", ...config },
      ports: () => ({
        workspace: config.workspace === "none" ? undefined : workspace,
        sandbox: {
          check: async () => undefined,
          run: async ({ command }) => {
            ran.push(String(command));
            return { exitCode: 0, ended: "exit", output: "", ms: 1, ...answers[String(command)] };
          },
        },
      }),
    });
    return { ran, report: await run(evidenceDuty) };
  };

  it("EVD1 the project's checks are run, then the proposal's tests; green where all pass", async () => {
    const { ran, report } = await check({ verify: ["npm test"] });
    expect(ran).toEqual(["npm test", "npm run own"]);
    expect(report).toMatchObject({
      type: "report.evidence",
      key: "a",
      version: 1,
      result: "green",
      detail: "2 commands passed.",
    });
  });

  it("EVD1 red with the command and its output, and nothing is run after it", async () => {
    const { ran, report } = await check({ verify: ["npm test"] }, { "npm test": { exitCode: 1, output: "1 failing" } });
    expect(ran).toEqual(["npm test"]);
    expect(report).toMatchObject({ result: "red", detail: "$ npm test\n1 failing\n[exited with 1]" });
  });

  it("EVD3 without a sandbox no command of a model is run, and it is said", async () => {
    const { ran, report } = await check({ verify: ["npm test"], sandbox: "none" });
    expect(ran).toEqual(["npm test"]);
    expect(report).toMatchObject({ result: "green", detail: expect.stringContaining("Its own tests were not run") });
    const bare = await check({ verify: [], sandbox: "none" });
    expect(bare).toMatchObject({ ran: [], report: { result: "skipped" } });
  });

  it("EVD3 without a repository, or where it cannot be tried, nothing is claimed", async () => {
    expect((await check({ workspace: "none" })).report).toMatchObject({
      result: "skipped",
      detail: "This run has no git repository to try the patch in.",
    });
    const { run } = await stand({
      events: patched,
      config: { workspace: "git" },
      ports: () => ({
        workspace: {
          tryPatch: () =>
            Promise.reject(new Fault("sandbox_unavailable", "There is no bwrap.", { remedy: "Install it." })),
        } as unknown as Workspace,
      }),
    });
    expect(await run(evidenceDuty)).toMatchObject({
      result: "skipped",
      detail: "It could not be tried: There is no bwrap. Install it.",
    });
  });
});

describe("the handoff", () => {
  const aborting: Event = { ...deliberationSamples["deliberation.aborting"], deliberation };
  const duty = { key: "h", kind: "handoff", deliberation } as const;

  it("HOF1 is stored whole and named by its digest", async () => {
    const { run, log, state } = await stand({ events: [written("a", 1, "ALPHA"), aborting] });
    const report = await run(duty);
    if (report?.type !== "report.handed_off") throw new Error(`not stored: ${JSON.stringify(report)}`);
    expect(report).toMatchObject({ deliberation, at: state.seq });
    const text = new TextDecoder().decode(await log.getBlob(report.handoff.blob));
    const read = readHandoff(text, digest);
    expect(read).toMatchObject({ ok: true, handoff: { abort_reason: "timeout", proposals: [{ key: "a" }] } });
  });

  it("HOF1 a store that fails is reported, and kills nothing", async () => {
    const { run } = await stand({
      events: [aborting],
      ports: (log) => ({ log: { ...log, putBlob: () => Promise.reject(new Error("no space left on device")) } }),
    });
    expect(await run(duty)).toEqual({
      type: "report.handoff_failed",
      deliberation,
      problem: "no space left on device",
    });
  });
});
