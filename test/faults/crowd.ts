// A server, machines and conductors, each a process of its own, and the runs that they are at; whatever dies is started
// again, and a run that lost its conductor is given to another. Everything that is said is kept for the checker.

import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { createRedisRunStore } from "../../src/adapters/log/redis/redis-run-store.ts";
import { Fault, type RunStore } from "../../src/engine/ports.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { ApprovalId, RunId } from "../../src/domain/ids.ts";
import type { Chance } from "../simulator/chance.ts";
import { startLineProcess, type LineProcess } from "../support/line-process.ts";
import type { RedisServer } from "../support/redis-server.ts";
import type { ConductorSaid, ConductorTold } from "./conductor-process.ts";
import { brokenHistory } from "./history.ts";
import type { MachinePace, MachineSaid } from "./machine-process.ts";
import type { PlannedRun } from "./planned-run.ts";
import { note, noteAnswer, openBook, type RunBook } from "./run-book.ts";

export type Member = { readonly name: string; readonly process: LineProcess };

/** `working`: the run of each attempt that it has taken and has not ended. */
export type Machine = Member & { readonly working: Map<string, RunId> };

export type CrowdOptions = {
  readonly server: RedisServer;
  readonly leaseSeconds: number;
  readonly chance: Chance;
  readonly machines: number;
  readonly capacity: number;
  readonly conductors: number;
  readonly pace: MachinePace;
  /** Put before the command line of a machine: where it runs. Its address of the server, where it is another there. */
  readonly placeOf?: (machine: number) => { readonly wrap: readonly string[]; readonly store?: string };
};

export type CheckedRun = {
  readonly run: RunId;
  readonly faults: readonly string[];
  readonly broken: readonly string[];
  readonly records: number;
  readonly seconds: number;
};

const scriptOf = (name: string): URL => new URL(`./${name}-process.ts`, import.meta.url);

export class Crowd {
  readonly server: RedisServer;
  readonly machines: Machine[] = [];
  readonly conductors: Member[] = [];
  readonly books = new Map<RunId, RunBook>();
  /** Why runs had to be taken over without anybody having been killed. */
  readonly faulted: string[] = [];
  readonly chance: Chance;
  readonly #options: CrowdOptions;
  readonly #store: RunStore;
  readonly #query: string;
  #made = 0;
  #isClosing = false;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.server = options.server;
    this.chance = options.chance;
    this.#query = `?lease=${options.leaseSeconds}&plain=yes`;
    this.#store = createRedisRunStore({ link: options.server.link({ query: this.#query }), project: "faults" });
  }

  get leaseMs(): number {
    return this.#options.leaseSeconds * 1_000;
  }

  async start(): Promise<void> {
    const { machines, conductors } = this.#options;
    await Promise.all([
      ...Array.from({ length: machines }, (_, at) => this.startMachine(at)),
      ...Array.from({ length: conductors }, () => this.startConductor()),
    ]);
  }

  async startMachine(at: number): Promise<void> {
    const { capacity, pace, placeOf } = this.#options;
    const { wrap = [], store = this.server.address } = placeOf?.(at) ?? {};
    const args = [`${store}${this.#query}`, String(capacity), JSON.stringify(pace)];
    const process = startLineProcess(scriptOf("machine"), args, wrap);
    const said = (await process.next()) as MachineSaid | undefined;
    if (said === undefined || !("ready" in said)) throw new Error("a machine did not start");
    const machine: Machine = { name: said.ready, process, working: new Map() };
    this.machines[at] = machine;
    void followMachine(machine);
  }

  async startConductor(): Promise<void> {
    const process = startLineProcess(scriptOf("conductor"), [`${this.server.address}${this.#query}`]);
    if ((await process.next()) === undefined) throw new Error("a conductor did not start");
    this.#made += 1;
    const member: Member = { name: `conductor-${this.#made}`, process };
    this.conductors.push(member);
    void this.#listen(member);
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.machines, ...this.conductors].map(({ process }) => process.kill()));
  }

  // ---- runs ----------------------------------------------------------------------------------------------------

  /** Resolves when it is over and checked. */
  async conduct(shape: Omit<PlannedRun, "run">): Promise<CheckedRun> {
    const run = `run_${randomBytes(8).toString("hex")}` as RunId;
    const conductor = this.chance.pick(this.conductors);
    const book = openBook({ run, ...shape }, conductor.name);
    this.books.set(run, book);
    this.#tell(conductor, { do: "conduct", ...book.planned });
    await book.over.promise;
    this.books.delete(run);
    const log = await this.#readWhole(run);
    const { acknowledged, readers, answers, faults, since } = book;
    const broken = brokenHistory({ log, acknowledged, readers, answers, merged: null });
    const ended = log.at(-1)?.event;
    const isCompleted = log.some(({ event }) => event.type === "run.ended" && event.outcome === "completed");
    return {
      run,
      faults: [...faults],
      broken: isCompleted ? broken : [...broken, `set: the run is over, and its last record is ${ended?.type}`],
      records: log.length,
      seconds: (performance.now() - since) / 1000,
    };
  }

  /** Its runs go to the others. */
  handOver(from: Member): readonly RunId[] {
    const others = this.conductors.filter((other) => other !== from);
    const moved = [...this.books.values()].filter(({ owner }) => owner === from.name);
    for (const book of moved) this.#entrust(book, this.chance.pick(others));
    return moved.map(({ planned }) => planned.run);
  }

  /** What befalls all runs, those of one conductor, or those that one machine works on. */
  mark(kind: string, of: (book: RunBook) => boolean): void {
    for (const book of this.books.values()) if (book.isOwned && of(book)) book.faults.add(kind);
  }

  /** As a reader on its own connection sees it, from where it was. */
  async readOn(run: RunId, reader: { readonly seq: number; readonly body: string }[], from: number): Promise<void> {
    const log = await this.#store.peek(run);
    if (log === undefined) return;
    try {
      for (const record of log.read(reader.at(-1)?.seq ?? from))
        reader.push({ seq: record.seq, body: JSON.stringify(record) });
    } finally {
      await log.close();
    }
  }

  async #readWhole(run: RunId): Promise<readonly Recorded[]> {
    const log = await this.#store.peek(run);
    if (log === undefined) throw new Error(`${run} is gone`);
    try {
      return [...log.read()];
    } finally {
      await log.close();
    }
  }

  #entrust(book: RunBook, to: Member): void {
    book.owner = to.name;
    book.isOwned = false;
    this.#tell(to, { do: "conduct", ...book.planned });
  }

  // ---- conductors ----------------------------------------------------------------------------------------------

  #tell(member: Member, told: ConductorTold): void {
    member.process.say(JSON.stringify(told));
  }

  async #listen(member: Member): Promise<void> {
    for (;;) {
      const said = (await member.process.next()) as ConductorSaid | undefined;
      if (said === undefined) break;
      if (said.say !== "ready" && said.say !== "cpu") this.#hear(member, said);
    }
    if (!this.#isClosing && this.conductors.includes(member)) throw new Error(`${member.name} has ended by itself`);
  }

  #hear(member: Member, said: Exclude<ConductorSaid, { say: "ready" | "cpu" }>): void {
    const book = this.books.get(said.run);
    if (book === undefined) return;
    if (said.say === "recorded") {
      const asked = note(book, said);
      if (asked !== undefined) this.#answer(book, member, asked);
    } else if (said.say === "answered") noteAnswer(book, said.approval, said.decision, said.ok);
    else if (book.owner !== member.name) return;
    else if (said.say === "conducting") {
      book.isOwned = true;
      for (const approval of said.asked) this.#answer(book, member, approval);
    } else if (said.how === "fault") {
      this.faulted.push(said.why);
      setTimeout(() => book.owner === member.name && this.#entrust(book, this.chance.pick(this.conductors)), 200);
    } else book.over.resolve();
  }

  /** Two people may answer at once, and not alike: one of the answers counts. */
  #answer({ planned: { run } }: RunBook, member: Member, approval: ApprovalId): void {
    const decision = this.chance.maybe(0.8) ? "approve" : "reject";
    this.#tell(member, { do: "answer", run, approval, decision });
    const other = decision === "approve" ? "reject" : "approve";
    if (this.chance.maybe(0.3)) this.#tell(member, { do: "answer", run, approval, decision: other });
  }
}

async function followMachine({ process, working }: Machine): Promise<void> {
  for (;;) {
    const said = (await process.next()) as MachineSaid | undefined;
    if (said === undefined) return;
    if ("took" in said) working.set(said.took, said.run);
    else if ("ended" in said) working.delete(said.ended);
  }
}

/** The path of the module that moves a process's clock. */
export const movedClock = fileURLToPath(new URL("./moved-clock.ts", import.meta.url));

/** What asking a server throws while it is away. */
export const isAway = (error: unknown): boolean => error instanceof Fault && error.code === "store_unreachable";
