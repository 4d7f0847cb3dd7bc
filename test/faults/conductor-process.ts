// A conductor of many runs in a process of its own, which leaves all work to machines: `node conductor-process.ts <store>`.
// Is told `ConductorTold` and says `ConductorSaid`, one JSON object a line; the end of stdin ends it.

import { randomUUID } from "node:crypto";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { makePorts } from "../../bench/scripted-world.ts";
import { createRedisLink } from "../../src/adapters/log/redis/redis-link.ts";
import { createRedisRunStore } from "../../src/adapters/log/redis/redis-run-store.ts";
import { openCrew } from "../../src/adapters/queue/crew.ts";
import { openMeeting } from "../../src/adapters/queue/meeting.ts";
import type { ApprovalId, RunId } from "../../src/domain/ids.ts";
import type { Conductor } from "../../src/engine/conductor.ts";
import { adoptRun, beginRun } from "../../src/engine/open-run.ts";
import { createPlacedHands } from "../../src/engine/machines/placed-hands.ts";
import type { OpenedRun, Ports } from "../../src/engine/ports.ts";
import { addressOf } from "../support/redis-server.ts";
import { configFor, ticketsOf, type PlannedRun } from "./planned-run.ts";

export type ConductorTold =
  | ({ readonly do: "conduct" } & PlannedRun)
  | { readonly do: "answer"; readonly run: RunId; readonly approval: ApprovalId; readonly decision: Decision }
  | { readonly do: "cpu" };
export type Decision = "approve" | "reject";
export type ConductorSaid =
  | { readonly say: "ready" }
  /** Owned, with what waits for an answer. */
  | { readonly say: "conducting"; readonly run: RunId; readonly asked: readonly ApprovalId[] }
  /** On disk. `body`: the record as JSON. */
  | { readonly say: "recorded"; readonly run: RunId; readonly seq: number; readonly body: string }
  | {
      readonly say: "answered";
      readonly run: RunId;
      readonly approval: ApprovalId;
      readonly decision: Decision;
      readonly ok: boolean;
    }
  | { readonly say: "over"; readonly run: RunId; readonly how: "ended" | "rested" | "fault"; readonly why: string }
  | { readonly say: "cpu"; readonly cpu: NodeJS.CpuUsage };

const [address = ""] = process.argv.slice(2);
const say = (line: ConductorSaid): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
const access = { address: addressOf(address), password: () => Promise.resolve(undefined) };
const meeting = await openMeeting(access);
const store = createRedisRunStore({ link: createRedisLink({ ...access, patienceMs: 20_000 }), project: "faults" });
const conductors = new Map<RunId, Conductor>();
/** How often it is tried to own a run that another process still seems to. */
const heldMs = 200;

async function own(run: RunId): Promise<OpenedRun> {
  for (;;) {
    const opened = await store.open(run);
    if ("log" in opened) return opened;
    if ("missing" in opened) return store.create(run);
    await pause(heldMs);
  }
}

async function open(planned: PlannedRun, ports: Ports): Promise<Conductor> {
  const { run } = planned;
  const [first] = ports.log.read();
  if (first !== undefined) return (await adoptRun(ports, "faults")).conductor;
  const what = { run, config: configFor(planned), tickets: ticketsOf(planned) };
  const begun = await beginRun(ports, { ...what, by: "person:test" });
  if (!begun.ok) throw new Error(begun.rejection.code);
  return begun.conductor;
}

async function conduct(planned: PlannedRun): Promise<void> {
  const { run } = planned;
  const { log, token } = await own(run);
  try {
    const crew = await openCrew(meeting, run, token);
    const ports = makePorts({ log, token, scenario: { tickets: {} } });
    const { clock } = ports;
    const hands = createPlacedHands({ run, crew, clock, remote: null, capacity: 0, newPlacement: randomUUID });
    try {
      const conductor = await open(planned, { ...ports, hands });
      conductors.set(run, conductor);
      conductor.feed.subscribe((item) => {
        if (item.kind !== "recorded" || planned.isQuiet === true) return;
        say({ say: "recorded", run, seq: item.recorded.seq, body: JSON.stringify(item.recorded) });
      });
      say({ say: "conducting", run, asked: [...conductor.state().approvals.keys()] });
      conductor.start();
      const done = await conductor.done;
      say({ say: "over", run, how: done.kind, why: done.kind === "fault" ? done.error.message : "" });
    } finally {
      conductors.delete(run);
      crew.close();
    }
  } finally {
    await log.close();
  }
}

async function answer({ run, approval, decision }: Extract<ConductorTold, { do: "answer" }>): Promise<void> {
  const submitted = await conductors
    .get(run)
    ?.submit({ type: "approval.answer", approval, decision, reason: "the test's" }, "person:test")
    .catch(() => undefined);
  if (submitted !== undefined) say({ say: "answered", run, approval, decision, ok: submitted.ok });
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const lines = createInterface({ input: process.stdin });
lines.on("line", (line) => {
  const told = JSON.parse(line) as ConductorTold;
  if (told.do === "cpu") say({ say: "cpu", cpu: process.cpuUsage() });
  else if (told.do === "answer") void answer(told);
  else conduct(told).catch((error: unknown) => say({ say: "over", run: told.run, how: "fault", why: wordsOf(error) }));
});
lines.on("close", () => process.exit(0));
say({ say: "ready" });
