// Deliberations on a clock of their own, with agents that do anything: they agree, turn, wait, ramble, break, and vote for
// what they were shown. Processes die, reports come late and twice, persons interfere. A monitor reads the log alone.

import { isDeepStrictEqual } from "node:util";
import { brokenInvariants } from "../../src/core/invariants.ts";
import { initialState, type RunState } from "../../src/core/state.ts";
import type { Agent, Deliberation } from "../../src/core/deliberation/state.ts";
import type { Duty } from "../../src/core/duties.ts";
import type { Command, Report } from "../../src/domain/command.ts";
import {
  defaultDeliberationLimits,
  defaultThresholds,
  type DeliberationConfig,
  type Seat,
} from "../../src/domain/deliberation.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { Digest, ModelId, RunId } from "../../src/domain/ids.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import { makeConfig } from "../core/story.ts";
import { digest, start } from "../support/given.ts";
import { Broken, must } from "./broken.ts";
import { createChance, type Chance } from "./chance.ts";
import { createDeliberationMonitor } from "./deliberation-monitor.ts";
import { goalOf, lastWord, PlanWatch, tierAnswer, withPlans } from "./planning-tables.ts";
import { realSystem, type System } from "./system.ts";
import { makeTemper, someAnswer, type Temper } from "./tempers.ts";

export type DeliberationSimulation = {
  readonly log: readonly Recorded[];
  readonly outcome: string;
  readonly problem: string | undefined;
};

const mostSteps = 3_000;
/** Longer than any deliberation lasts. */
const longest = 30 * 86_400_000;

/** `plan`: the table makes the plan of a goal. */
export type Purpose = "question" | "plan";

export function simulateDeliberation(
  seed: number,
  system: System = realSystem,
  purpose: Purpose = "question",
): DeliberationSimulation {
  const simulation = new Simulation(seed, system, purpose);
  try {
    simulation.run();
    return simulation.told(undefined);
  } catch (error) {
    if (error instanceof Broken) return simulation.told(error.message);
    return simulation.told(`${error instanceof Error ? error.stack : String(error)}`);
  }
}

type Owed = { readonly duty: Duty; readonly at: number; readonly report: () => Command };

class Simulation {
  readonly #chance: Chance;
  /** Of its own, so that seeds are the deliberations they were before errors were told. */
  readonly #errors: Chance;
  readonly #system: System;
  readonly #log: Recorded[] = [];
  readonly #monitor = createDeliberationMonitor();
  readonly #owed = new Map<string, Owed>();
  readonly #ghosts: Command[] = [];
  readonly #tempers = new Map<string, Temper>();
  readonly #isTroubled: boolean;
  #state: RunState = initialState;
  #now: number = start;
  #token = 0;

  readonly #plan: PlanWatch | undefined;

  constructor(seed: number, system: System, purpose: Purpose) {
    this.#plan = purpose === "plan" ? new PlanWatch() : undefined;
    this.#chance = createChance(seed);
    this.#system = system;
    this.#errors = createChance(seed ^ 0x65727273);
    this.#isTroubled = this.#chance.maybe(0.5);
  }

  told(problem: string | undefined): DeliberationSimulation {
    const [one] = this.#state.deliberations.values();
    return { log: this.#log, outcome: one?.result?.outcome ?? "none", problem };
  }

  run(): void {
    this.#do({ type: "run.create", run: "run_0123456789abcdef" as RunId, config: this.#config(), tickets: [] });
    let steps = 0;
    for (; this.#state.phase !== "ended" && steps < mostSteps; steps += 1) this.#step();
    must(this.#state.phase === "ended", () => `no end after ${mostSteps} steps`);
    this.#afterTheEnd();
    let folded = initialState;
    for (const recorded of this.#log) folded = this.#system.evolve(folded, recorded);
    must(isDeepStrictEqual(folded, this.#state), "the log folds to another state");
  }

  #config(): ReturnType<typeof makeConfig> {
    const chance = this.#chance;
    const seat = (role: string, kind: Seat["kind"], at: number): Seat => ({
      role,
      kind,
      model: `p${chance.maybe(0.7) ? at : 0}/m` as ModelId,
    });
    const proposers = ["ALPHA", "BETA", "DELTA"].slice(0, chance.maybe(0.8) ? 2 : 3);
    const seats = proposers.map((role, at) => seat(role, "proposer", at));
    if (chance.maybe(0.8)) seats.push(seat("GAMMA", "mediator", 3));
    const joint = makeTemper(chance);
    // One that is against it and others that are for it: few seeds come to that of themselves.
    const isSplit = chance.maybe(0.1);
    const isAgainst = (role: string): boolean => role === "BETA";
    for (const { role } of seats)
      if (isSplit) this.#tempers.set(role, isAgainst(role) ? "opposed" : "settled");
      else this.#tempers.set(role, chance.maybe(0.6) ? joint : makeTemper(chance));
    const own: DeliberationConfig = {
      objective: { text: "Choose.", constraints: [], success: [], subtasks: [] },
      setup: {
        seats,
        thresholds: {
          ...defaultThresholds,
          conflicts: chance.int(1, 4),
          success: chance.pick([0.5, 1]),
          stuck: chance.int(1, 2),
        },
        limits: {
          ...defaultDeliberationLimits,
          rounds: chance.int(1, 7),
          timeoutMs: chance.pick([40_000, 600_000, 600_000, 600_000]),
          messages: chance.int(1, 20),
          errors: this.#errors.int(1, 8),
          errorWindowMs: this.#errors.pick([5_000, longest]),
        },
        mediatorDecides: chance.maybe(0.3),
        mediatorAtOnce: chance.maybe(0.2),
        recovery: "auto",
      },
    };
    return makeConfig({
      mode: chance.maybe(0.2) ? "linear" : "async",
      ...(chance.maybe(0.15) ? { budgets: { run: { turns: chance.int(1, 14) } } } : {}),
      ...(this.#plan === undefined ? { deliberation: own } : goalOf(own.setup)),
    });
  }

  #do(command: Command): void {
    const { state } = this;
    const decision = this.#system.decide(state, command, { at: this.#now, by: "engine", chance: 0.5, digest });
    if (!decision.ok) return;
    for (const recorded of decision.records) this.#see(recorded);
    this.#log.push(...decision.records);
    this.#state = decision.state;
    const broken = brokenInvariants(this.#state);
    must(broken.length === 0, () => `after ${command.type}: ${broken.join("; ")}`);
  }

  #see(recorded: Recorded): void {
    const { event } = recorded;
    this.#plan?.see(recorded);
    const isTiers = event.type === "run.ended" || (event.type === "consult.started" && event.role === undefined);
    if (this.#plan === undefined || !isTiers) this.#monitor.see(recorded);
  }

  private get state(): RunState {
    return this.#state;
  }

  #step(): void {
    this.#takeUp();
    const chance = this.#chance;
    if (this.#isTroubled && this.#errors.maybe(0.04)) this.#tellOfAnError();
    if (this.#isTroubled && chance.maybe(0.06)) return this.#trouble();
    const next = [...this.#owed.values()].toSorted((a, b) => a.at - b.at)[0];
    if (this.state.pause !== null && chance.maybe(0.5)) {
      this.#now += chance.int(1, 400_000);
      return this.#do({ type: "run.resume" });
    }
    if (next === undefined || !Number.isFinite(next.at)) {
      must(this.state.pause !== null || next !== undefined, "nothing is owed and the deliberation goes on");
      this.#now += 1_000;
      return;
    }
    this.#now = Math.max(this.#now, next.at);
    this.#owed.delete(next.duty.key);
    const report = next.report();
    if (chance.maybe(0.2)) this.#ghosts.push(report);
    this.#do(report);
  }

  /** What no plan has: a dead process, a ghost, a person. */
  #trouble(): void {
    const chance = this.#chance;
    if (this.#ghosts.length > 0 && chance.maybe(0.3)) return this.#do(chance.pick(this.#ghosts));
    const deliberation = [...this.state.deliberations.keys()][0];
    if (deliberation === undefined) return;
    const roles = [...this.#tempers.keys()];
    switch (chance.int(0, 6)) {
      case 0:
        for (const { report } of this.#owed.values()) if (chance.maybe(0.3)) this.#ghosts.push(report());
        this.#owed.clear();
        this.#now += chance.int(0, 3_600_000);
        this.#token += 1;
        return this.#do({ type: "run.adopt", token: this.#token, owner: "b" });
      case 1:
      case 2:
        return this.#do({ type: "run.pause", reason: "", drain: chance.maybe(0.5) });
      case 3:
        return chance.maybe(0.5) ? this.#do({ type: "run.abort", reason: "enough" }) : undefined;
      case 4: {
        const reason = "policy";
        if (chance.maybe(0.3))
          this.#do({ type: "deliberation.revoke", deliberation, roles: [chance.pick(roles)], reason });
        return;
      }
      case 5:
        return this.#do({ type: "deliberation.tell", deliberation, to: chance.pick(roles), text: "Go on." });
      default:
        return this.#claim();
    }
  }

  #tellOfAnError(): void {
    const [one] = this.state.deliberations.values();
    // What is told of a table that a run goes on without is noted, and nothing follows of it.
    if (one === undefined || one.result !== null) return;
    const { id: deliberation } = one;
    const severity = this.#errors.pick(["low", "high"] as const);
    const incident = { kind: "reported", severity, detail: `error ${this.#errors.int(1, 30)}` } as const;
    const agent = this.#errors.maybe(0.8) ? this.#errors.pick([...this.#tempers.keys()]) : undefined;
    this.#do({ type: "deliberation.report_incident", deliberation, incident, agent });
  }

  #claim(): void {
    const [deliberation] = this.state.deliberations.keys();
    if (deliberation === undefined) return;
    const run = `run_${this.#chance.int(1, 9)}` as RunId;
    this.#do({
      type: "deliberation.claim_recovery",
      deliberation,
      run,
      generation: 2,
      why: "policy",
      changes: ["more"],
    });
  }

  #afterTheEnd(): void {
    for (let times = this.#chance.int(1, 4); times > 0; times -= 1) {
      for (const ghost of this.#ghosts) this.#do(ghost);
      this.#claim();
    }
    this.#monitor.finish();
  }

  #takeUp(): void {
    const owed = new Map(this.#system.duties(this.state).map((duty) => [duty.key, duty]));
    must(owed.size === this.#system.duties(this.state).length, "two duties share a key");
    for (const [key, { report }] of this.#owed) {
      if (owed.has(key)) continue;
      if (this.#chance.maybe(0.3)) this.#ghosts.push(report());
      this.#owed.delete(key);
    }
    for (const [key, duty] of owed) if (!this.#owed.has(key)) this.#owed.set(key, this.#begin(duty));
  }

  #begin(duty: Duty): Owed {
    const chance = this.#chance;
    const at = this.#now;
    switch (duty.kind) {
      case "alarm":
        return {
          duty,
          at: duty.due,
          report: () => ({ type: "report.alarm", deliberation: duty.deliberation, due: duty.due }),
        };
      case "evidence": {
        const { deliberation, section, entry: key, version } = duty;
        const result = chance.pick(["green", "green", "red", "unfit", "skipped"] as const);
        const checked = { deliberation, section, key, version, result, detail: "", ms: 5 } as const;
        return { duty, at: at + chance.int(1, 20_000), report: () => ({ type: "report.evidence", ...checked }) };
      }
      case "handoff": {
        const { deliberation } = duty;
        if (chance.maybe(0.1))
          return { duty, at, report: () => ({ type: "report.handoff_failed", deliberation, problem: "no room" }) };
        const handoff = { blob: "a".repeat(64) as Digest, bytes: 2, head: "{}" };
        const seq = this.state.seq;
        return { duty, at, report: () => ({ type: "report.handed_off", deliberation, at: seq, handoff }) };
      }
      case "consult":
        return this.#ask(duty);
      default:
        throw new Error(`a deliberation owes no ${duty.kind}`);
    }
  }

  #ask(duty: Extract<Duty, { kind: "consult" }>): Owed {
    const chance = this.#chance;
    const consult = this.state.consults.get(duty.consult);
    const [deliberation] = this.state.deliberations.values();
    const agent = deliberation?.agents.find(({ role }) => role === consult?.role);
    if (consult?.role === null && this.#plan !== undefined) return this.#askTier(duty, consult.track);
    if (consult === undefined || deliberation === undefined || agent === undefined) throw new Error("nobody's cycle");
    const ref = { consult: duty.consult, round: duty.round, try: duty.try };
    const at = Math.max(this.#now, duty.notBefore);
    const fate = chance.next();
    const temper = this.#tempers.get(agent.role) ?? "calm";
    const failed = (code: "bad_request" | "rate_limited" | "overloaded" | "quota"): Report => ({
      type: "report.consult_failed",
      ...ref,
      code,
      detail: "no",
      usage: zeroUsage,
      ms: 5,
    });
    if (fate < 0.05 || temper === "dead")
      return {
        duty,
        at: at + 500,
        report: () =>
          failed(
            temper === "dead" ? "bad_request" : chance.pick(["rate_limited", "overloaded", "quota", "bad_request"]),
          ),
      };
    if (temper === "mute" || fate < 0.07) return { duty, at: Infinity, report: () => failed("overloaded") };
    const answer = this.#answer(deliberation, agent, { temper, isLast: duty.purpose === "synthesise" });
    const report: Report = {
      type: "report.consulted",
      ...ref,
      input: "?",
      text: answer,
      answer,
      calledTools: false,
      finish: "stop",
      usage: zeroUsage,
      ms: 5,
    };
    return { duty, at: at + chance.int(100, 15_000), report: () => report };
  }

  #answer(
    deliberation: Deliberation,
    agent: Agent,
    { temper, isLast }: { readonly temper: Temper; readonly isLast: boolean },
  ): string {
    if (this.#chance.maybe(0.03)) return "prose";
    const isPlan = this.#plan !== undefined;
    if (isLast) return JSON.stringify(isPlan ? lastWord(this.#chance) : { key: "rescue", text: "What is left." });
    const answer = someAnswer(this.#chance, { deliberation, agent, temper });
    return JSON.stringify(isPlan ? withPlans(this.#chance, answer) : answer);
  }

  #askTier(duty: Extract<Duty, { kind: "consult" }>, track: string | null): Owed {
    const answer = tierAnswer(this.#chance, duty.purpose, track);
    const said = {
      input: "?",
      text: answer,
      answer,
      calledTools: false,
      finish: "stop",
      usage: zeroUsage,
      ms: 5,
    } as const;
    const ref = { consult: duty.consult, round: duty.round, try: duty.try };
    return {
      duty,
      at: Math.max(this.#now, duty.notBefore) + 500,
      report: () => ({ type: "report.consulted", ...ref, ...said }),
    };
  }
}
