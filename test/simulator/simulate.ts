// One seed, one run: a random plan conducted through random trouble, watched after every event.
// Safety mode: trouble to the end. Liveness mode: trouble stops after a while, and the run must come to rest.

import { createHash } from "node:crypto";
import { brokenInvariants } from "../../src/core/invariants.ts";
import { initialState, type RunState } from "../../src/core/state.ts";
import type { Duty } from "../../src/core/duties.ts";
import type { Command } from "../../src/domain/command.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { Actor, RunId } from "../../src/domain/ids.ts";
import type { Rejection } from "../../src/domain/rejection.ts";
import { deepFreeze } from "../support/deep-freeze.ts";
import { Broken, must } from "./broken.ts";
import { createChance, type Chance } from "./chance.ts";
import { createBudgetMonitor, type BudgetMonitor } from "./budget-monitor.ts";
import { createCheckMonitor, type CheckMonitor } from "./check-monitor.ts";
import { makeChecks, type Checks } from "./checks.ts";
import { deepEqual } from "./deep-equal.ts";
import { createGateMonitor, type GateMonitor } from "./gate-monitor.ts";
import { makeGoal, type Goal } from "./goals.ts";
import { makePatches } from "./patches.ts";
import { helpfulWish, makePerson, type Wish } from "./person.ts";
import { createPlanBook, type PlanBook } from "./plan-book.ts";
import { createPlanMonitor, type PlanMonitor } from "./plan-monitor.ts";
import { makeFeatures, makeRandomRun, type Features, type RandomRun } from "./random-run.ts";
import { createReplanMonitor, type ReplanMonitor } from "./replan-monitor.ts";
import { makeTierTwo, type TierTwo } from "./replans.ts";
import {
  createSteerMonitor,
  makeModelWishes,
  makeRuleWishes,
  makeSteering,
  seeModels,
  type SteerMonitor,
} from "./steering.ts";
import { createTableMonitor, isOfTable, makeTables, type TableMonitor, type Tables } from "./tables.ts";
import { checkExplained, checkSettled } from "./settled-check.ts";
import { realSystem, type System } from "./system.ts";
import { createTicketMonitor, type TicketMonitor } from "./ticket-monitor.ts";
import { atLength, makeCompactions, seeWindow, withWindows } from "./windows.ts";
import { makeCalmWorld, makeTroubledWorld, type Refs, type World } from "./world.ts";

export const modes = ["safety", "liveness"] as const;
export type SimulationMode = (typeof modes)[number];

export type Simulated = {
  /** The first rule seen broken, or undefined. */
  readonly problem: string | undefined;
  readonly steps: number;
  readonly log: readonly Recorded[];
  readonly state: RunState;
};

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const year = 365 * 86_400_000;
const hour = 3_600_000;

export function simulate(seed: number, mode: SimulationMode, system: System = realSystem): Simulated {
  const simulation = createSimulation(seed, system);
  let problem: string | undefined;
  try {
    simulation.run(mode);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // A crash of the core is a finding like any other: it is named with its place.
    problem = error instanceof Broken ? error.message : `crash: ${error.stack ?? error.message}`;
  }
  return { problem, steps: simulation.steps(), log: simulation.log(), state: simulation.state() };
}

type Simulation = {
  readonly run: (mode: SimulationMode) => void;
  readonly steps: () => number;
  readonly log: () => readonly Recorded[];
  readonly state: () => RunState;
};

/** What a step is made of; one object, so that the steps below stay short. */
type Stage = {
  readonly chance: Chance;
  readonly features: Features;
  readonly given: RandomRun;
  readonly plan: PlanBook;
  readonly tierTwo: TierTwo;
  readonly checks: Checks;
  readonly goal: Goal;
  readonly tables: Tables;
  readonly talks: TableMonitor;
  readonly planned: PlanMonitor;
  readonly checked: CheckMonitor;
  readonly replans: ReplanMonitor;
  readonly system: System;
  readonly gates: GateMonitor;
  readonly tickets: TicketMonitor;
  readonly budgets: BudgetMonitor;
  readonly steering: SteerMonitor;
  readonly log: Recorded[];
  state: RunState;
  now: number;
  token: number;
  /** Duties the engine has started, by key. */
  live: Map<string, Duty>;
  /** Reports that were given, or whose duty was stopped: they may come again, or late. */
  ghosts: { readonly key: string; readonly report: Command }[];
  readonly refs: Refs;
};

function createSimulation(seed: number, system: System): Simulation {
  const chance = createChance(seed);
  const features = makeFeatures(chance);
  const random = withWindows(makeRandomRun(chance), seed);
  const tierTwo = makeTierTwo(seed, random.config);
  const checks = makeChecks(seed, tierTwo.config);
  const goal = makeGoal(seed, { ...random, config: checks.config });
  // A copy: what persons change of it is written down in it.
  const tables = makeTables(seed, goal.run);
  const given = structuredClone(tables.run);
  const plan = createPlanBook(given.tickets);
  const wishes = [
    makePatches(seed),
    makeCompactions(seed),
    makeSteering(seed),
    makeModelWishes(seed),
    makeRuleWishes(seed),
  ];
  const stage: Stage = {
    chance,
    features,
    given,
    plan,
    tierTwo,
    checks,
    goal,
    tables,
    talks: createTableMonitor(),
    planned: createPlanMonitor(given.config),
    checked: createCheckMonitor(given.config, plan.tickets),
    replans: createReplanMonitor(given.config),
    system,
    gates: createGateMonitor(given.config, given.tickets),
    tickets: createTicketMonitor(given.config, plan),
    budgets: createBudgetMonitor(given.config, plan.tickets),
    steering: createSteerMonitor(given.config),
    log: [],
    state: initialState,
    now: 1_790_000_000_000,
    token: 1,
    live: new Map(),
    ghosts: [],
    refs: new Map(),
  };
  let steps = 0;
  const troubled = makeTroubledWorld(chance, features, stage.refs);
  const person = makePerson(chance, features);

  const trouble = (most: number): void => {
    for (let left = most; left > 0; left -= 1) {
      steps += 1;
      troubledStep(stage, troubled, person.wish);
      for (const wish of wishes) {
        const wished = wish(stage.state);
        if (wished !== undefined) ask(stage, wished);
      }
      if (stage.state.phase === "ended" && stage.live.size === 0 && !stage.features.reopens) return;
    }
  };

  const run = (mode: SimulationMode): void => {
    const { config, tickets } = tables.run;
    take(
      stage,
      { type: "run.create", run: "run_0123456789abcdef" as RunId, config, tickets },
      { by: "person:mara", expected: undefined },
    );
    trouble(mode === "safety" ? chance.int(20, 250) : chance.int(0, 80));
    if (mode === "liveness") steps += comeToRest(stage);
    refold(stage);
    checkExplained(stage.state, plan.tickets);
    if (stage.state.phase === "ended") stage.talks.finish();
  };

  return { run, steps: () => steps, log: () => stage.log, state: () => stage.state };
}

function troubledStep(stage: Stage, world: World, wish: (state: RunState) => Wish): void {
  const { chance, features } = stage;
  stage.now += chance.int(0, 3000);
  if (features.clock && chance.maybe(0.03)) stage.now += chance.pick([-year, year, -3_600_000]);
  ring(stage);
  if (features.kills && chance.maybe(0.05)) kill(stage);
  else if (features.persons && chance.maybe(0.25)) ask(stage, wish(stage.state));
  else if ((features.repeats || features.ghosts) && chance.maybe(0.15)) haunt(stage);
  else fulfilOne(stage, world);
}

const ask = (stage: Stage, wish: Wish): void => take(stage, wish.command, wish);

function fulfilOne(stage: Stage, world: World): void {
  const all = [...stage.live.values()];
  if (all.length === 0) return;
  // An alarm is what comes where nobody else does anything for long enough.
  const others = all.filter(({ kind }) => kind !== "alarm");
  const duty = stage.chance.pick(others.length > 0 ? others : all);
  if (duty.kind === "turn" || duty.kind === "consult") stage.now = Math.max(stage.now, duty.notBefore);
  if (duty.kind === "alarm") stage.now = Math.max(stage.now, duty.due);
  const report = reportOf(stage, world, duty);
  const before = stage.log.length;
  take(stage, report, { by: "engine", expected: undefined });
  must(stage.log.length > before, () => `RUN9 the report of ${duty.key} led to nothing`);
  if (duty.kind !== "alarm") stage.ghosts.push({ key: duty.key, report });
}

/** What has come due rings before anything else happens. */
function ring(stage: Stage): void {
  for (const duty of stage.live.values()) {
    if (duty.kind !== "alarm" || duty.due > stage.now || !stage.live.has(duty.key)) continue;
    take(stage, stage.tables.fulfil(duty, stage.state), { by: "engine", expected: undefined });
  }
}

function reportOf(stage: Stage, world: World, duty: Duty): Command {
  const { checks, goal, tables, tierTwo, given, state } = stage;
  if (isOfTable(duty)) return tables.fulfil(duty, state);
  const quarrel = tables.quarrel(duty, stage.refs);
  if (quarrel !== undefined) return quarrel;
  const said = checks.speak(atLength(world.fulfil(duty), given), duty);
  return tables.speak(tierTwo.speak(goal.speak(said, duty, state), duty, state), duty, state);
}

/** What comes late of a duty that is not owed any more. An alarm that rings late is only another look. */
function becomeGhost(stage: Stage, world: World, duty: Duty): void {
  if (duty.kind === "alarm") return;
  const report = isOfTable(duty) ? stage.tables.fulfil(duty, stage.state) : world.fulfil(duty);
  stage.ghosts.push({ key: duty.key, report });
}

/** A report comes twice, or late: from a duty that was stopped, a dead process, an attempt that is over. */
function haunt(stage: Stage): void {
  if (stage.ghosts.length === 0) return;
  const { key, report } = stage.chance.pick(stage.ghosts.slice(stage.chance.maybe(0.5) ? -4 : -30));
  // What is owed again under the same key may be answered by an answer that comes late. A failure names no step.
  const keys = new Set(stage.system.duties(stage.state).map((duty) => duty.key));
  // What was tried is true of its version, also where nobody waits for it any more.
  const isTrueLate = report.type === "report.failed" || report.type === "report.evidence";
  const isAwaited = keys.has(key) || keys.has(key.replace(/^merge:/, "withdraw:")) || isTrueLate;
  const before = stage.log.length;
  take(stage, report, { by: "engine", expected: undefined });
  must(isAwaited || stage.log.length === before, () => `RUN9 a ghost of ${key} was taken`);
}

/** The process dies: what it did is gone but for the log. Another one folds it and takes the run over. */
function kill(stage: Stage): void {
  const troubled = makeTroubledWorld(stage.chance, stage.features, stage.refs);
  for (const duty of stage.live.values()) {
    if (stage.features.ghosts && stage.chance.maybe(0.5)) becomeGhost(stage, troubled, duty);
  }
  stage.live = new Map();
  refold(stage);
  const late = stage.token;
  stage.token += 1;
  take(stage, { type: "run.adopt", token: stage.token, owner: "other:1" }, { by: "engine", expected: undefined });
  for (const duty of stage.live.values())
    must(duty.kind !== "turn" || duty.notBefore <= stage.now + hour, "RUN11 a wait outlasts every wait there is");
  const before = stage.log.length;
  take(stage, { type: "run.adopt", token: late, owner: "late:1" }, { by: "engine", expected: undefined });
  must(stage.log.length === before, "I2 RUN10 a late adoption was taken");
}

/** I8: the state is what the log folds to, from the first record on. */
function refold(stage: Stage): void {
  let folded = initialState;
  for (const recorded of stage.log) folded = stage.system.evolve(folded, recorded);
  must(deepEqual(folded, stage.state), "I8 RUN2 the log folds to another state");
  stage.state = folded;
}

/** Trouble has stopped. Bounded: a run that neither ends nor waits for a person by then never will. */
function comeToRest(stage: Stage): number {
  const world = makeCalmWorld(stage.chance, stage.refs);
  const isHelped = stage.chance.maybe(0.7);
  // Tier 2 may still make two tickets of one, a bounded number of times.
  const tickets = Math.max(stage.plan.tickets.length, 6) + 2 * (stage.given.config.limits.replans ?? 0);
  const talks = stage.given.config.deliberations === undefined ? 0 : 200 * tickets;
  const most = 60 * tickets * stage.given.config.limits.attempts + talks;
  for (let step = 0; step < most; step += 1) {
    stage.now += 100;
    const wish = isHelped ? helpfulWish(stage.state) : undefined;
    if (wish !== undefined) ask(stage, wish);
    else if (stage.live.size > 0) fulfilOne(stage, world);
    else {
      const { approvals, pause, pausedTickets } = stage.state;
      const isWaiting = approvals.size > 0 || pause !== null || pausedTickets.size > 0;
      must(
        stage.state.phase === "ended" || (isWaiting && !isHelped),
        "I12 RUN12 the run neither goes on, nor has ended, nor waits for a person",
      );
      return step;
    }
  }
  throw new Broken(`I12 RUN12 the run has not come to rest after ${most} steps without trouble`);
}

function take(stage: Stage, command: Command, { by, expected }: { by: Actor; expected: Wish["expected"] }): void {
  const { chance, system, state, now } = stage;
  const circumstances = { at: now, by, chance: chance.next(), digest };
  const isProbed = chance.maybe(0.08);
  if (isProbed) deepFreeze([state, command]);
  const decision = system.decide(state, command, circumstances);
  if (isProbed)
    must(
      deepEqual(system.decide(state, command, circumstances), decision),
      "RUN2 the same input gave another decision",
    );
  if (!decision.ok) {
    checkRefusal(stage, command, { rejection: decision.rejection, expected });
    return;
  }
  must(expected === undefined || expected === "any", () => `${command.type} was taken where ${expected ?? ""} was due`);
  record(stage, decision.records, { at: now, by });
  if (isProbed)
    must(deepEqual(stage.state, decision.state), "RUN2 a decision hands back another state than its records fold to");
  const broken = brokenInvariants(stage.state);
  must(broken.length === 0, () => broken.join("; "));
  stage.budgets.compare(stage.state);
  reconcile(stage);
}

function record(stage: Stage, records: readonly Recorded[], from: { at: number; by: Actor }): void {
  for (const recorded of records) {
    must(
      recorded.seq === stage.log.length + 1 && recorded.at === from.at && recorded.by === from.by,
      "I1 RUN2 a record is out of place",
    );
    stage.planned.see(stage.state, recorded);
    stage.tickets.see(stage.state, recorded);
    stage.replans.see(stage.state, recorded);
    stage.checked.see(stage.state, recorded);
    stage.gates.see(stage.state, recorded);
    stage.budgets.see(recorded);
    stage.steering.see(stage.state, recorded);
    stage.talks.see(recorded);
    seeModels(recorded, { config: stage.given.config, tickets: stage.plan.tickets });
    const before = stage.state;
    stage.state = stage.system.evolve(before, recorded);
    seeWindow(before, recorded, stage.state);
    stage.log.push(recorded);
  }
}

function checkRefusal(
  stage: Stage,
  command: Command,
  refused: { rejection: Rejection; expected: Wish["expected"] },
): void {
  const { rejection, expected } = refused;
  must(expected !== undefined, () => `${command.type} was refused: ${JSON.stringify(rejection)}`);
  if (rejection.code === "approval_answered" || rejection.code === "approval_void") {
    const known = stage.gates.settlements.get(rejection.approval);
    const told = rejection.code === "approval_void" ? rejection.reason : rejection.decision;
    must(known?.decision === told, "GATE5 the second person is told another answer");
    must(known?.isVoid === (rejection.code === "approval_void"), "GATE5 the second person is told another end");
    must(
      rejection.code === "approval_void" || known?.by === rejection.by,
      "GATE5 the second person is told another name",
    );
  } else
    must(
      expected === "any" || expected === rejection.code,
      () => `${command.type} was refused with ${rejection.code}, not ${expected ?? ""}`,
    );
}

/** The engine's part: what is owed and not under way is started, what is not owed any more is stopped. */
function reconcile(stage: Stage): void {
  const owed = stage.system.duties(stage.state);
  checkSettled(stage.state, stage.given.config, stage.plan.tickets, owed);
  const next = new Map(owed.map((duty) => [duty.key, duty]));
  for (const key of stage.tickets.leftovers())
    must(next.has(`dispose:${key}`), () => `I10 ATT12 the worktree of ${key} is forgotten`);
  if (stage.features.ghosts) {
    const troubled = makeTroubledWorld(stage.chance, stage.features, stage.refs);
    for (const [key, duty] of stage.live) if (!next.has(key)) becomeGhost(stage, troubled, duty);
  }
  stage.live = next;
  for (const report of stage.refs.values()) checkTold(stage, report);
}

/** RUN14: no ticket is called cancelled whose work has been published. */
function checkTold({ tickets }: Stage, report: Command): void {
  if (report.type !== "report.merged" || report.commit === null) return;
  const { ticket, attempt } = report;
  must(!tickets.isCancelled(ticket, attempt), () => `RUN14 ${ticket}#${attempt} is cancelled and was published`);
}
