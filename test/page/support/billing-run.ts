// A big run to look at: a plan of tracks in layers, worked on by the real rules with made-up workers, reproducible from
// its seed. It is left in the middle of its work: some tickets done, some under way, some held, some failed.

import { createHash } from "node:crypto";
import { decide } from "../../../src/core/decide.ts";
import { duties, refOf, type Duty } from "../../../src/core/duties.ts";
import { initialState, type RunState } from "../../../src/core/state.ts";
import type { Command, Report } from "../../../src/domain/command.ts";
import { defaultLanes, defaultLimits, type RunConfig } from "../../../src/domain/config.ts";
import type { Recorded } from "../../../src/domain/event.ts";
import type { Actor, ModelId, RunId, TicketId } from "../../../src/domain/ids.ts";
import type { Ticket } from "../../../src/domain/ticket.ts";
import { workerReply } from "./worker-talk.ts";

export type BillingOptions = {
  readonly tickets: number;
  /** Of the plan, how many are to be settled before it is left; 1: all. */
  readonly share?: number;
  readonly seed?: number;
};

export type BillingRun = { readonly run: RunId; readonly state: RunState; readonly records: readonly Recorded[] };

const tracks = [
  "Ledger core",
  "Event ingest",
  "Public API",
  "Reconciliation",
  "Reporting",
  "Migration",
  "Operations",
  "Customer portal",
] as const;

const subjects = [
  "Fence stale writers",
  "Currency rounding rules",
  "Replay from checksum",
  "Append-only journal",
  "Retry with jitter",
  "Schema registry client",
  "Batch flush on idle",
  "Cursor pagination",
  "Idempotent retries",
  "Audit trail endpoint",
  "Backfill opening balances",
  "Webhook subscriptions",
  "Signature verification",
  "Clock skew guard",
  "Rate limit by key",
  "Sampling policy",
  "Rollback rehearsal",
  "Dispute timeline",
] as const;
const endings = ["", " for credits", " v2", " with tests", " in EU region", " behind a flag", " for refunds"] as const;

export const models = ["anthropic/claude-sonnet-5", "anthropic/claude-opus-4-8", "openai/gpt-5.2-mini"] as ModelId[];

/** Mulberry32: a number in [0, 1) that depends on the seed alone. */
export function seeded(seed: number): () => number {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

export function billingPlan(count: number, chance: () => number): readonly Ticket[] {
  const perTrack = Math.ceil(count / tracks.length);
  const idAt = (track: number, place: number): TicketId => `T-${place * tracks.length + track + 1}` as TicketId;
  const plan: Ticket[] = [];
  for (let place = 0; place < perTrack; place += 1) {
    for (let track = 0; track < tracks.length && plan.length < count; track += 1) {
      const own = place < 2 ? [] : [idAt(track, place - 2 + Math.floor(chance() * 2))];
      const other = place > 2 && chance() < 0.18 ? [idAt(Math.floor(chance() * tracks.length), place - 3)] : [];
      plan.push({
        id: idAt(track, place),
        title: `${subjects[(place * 5 + track * 3) % subjects.length] ?? ""}${endings[(place + track) % endings.length] ?? ""}`,
        description: "Carry the fence token into append() so that a stale writer is rejected after a failover.",
        dependsOn: [...new Set([...own, ...other])].filter((id) => plan.some((each) => each.id === id)),
        contextFiles: ["src/ledger/journal.ts"],
        touches: ["src/**"],
        verify: [],
        models: [],
        archetype: place % 9 === 4 ? "architect" : "worker",
        weight: 1 + Math.floor(chance() * 4),
        startRung: 0,
        track: tracks[track] ?? "",
      });
    }
  }
  return plan;
}

export const billingConfig: RunConfig = {
  title: "Move billing to an event-sourced ledger",
  project: { root: "/home/ann/work/billing", branch: "main", base: "4be2f1a".padEnd(40, "0") },
  workspace: "none",
  sandbox: "bwrap",
  mode: "async",
  attended: true,
  lanes: { ...defaultLanes, run: 16 },
  limits: defaultLimits,
  budgets: { run: { costMicros: 40_000_000 } },
  cards: Object.fromEntries(
    models.map((model, place) => [
      model,
      {
        price: { input: 3_000_000, cachedRead: 300_000, cacheWrite: 3_750_000, output: 15_000_000 / (place + 1) },
        window: 200_000,
      },
    ]),
  ),
  archetypes: ["worker", "architect"].map((name, place) => ({
    name,
    tier: 3,
    models: [models[place] ?? ("" as ModelId), models[1] ?? ("" as ModelId)],
    trust: "auto",
    tools: ["read", "list", "search", "edit", "write", "run"],
    prompt: "You work on one ticket of a plan.",
    overheadBytes: 6_400,
  })),
  rules: [],
  verify: [],
};

export function makeBillingRun({ tickets: count, share = 0.5, seed = 42 }: BillingOptions): BillingRun {
  const chance = seeded(seed);
  const run = "run_0billing0sample0" as RunId;
  const records: Recorded[] = [];
  let state = initialState;
  let at = Date.UTC(2026, 10, 20, 14, 2);
  const take = (command: Command, by: Actor = "engine"): void => {
    const decided = decide(state, command, { at, by, chance: chance(), digest });
    if (!decided.ok) throw new Error(`${command.type}: ${JSON.stringify(decided.rejection)}`);
    state = decided.state;
    records.push(...decided.records);
  };
  take({ type: "run.create", run, config: billingConfig, tickets: billingPlan(count, chance) }, "person:ann");
  const isLeft = (): boolean => state.counts.completed + state.counts.failed + state.counts.blocked >= count * share;
  while (!isLeft() || share === 1) {
    const owed = duties(state);
    const duty = owed[Math.floor(chance() * owed.length)];
    if (duty === undefined) break;
    at += Math.floor(chance() * 900);
    const isFatal = duty.kind === "turn" && ((duty.index > 150 && duty.index % 71 === 41) || chance() < 0.01);
    take(isFatal ? giveUp(duty) : answer(duty, state, chance));
  }
  holdSome({ count: share === 1 ? 0 : 4, take, next: () => duties(state), state: () => state, chance });
  return { run, state, records };
}

type Holding = {
  readonly count: number;
  readonly take: (command: Command, by?: Actor) => void;
  readonly next: () => readonly Duty[];
  readonly state: () => RunState;
  readonly chance: () => number;
};

/** A few workers are put on trust "step" and come to a gate. */
function holdSome({ count, take, next, state, chance }: Holding): void {
  const running = [...state().attempts.values()].slice(0, count);
  for (const { ticket } of running) take({ type: "ticket.set_trust", ticket, trust: "step" }, "person:ann");
  for (let tries = 0; tries < 400 && state().approvals.size < count; tries += 1) {
    const duty = next().find((each) => running.some(({ ticket }) => ticket === refOf(each)?.ticket));
    if (duty === undefined) return;
    take(answer(duty, state(), chance));
  }
}

const giveUp = (duty: Extract<Duty, { kind: "turn" }>): Report => ({
  type: "report.failed",
  ...duty.ref,
  failure: {
    cause: "worker_blocked",
    detail: "BLOCKED: the migration needs a column that no ticket adds.",
    fingerprint: "blocked",
  },
});

/** What a made-up worker reports of a step. */
export function answer(duty: Duty, state: RunState, chance: () => number): Report {
  switch (duty.kind) {
    case "prepare":
      return {
        type: "report.prepared",
        ...duty.ref,
        base: "4be2f1a",
        branch: "b",
        prompt: promptOf(state, duty),
        omitted: [],
      };
    case "turn":
      return workerReply(duty, chance);
    case "tool":
      return {
        type: "report.tool",
        ...duty.ref,
        turn: duty.turn,
        call: duty.call,
        ok: true,
        output: duty.tool === "run" ? "49 passed, 0 failed\n" : "done: 2 places changed in src/ledger/journal.ts\n",
        ms: 38 + Math.floor(chance() * 4_000),
        changed: duty.tool === "edit" ? ["src/ledger/journal.ts"] : [],
      };
    case "verify":
      return { type: "report.verified", ...duty.ref, round: duty.round, ms: 2_100, commands: 1 };
    case "merge":
      return { type: "report.merged", ...duty.ref, commit: "8f3a1c".padEnd(40, "0"), verified: "merged", ms: 140 };
    case "withdraw":
      return { type: "report.withdrawn", ...duty.ref };
    case "dispose":
      return { type: "report.disposed", ...duty.ref };
    case "consult":
      throw new Error("a run that came with its tickets consults nobody");
    case "alarm":
    case "evidence":
    case "handoff":
      throw new Error("nobody deliberates in this run");
    default:
      return duty satisfies never;
  }
}

const promptOf = (state: RunState, { index }: { readonly index: number }): string =>
  `Ticket: ${state.graph.tickets[index]?.title ?? ""}\n\n${state.graph.tickets[index]?.description ?? ""}`;
