// Deliberations inside runs of tickets: in every eleventh run without bounds agents talk before a ticket is worked on, and over
// conflicts that came twice. Agents of every temper; a source of chance of its own.

import type { Duty } from "../../src/core/duties.ts";
import type { RunState } from "../../src/core/state.ts";
import type { Report } from "../../src/domain/command.ts";
import { defaultDeliberationLimits, defaultThresholds, type Seat, type Setup } from "../../src/domain/deliberation.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { Digest, ModelId } from "../../src/domain/ids.ts";
import { must } from "./broken.ts";
import { createChance, type Chance } from "./chance.ts";
import { createDeliberationMonitor, type DeliberationMonitor } from "./deliberation-monitor.ts";
import type { RandomRun } from "./random-run.ts";
import type { Refs } from "./world.ts";
import { makeTemper, someAnswer, type Temper } from "./tempers.ts";

export type Tables = {
  readonly run: RandomRun;
  /** Puts an agent's answer into a report about its cycle. */
  readonly speak: (report: Report, duty: Duty, state: RunState) => Report;
  /** What else a deliberation is owed; an alarm comes when its time has come. */
  readonly fulfil: (duty: TableDuty, state: RunState) => Report;
  /** A merge that meets a conflict, in runs in which that is talked about; undefined: it goes as it goes. */
  readonly quarrel: (duty: Duty, refs: Refs) => Report | undefined;
};

export type TableDuty = Extract<Duty, { kind: "alarm" | "evidence" | "handoff" }>;

export const isOfTable = (duty: Duty): duty is TableDuty =>
  duty.kind === "alarm" || duty.kind === "evidence" || duty.kind === "handoff";

export function makeTables(seed: number, run: RandomRun): Tables {
  const chance = createChance(seed ^ 0x7461626c);
  const tempers = new Map<string, Temper>();
  const talk: Omit<Tables, "run"> = {
    speak: (report, duty, state) =>
      duty.kind === "consult" ? spoken(report, { chance, tempers, state, consult: duty.consult }) : report,
    fulfil: (duty, { seq }) => fulfilled(duty, seq, chance),
    quarrel: () => undefined,
  };
  // The monitor of budgets keeps its books of attempts' calls only.
  if (seed % 11 !== 4 || run.config.budgets !== undefined) return { run, ...talk };
  const isEverybodys = chance.maybe(0.3);
  const isQuarrelsome = chance.maybe(0.5);
  const { limits } = run.config;
  return {
    ...talk,
    quarrel: (duty, refs) => (isQuarrelsome && chance.maybe(0.6) ? conflicting(duty, refs) : undefined),
    run: {
      config: {
        ...run.config,
        // It takes two attempts to come to a talk about a conflict, and a third to use it.
        ...(isQuarrelsome ? { workspace: "git", limits: { ...limits, attempts: chance.int(3, 5) } } : {}),
        deliberations: { setup: makeSetup(chance), conflicts: chance.maybe(0.8) },
        archetypes: run.config.archetypes.map((each) => ({
          ...each,
          ...(isEverybodys ? { strategy: "deliberate" as const } : {}),
        })),
      },
      tickets: run.tickets.map((ticket) => (chance.maybe(0.4) ? { ...ticket, strategy: "deliberate" } : ticket)),
    },
  };
}

/** What was published is published, whoever looks. */
function conflicting(duty: Duty, refs: Refs): Report | undefined {
  if (duty.kind !== "merge" || refs.has(`${duty.ref.ticket}#${duty.ref.attempt}`)) return undefined;
  const failure = {
    cause: "conflict" as const,
    detail: "both changed a.ts",
    fingerprint: `conflict ${duty.ref.attempt}`,
  };
  return { type: "report.failed", ...duty.ref, failure };
}

function makeSetup(chance: Chance): Setup {
  const seat = (role: string, kind: Seat["kind"]): Seat => ({
    role,
    kind,
    model: chance.pick(["alpha/m", "beta/l", "delta/x"]) as ModelId,
  });
  return {
    seats: [
      seat("ALPHA", "proposer"),
      seat("BETA", "proposer"),
      ...(chance.maybe(0.7) ? [seat("GAMMA", "mediator")] : []),
    ],
    thresholds: { ...defaultThresholds, conflicts: chance.int(1, 3) },
    limits: {
      ...defaultDeliberationLimits,
      rounds: chance.int(1, 4),
      timeoutMs: chance.pick([40_000, 600_000]),
      errors: chance.int(1, 4),
      // Longer than any run lasts: every error counts.
      errorWindowMs: 30 * 86_400_000,
    },
    mediatorDecides: chance.maybe(0.3),
    mediatorAtOnce: chance.maybe(0.2),
    recovery: "auto",
  };
}

function fulfilled(duty: TableDuty, seq: number, chance: Chance): Report {
  const { deliberation } = duty;
  if (duty.kind === "alarm") return { type: "report.alarm", deliberation, due: duty.due };
  if (duty.kind === "evidence") {
    const { section, entry: key, version } = duty;
    const result = chance.pick(["green", "green", "red", "unfit", "skipped"] as const);
    return { type: "report.evidence", deliberation, section, key, version, result, detail: "", ms: 5 };
  }
  if (chance.maybe(0.1)) return { type: "report.handoff_failed", deliberation, problem: "no room" };
  const handoff = { blob: "a".repeat(64) as Digest, bytes: 2, head: "{}" };
  return { type: "report.handed_off", deliberation, at: seq, handoff };
}

type Cycle = {
  readonly chance: Chance;
  /** By deliberation and role: nobody changes in the middle of a talk. */
  readonly tempers: Map<string, Temper>;
  readonly state: RunState;
  readonly consult: Extract<Duty, { kind: "consult" }>["consult"];
};

function spoken(report: Report, { chance, tempers, state, consult: id }: Cycle): Report {
  const consult = state.consults.get(id);
  const deliberation = consult?.deliberation ? state.deliberations.get(consult.deliberation) : undefined;
  const agent = deliberation?.agents.find(({ role }) => role === consult?.role);
  if (report.type !== "report.consulted" || deliberation === undefined || agent === undefined) return report;
  const name = `${deliberation.id} ${agent.role}`;
  const temper = tempers.get(name) ?? makeTemper(chance);
  tempers.set(name, temper);
  const said =
    consult?.purpose === "synthesise"
      ? { key: "rescue", text: "What is left." }
      : someAnswer(chance, { deliberation, agent, temper });
  const text = chance.maybe(0.05) ? "prose" : JSON.stringify(said);
  return { ...report, answer: text, text };
}

export type TableMonitor = {
  readonly see: (recorded: Recorded) => void;
  /** The run has ended: so has everybody's talk. */
  readonly finish: () => void;
};

/** One monitor for each deliberation; it reads the log of its own alone. */
export function createTableMonitor(): TableMonitor {
  const monitors = new Map<string, DeliberationMonitor>();
  const byConsult = new Map<string, DeliberationMonitor>();
  const about = new Map<string, number>();
  return {
    see: (recorded) => {
      const { event } = recorded;
      if (event.type === "deliberation.opened") {
        const name = `${event.purpose} of ${event.ticket ?? ""}`;
        about.set(name, (about.get(name) ?? 0) + 1);
        must(about.get(name) === 1, `DSTR1 DSTR4 ${name} is deliberated twice`);
        monitors.set(event.deliberation, createDeliberationMonitor());
      }
      if (event.type === "consult.started" && event.deliberation !== undefined) {
        const own = monitors.get(event.deliberation);
        if (own !== undefined) byConsult.set(event.consult, own);
      }
      if ("deliberation" in event && event.type.startsWith("deliberation."))
        monitors.get(event.deliberation ?? "")?.see(recorded);
      else if ("consult" in event) byConsult.get(event.consult)?.see(recorded);
    },
    finish: () => {
      for (const monitor of monitors.values()) monitor.finish();
    },
  };
}
