// One run over machines, with trouble, on a clock that only moves when everybody has done what they could: the engine's
// own conductors and desks, over a queue, a network and a remote of the test's.

import { adoptRun, beginRun } from "../../src/engine/open-run.ts";
import { createMemoryRunStore } from "../../src/adapters/log/memory-log.ts";
import type { Conductor } from "../../src/engine/conductor.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { Recorded } from "../../src/domain/event.ts";
import { createOrderDesk, type OrderDesk } from "../../src/engine/machines/order-desk.ts";
import { createPlacedHands } from "../../src/engine/machines/placed-hands.ts";
import type { Clock, EventLog, ModelReply, Models, Ports, Tools } from "../../src/engine/ports.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import { createChance, type Chance } from "../simulator/chance.ts";
import { makeConfig, makePorts, makeTicket } from "../support/conducted.ts";
import { createQuickClock, Process, type QuickClock } from "./quick-clock.ts";
import { Remote, type Published, type Tree } from "./remote.ts";
import { Yard, type YardFaults } from "./yard.ts";
import { createVirtualClock } from "../support/virtual-clock.ts";
import type { TicketId } from "../../src/domain/ids.ts";

const leaseMs = 10_000;
const noFaults: YardFaults = { lose: 0, double: 0, late: 5, unaware: 0 };

export type Simulated = {
  readonly problem: string | undefined;
  readonly records: readonly Recorded[];
  readonly published: readonly Published[];
  readonly seconds: number;
  readonly messages: number;
  readonly machines: number;
};

export type SimulateOptions = {
  readonly trouble: boolean;
  /** Real machines' part in it: what another kind of world changes about the yard. */
  readonly meddle?: (yard: Yard) => void;
};

export const simulateMachines = (seed: number, options: SimulateOptions = { trouble: true }): Promise<Simulated> =>
  new World(seed, options).play();

type Machine = { readonly process: Process; readonly desk: OrderDesk };

class World {
  readonly #chance: Chance;
  readonly #clock: QuickClock;
  readonly #yard: Yard;
  readonly #remote: Remote;
  readonly #store = createMemoryRunStore();
  readonly #machines: Machine[] = [];
  readonly #problems: string[] = [];
  readonly #options: SimulateOptions;
  readonly #capacity: number | undefined;
  readonly #run: RunId;
  /** By ticket: how many turns before the last one. */
  readonly #turns = new Map<string, number>();
  #conductor: Conductor | undefined;
  #host: Process | undefined;
  #made = 0;
  #isOver = false;
  #isCalm = false;

  constructor(seed: number, options: SimulateOptions) {
    this.#options = options;
    this.#chance = createChance(seed);
    const chance = this.#chance;
    this.#clock = createQuickClock(() => chance.next());
    const faults = options.trouble
      ? {
          lose: chance.pick([0, 0.02, 0.2]),
          double: chance.pick([0, 0.05, 0.3]),
          late: chance.pick([5, 200, 3_000]),
          unaware: chance.pick([0, 0, 4_000]),
        }
      : noFaults;
    this.#yard = new Yard({ clock: this.#clock, chance, leaseMs, faults });
    options.meddle?.(this.#yard);
    this.#remote = new Remote(chance);
    this.#capacity = chance.pick([undefined, 0, 0, 1]);
    this.#run = this.#clock.newRunId();
  }

  async play(): Promise<Simulated> {
    const machines = this.#chance.int(1, 4);
    for (let made = 0; made < machines; made += 1) this.#addMachine();
    await this.#begin();
    if (this.#options.trouble) this.#plan();
    else this.#isCalm = true;
    await this.#pass(() => this.#isOver, 40_000);
    const records = await this.#read();
    if (!this.#isOver) this.#problems.push(`the run does not come to its end: ${this.#where()}`);
    else await this.#tidy();
    this.#check(records);
    return {
      problem: this.#problems[0],
      records,
      published: this.#remote.published,
      seconds: Math.round(this.#clock.elapsed() / 1000),
      messages: this.#yard.messages,
      machines: this.#made,
    };
  }

  // ---- what happens --------------------------------------------------------------------------------------------

  /** Trouble for a while; then none, and the run has to come to its end. */
  #plan(): void {
    const until = this.#clock.now() + this.#chance.int(10_000, 60_000);
    const next = (): void => {
      if (this.#isOver) return;
      if (this.#clock.now() >= until) return this.#calm();
      this.#trouble();
      this.#in(this.#chance.int(300, 6_000), next);
    };
    this.#in(this.#chance.int(200, 3_000), next);
  }

  #in(ms: number, what: () => void): void {
    this.#clock.wake(this.#clock.now() + ms, what);
  }

  #trouble(): void {
    const up = this.#machines.filter(({ process }) => process.standing === "up");
    const roll = this.#chance.int(1, 10);
    const machine = up.length === 0 ? undefined : this.#chance.pick(up);
    if (roll === 1) this.#addMachine();
    else if (roll === 2) void this.#killConductor();
    else if (roll === 3) void this.#restConductor();
    else if (roll === 4) this.#abortTicket();
    else if (machine === undefined) this.#addMachine();
    else if (roll === 5) void this.#drain(machine);
    else if (roll === 6) this.#yard.down(machine.process, "dead");
    else {
      this.#yard.down(machine.process, roll <= 8 ? "frozen" : "cut");
      this.#in(this.#chance.int(100, 40_000), () => this.#yard.thaw(machine.process));
    }
  }

  #calm(): void {
    this.#isCalm = true;
    this.#yard.isCalm = true;
    for (const { process } of this.#machines) this.#yard.thaw(process);
    if (!this.#machines.some(({ process }) => process.standing === "up")) this.#addMachine();
    this.#addMachine();
  }

  #abortTicket(): void {
    const attempts = [...(this.#conductor?.state().attempts.values() ?? [])];
    if (attempts.length === 0 || this.#chance.maybe(0.5)) return;
    const { ticket } = this.#chance.pick(attempts);
    void this.#conductor
      ?.submit({ type: "ticket.abort", ticket, reason: "so it is wished" }, "person:ann")
      .catch(() => {});
  }

  async #drain(machine: Machine): Promise<void> {
    await machine.desk.drain(this.#chance.pick([0, 500, 5_000]));
    this.#yard.leave(machine.process);
  }

  async #killConductor(): Promise<void> {
    if (this.#host === undefined) return;
    this.#yard.down(this.#host, "dead");
    this.#host = undefined;
    this.#conductor = undefined;
    this.#store.abandon(this.#run);
    this.#in(this.#chance.int(100, 15_000), () => void this.#adopt());
  }

  async #restConductor(): Promise<void> {
    const [conductor, host] = [this.#conductor, this.#host];
    if (conductor === undefined || host === undefined) return;
    this.#host = undefined;
    await conductor.stop(this.#chance.pick([0, 1_000]));
    if (this.#isOver || host.standing === "dead") return;
    host.become("dead");
    this.#conductor = undefined;
    this.#store.abandon(this.#run);
    this.#in(this.#chance.int(100, 5_000), () => void this.#adopt());
  }

  // ---- who takes part ------------------------------------------------------------------------------------------

  #addMachine(): void {
    this.#made += 1;
    const name = `machine-${this.#made}`;
    const process = new Process(name, this.#clock);
    const capacity = this.#chance.int(1, 3);
    const bench = this.#yard.benchFor(process, { labels: ["provider:scripted"], capacity });
    const travelling = this.#remote.machine(process);
    const { workspace: _none, ...ports } = this.#portsOf(process);
    const desk = createOrderDesk({
      bench,
      clock: process.clock,
      capacity,
      machine: { host: name, id: name },
      portsFor: () => Promise.resolve({ ...ports, travelling }),
      times: { forsakenMs: 20_000 },
      onDrain: () => void desk.drain(0),
      onNews: (news) => {
        if (news.kind === "problem") this.#problems.push(`${name}: ${String(news.error)}`);
      },
    });
    this.#machines.push({ process, desk });
    desk.start();
  }

  #portsOf(process: Process, log?: { log: EventLog; token: number }): Ports {
    const stage = { models: this.#modelsOf(process.clock) };
    const opened = log ?? { log: blobless, token: 0 };
    const made = makePorts(stage, opened, createVirtualClock());
    return { ...made, clock: process.clock, tools: this.#toolsOf(process, made.tools) };
  }

  /** Two pokes a turn, then the end; what a call leaves is named after it. */
  #modelsOf(clock: Clock): Models {
    return {
      check: () => Promise.resolve(undefined),
      call: ({ step }, { signal, onDelta }) =>
        new Promise((resolve) => {
          signal.addEventListener("abort", () => resolve({ kind: "cancelled", usage: zeroUsage }), { once: true });
          if (!("turn" in step)) throw new Error("no tier is asked here");
          const { ticket, attempt, turn } = step;
          onDelta({ kind: "text", text: "..." });
          const calls = [0, 1].map((call) => ({
            id: `c${call}`,
            name: "poke",
            args: JSON.stringify({ effect: `${ticket}#${attempt}/${turn}.${call}` }),
          }));
          const end = [{ id: "f", name: "finish", args: JSON.stringify({ outcome: "completed", summary: "done" }) }];
          const isLast = turn > (this.#turns.get(ticket) ?? 0);
          const reply: ModelReply = {
            kind: "reply",
            text: "",
            reasoning: "",
            calls: isLast ? end : calls,
            finish: "calls",
            usage: zeroUsage,
          };
          clock.wake(clock.now() + this.#chance.int(50, 3_000), () => resolve(reply));
        }),
    };
  }

  #toolsOf({ clock, name }: Process, base: Tools): Tools {
    return {
      ...base,
      specs: base.specs.map((spec) => (spec.name === "poke" ? { ...spec, class: "idempotent" } : spec)),
      run: ({ args, repeat }, { root }, signal) =>
        new Promise((resolve) => {
          const cancelled = { ok: false, output: "cancelled", changed: [] };
          signal.addEventListener("abort", () => resolve(cancelled), { once: true });
          const { effect } = JSON.parse(args) as { effect: string };
          const poke = (): void => {
            const tree: Tree | undefined = this.#remote.trees.get(root);
            if (tree === undefined || signal.aborted) return;
            const isThere = tree.effects.includes(effect);
            if (isThere && !repeat) this.#problems.push(`${effect} was run twice in one worktree, unawares`);
            if (!isThere) tree.effects.push(effect);
          };
          clock.wake(clock.now() + this.#chance.int(10, 800), poke);
          clock.wake(clock.now() + this.#chance.int(801, 2_500), () =>
            resolve({ ok: true, output: name, changed: ["f"] }),
          );
        }),
    };
  }

  // ---- the conductor -------------------------------------------------------------------------------------------

  async #begin(): Promise<void> {
    const count = this.#chance.int(2, 6);
    const ids = Array.from({ length: count }, (_, place) => `T${place + 1}`);
    for (const id of ids) this.#turns.set(id, this.#chance.int(1, 3));
    const tickets = ids.map((id, place) =>
      makeTicket(id, {
        dependsOn: (place > 0 && this.#chance.maybe(0.4) ? [this.#chance.pick(ids.slice(0, place))] : []) as TicketId[],
      }),
    );
    const ports = this.#hostPorts(await this.#store.create(this.#run));
    const config = makeConfig({ workspace: "git", sandbox: "bwrap" });
    const begun = await beginRun(ports, { run: this.#run, config, tickets, by: "person:ann" });
    if (!begun.ok) throw new Error(JSON.stringify(begun.rejection));
    this.#conduct(begun.conductor);
  }

  async #adopt(): Promise<void> {
    const opened = await this.#store.open(this.#run);
    if (!("log" in opened)) throw new Error("the run is held");
    const { conductor } = await adoptRun(this.#hostPorts(opened), "another process");
    this.#conduct(conductor);
  }

  #hostPorts(opened: { log: EventLog; token: number }): Ports {
    this.#made += 1;
    const host = new Process(`conductor-${this.#made}`, this.#clock);
    this.#host = host;
    const workspace = this.#remote.host(host);
    const travelling = this.#remote.machine(host);
    let placements = 0;
    const hands = createPlacedHands({
      run: this.#run,
      crew: this.#yard.crewFor(this.#run, host),
      clock: host.clock,
      remote: "/remote",
      ...(this.#capacity === undefined ? {} : { capacity: this.#capacity }),
      labels: ["provider:scripted"],
      fences: workspace,
      travelling: () => Promise.resolve(travelling),
      newPlacement: () => `${host.name}/${(placements += 1)}`,
    });
    return { ...this.#portsOf(host, opened), workspace, hands };
  }

  #conduct(conductor: Conductor): void {
    this.#conductor = conductor;
    const host = this.#host;
    void conductor.done.then((done) => {
      if (host?.standing === "dead") return;
      if (done.kind === "ended") this.#isOver = true;
      if (done.kind === "fault") this.#problems.push(`the conductor is at fault: ${String(done.error)}`);
    });
    conductor.start();
  }

  // ---- the end -------------------------------------------------------------------------------------------------

  async #pass(isDone: () => boolean, most: number): Promise<void> {
    for (let step = 0; step < most && !isDone() && this.#problems.length === 0; step += 1) {
      await new Promise(setImmediate);
      if (!this.#clock.step()) return;
    }
  }

  /** Everything comes back: nothing stays offered, and no machine keeps anything. */
  async #tidy(): Promise<void> {
    if (!this.#isCalm) this.#calm();
    const isTidy = (): boolean =>
      this.#yard.jobs.size === 0 &&
      this.#machines.every(({ process, desk }) => process.standing !== "up" || desk.working().length === 0);
    const until = this.#clock.now() + 60_000;
    await this.#pass(() => this.#clock.now() > until, 40_000);
    if (!isTidy())
      this.#problems.push(
        `left behind: ${[...this.#yard.jobs.keys()].join()} ${JSON.stringify(this.#machines.flatMap(({ process, desk }) => (process.standing === "up" ? [desk.working()] : [])))}`,
      );
  }

  async #read(): Promise<readonly Recorded[]> {
    const log = await this.#store.peek(this.#run);
    return log === undefined ? [] : [...log.read()];
  }

  #where(): string {
    const state = this.#conductor?.state();
    const attempts = [...(state?.attempts.values() ?? [])].map(
      ({ ticket, attempt, phase }) => `${ticket}#${attempt} ${phase.at}`,
    );
    const jobs = [...this.#yard.jobs].map(([key, { holder }]) => `${key} held by ${holder?.machine.name ?? "nobody"}`);
    const machines = this.#machines.map(
      ({ process, desk }) => `${process.name} ${process.standing} ${JSON.stringify(desk.working())}`,
    );
    const disposals = [...(state?.disposals.keys() ?? [])];
    return JSON.stringify(
      { capacity: this.#capacity, attempts, disposals, jobs, machines, seconds: this.#clock.elapsed() / 1000 },
      null,
      1,
    );
  }

  #check(records: readonly Recorded[]): void {
    const problems = this.#problems;
    const completed = records.flatMap(({ event }) => (event.type === "ticket.completed" ? [event.ticket] : []));
    if (new Set(completed).size < completed.length) problems.push(`completed twice: ${completed.join()}`);
    const names = this.#remote.published.map(({ name }) => name);
    const tickets = names.map((name) => name.split("#")[0]);
    if (new Set(tickets).size < tickets.length) problems.push(`published twice: ${names.join()}`);
    if (!this.#isOver) return;
    for (const ticket of completed)
      if (!tickets.includes(ticket)) problems.push(`${ticket} is completed and was not published`);
    for (const { name, effects } of this.#remote.published) {
      const told = records.flatMap(({ event }) =>
        event.type === "tool.returned" && `${event.ticket}#${event.attempt}` === name
          ? [`${name}/${event.turn}.${event.call}`]
          : [],
      );
      if (told.join() !== effects.join())
        problems.push(`${name} has published ${effects.join()}, and the log tells ${told.join()}`);
    }
  }
}

const blobless = {
  putBlob: () => Promise.reject(new Error("no blobs")),
  getBlob: () => Promise.reject(new Error("no blobs")),
} as unknown as EventLog;
