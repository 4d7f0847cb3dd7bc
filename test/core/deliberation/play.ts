// Plays a deliberation on a clock of its own: what each agent says in each cycle is scripted, everything else is the core's.

import { decide } from "../../../src/core/decide.ts";
import { duties, type Duty } from "../../../src/core/duties.ts";
import { foldAll } from "../../../src/core/evolve.ts";
import { brokenInvariants } from "../../../src/core/invariants.ts";
import { initialState, type RunState } from "../../../src/core/state.ts";
import type { Deliberation } from "../../../src/core/deliberation/state.ts";
import type { Command } from "../../../src/domain/command.ts";
import type { RunConfig } from "../../../src/domain/config.ts";
import {
  defaultDeliberationLimits,
  defaultThresholds,
  type DeliberationLimits,
  type Inheritance,
  type Setup,
  type Thresholds,
} from "../../../src/domain/deliberation.ts";
import type { Event, EventOf, EventType, Recorded } from "../../../src/domain/event.ts";
import type { Digest, ModelId, RunId } from "../../../src/domain/ids.ts";
import type { Rejection } from "../../../src/domain/rejection.ts";
import { zeroUsage } from "../../../src/domain/usage.ts";
import { digest, start } from "../../support/given.ts";
import { forkOf } from "../forked-story.ts";
import { makeConfig } from "../story.ts";

/** What an agent does in one cycle; times in ms. */
export type Turn =
  | { readonly kind: "says"; readonly answer: Record<string, unknown>; readonly ms: number }
  /** Its call fails for good. */
  | { readonly kind: "breaks"; readonly ms: number }
  /** The provider asks for patience: nothing comes before `forMs`. */
  | { readonly kind: "limited"; readonly forMs: number }
  /** No byte ever comes. */
  | { readonly kind: "silent" }
  /** Bytes come every `everyMs`, and the answer after `ms`. */
  | { readonly kind: "slow"; readonly everyMs: number; readonly answer: Record<string, unknown>; readonly ms: number };

export const says = (answer: Record<string, unknown>, ms = 1_000): Turn => ({
  kind: "says",
  answer: { status: "working", progress: 0.5, confidence: 0.5, ...answer },
  ms,
});
export const breaks: Turn = { kind: "breaks", ms: 500 };
export const silent: Turn = { kind: "silent" };
export const slow = (answer: Record<string, unknown>, ms: number, everyMs: number): Turn => ({
  kind: "slow",
  answer: { status: "working", progress: 0.5, confidence: 0.5, ...answer },
  ms,
  everyMs,
});

/** By role: a turn for each call, the last one again and again; or one made of the state. */
export type Script = Readonly<Record<string, readonly Turn[] | ((call: number, seen: Deliberation) => Turn)>>;

export type Options = {
  readonly setup?: Partial<Omit<Setup, "limits" | "thresholds">>;
  readonly limits?: Partial<DeliberationLimits>;
  readonly thresholds?: Partial<Thresholds>;
  readonly config?: Partial<RunConfig>;
  readonly inheritance?: Inheritance;
  /** The table makes the plan of this goal, and nothing is done by it. */
  readonly goal?: string;
  /** False: tiers 1 and 2 make it. */
  readonly isWanted?: boolean;
  readonly evidence?: (place: string) => "green" | "red" | "unfit" | "skipped";
  readonly evidenceMs?: number;
  /** The handoff cannot be stored. */
  readonly fullDisk?: boolean;
  /** It begins as this log ends, an hour later. */
  readonly forkOf?: readonly Recorded[];
  /** Commands of others, at ms after the start. */
  readonly meanwhile?: readonly { readonly at: number; readonly command: (state: RunState) => Command }[];
};

const seats: Setup["seats"] = [
  { role: "ALPHA", kind: "proposer", model: "one/a" as ModelId },
  { role: "BETA", kind: "proposer", model: "two/b" as ModelId },
  { role: "GAMMA", kind: "mediator", model: "three/c" as ModelId },
];
export const withoutMediator = { seats: seats.slice(0, 2) };

export function setupOf(options: Options): Setup {
  return {
    seats,
    mediatorDecides: false,
    mediatorAtOnce: false,
    recovery: "ask",
    ...options.setup,
    thresholds: { ...defaultThresholds, ...options.thresholds },
    limits: { ...defaultDeliberationLimits, ...options.limits },
  };
}

const ownQuestion = (options: Options): Partial<RunConfig> => ({
  deliberation: {
    objective: { text: "Choose a store.", constraints: [], success: [], subtasks: [] },
    setup: setupOf(options),
    ...(options.inheritance === undefined ? {} : { inheritance: options.inheritance }),
  },
});

const ownGoal = (options: Options, epic: string): Partial<RunConfig> => ({
  goal: { epic, only: "plan" },
  tiers: { "1": ["one/planner" as ModelId], "2": ["one/lead" as ModelId] },
  deliberations: { setup: setupOf(options), conflicts: false, planning: options.isWanted ?? true },
});

export class Played {
  readonly records: readonly Recorded[];
  readonly state: RunState;
  readonly rejections: readonly Rejection[];

  constructor(records: readonly Recorded[], state: RunState, rejections: readonly Rejection[]) {
    this.records = records;
    this.state = state;
    this.rejections = rejections;
  }

  get events(): readonly Event[] {
    return this.records.map(({ event }) => event);
  }

  get one(): Deliberation {
    const [one] = this.state.deliberations.values();
    if (one === undefined) throw new Error("no deliberation was opened");
    return one;
  }

  get outcome(): string {
    return this.one.result?.outcome ?? "none";
  }

  all<T extends EventType>(type: T): readonly EventOf<T>[] {
    return this.events.filter((event): event is EventOf<T> => event.type === type);
  }

  /** Types of the deliberation's events from the abort on, without what agents did in it. */
  get ending(): readonly string[] {
    const from = this.events.findIndex(({ type }) => type === "deliberation.aborting");
    return this.events.slice(from).map(({ type }) => type.replace("deliberation.", ""));
  }

  /** ms after the start at which the first event of this type was recorded. */
  when(type: EventType): number {
    const found = this.records.find(({ event }) => event.type === type);
    if (found === undefined) throw new Error(`there is no ${type}`);
    return found.at - start;
  }
}

export function play(script: Script, options: Options = {}): Played {
  const table = new Table(script, options);
  table.run();
  return table.played();
}

export class Table {
  state: RunState = initialState;
  now: number = start;
  readonly records: Recorded[] = [];
  readonly rejections: Rejection[] = [];
  readonly #script: Script;
  readonly #options: Options;
  readonly #due = new Map<string, { readonly at: number; readonly make: () => Command | undefined }>();
  readonly #calls = new Map<string, number>();
  readonly #meanwhile: { readonly at: number; readonly command: (state: RunState) => Command }[];

  constructor(script: Script, options: Options = {}) {
    this.#script = script;
    this.#options = options;
    this.#meanwhile = [...(options.meanwhile ?? [])];
    if (options.forkOf === undefined) this.#begin(options);
    else this.#fork(options.forkOf);
  }

  #fork(origin: readonly Recorded[]): void {
    this.records.push(...origin);
    this.state = foldAll(origin);
    this.now = (origin.at(-1)?.at ?? start) + 3_600_000;
    this.do(forkOf(origin), "person:ann");
  }

  #begin(options: Options): void {
    this.do({
      type: "run.create",
      run: "run_0123456789abcdef" as RunId,
      config: makeConfig({
        archetypes: [{ name: "coder", tier: 3, models: ["one/a" as ModelId], trust: "auto", tools: [], prompt: "" }],
        ...options.config,
        ...(options.goal === undefined ? ownQuestion(options) : ownGoal(options, options.goal)),
      }),
      tickets: [],
    });
  }

  played(): Played {
    return new Played(this.records, this.state, this.rejections);
  }

  do(command: Command, by: Recorded["by"] = "engine"): void {
    const decision = decide(this.state, command, { at: this.now, by, chance: 0.5, digest });
    if (!decision.ok) {
      this.rejections.push(decision.rejection);
      return;
    }
    this.records.push(...decision.records);
    this.state = decision.state;
    const broken = brokenInvariants(this.state);
    if (broken.length > 0) throw new Error(`after ${command.type}: ${broken.join("; ")}`);
  }

  /** Until the run has ended or nothing is owed. */
  run(most = 5_000): void {
    for (let step = 0; step < most; step += 1) if (!this.step()) return;
    throw new Error(`it goes on after ${most} steps: ${this.records.at(-1)?.event.type}`);
  }

  step(): boolean {
    this.#takeUp();
    const [next] = [...this.#due].toSorted(([, a], [, b]) => a.at - b.at);
    const word = this.#meanwhile.toSorted((a, b) => a.at - b.at)[0];
    if (word !== undefined && (next === undefined || start + word.at <= next[1].at)) {
      this.#meanwhile.splice(this.#meanwhile.indexOf(word), 1);
      this.now = Math.max(this.now, start + word.at);
      this.do(word.command(this.state), "person:ann");
      return true;
    }
    if (next === undefined || !Number.isFinite(next[1].at)) return false;
    this.now = Math.max(this.now, next[1].at);
    this.#due.delete(next[0]);
    const command = next[1].make();
    if (command !== undefined) this.do(command);
    return true;
  }

  /** Starts the duties that are missing and stops those in surplus. */
  #takeUp(): void {
    const owed = new Map(duties(this.state).map((duty) => [duty.key, duty]));
    for (const key of this.#due.keys()) if (!owed.has(key.replace(/ heard.*$/, ""))) this.#due.delete(key);
    for (const [key, duty] of owed) if (!this.#due.has(key)) this.#takeOn(duty);
  }

  #takeOn(duty: Duty): void {
    const { now } = this;
    const later = (ms: number, make: () => Command | undefined): void => {
      this.#due.set(duty.key, { at: now + ms, make });
    };
    switch (duty.kind) {
      case "consult":
        return this.#ask(duty);
      case "alarm":
        this.#due.set(duty.key, {
          at: duty.due,
          make: () => ({ type: "report.alarm", deliberation: duty.deliberation, due: duty.due }),
        });
        return;
      case "evidence": {
        const { deliberation, section, entry, version } = duty;
        const result = this.#options.evidence?.(`${section}/${entry}@${version}`) ?? "green";
        const checked = { deliberation, section, key: entry, version, result, detail: "", ms: 5 } as const;
        return later(this.#options.evidenceMs ?? 100, () => ({ type: "report.evidence", ...checked }));
      }
      case "handoff": {
        const { deliberation } = duty;
        if (this.#options.fullDisk === true)
          return later(1, () => ({ type: "report.handoff_failed", deliberation, problem: "the disk is full" }));
        const handoff = { blob: "a".repeat(64) as Digest, bytes: 2, head: "{}" };
        return later(1, () => ({ type: "report.handed_off", deliberation, at: this.state.seq, handoff }));
      }
      default:
        throw new Error(`a deliberation owes no ${duty.kind}`);
    }
  }

  #ask(duty: Extract<Duty, { kind: "consult" }>): void {
    const { role: seat = null, track = null } = this.state.consults.get(duty.consult) ?? {};
    const role = seat ?? (track === null ? duty.purpose : `${duty.purpose}:${track}`);
    const part = duty.purpose === "synthesise" ? `${role} last` : role;
    const call = this.#calls.get(part) ?? 0;
    this.#calls.set(part, call + 1);
    const turn = this.#turnOf(part, call);
    const ref = { consult: duty.consult, round: duty.round, try: duty.try };
    const at = Math.max(this.now, duty.notBefore);
    const fault = (ms: number, code: "bad_request" | "rate_limited", retryAfterMs?: number): void => {
      const wish = retryAfterMs === undefined ? {} : { retryAfterMs };
      const failed = { code, detail: "no", usage: zeroUsage, ms, ...wish } as const;
      this.#due.set(duty.key, { at: at + ms, make: () => ({ type: "report.consult_failed", ...ref, ...failed }) });
    };
    if (turn.kind === "breaks") return fault(turn.ms, "bad_request");
    if (turn.kind === "limited") return fault(1, "rate_limited", turn.forMs);
    if (turn.kind === "silent") {
      this.#due.set(duty.key, { at: Infinity, make: () => undefined });
      return;
    }
    const answer = JSON.stringify(turn.answer);
    const said = { input: "?", text: answer, answer, calledTools: false, finish: "stop", usage: zeroUsage } as const;
    this.#due.set(duty.key, {
      at: at + turn.ms,
      make: () => ({ type: "report.consulted", ...ref, ...said, ms: turn.ms }),
    });
    if (turn.kind !== "slow") return;
    const { deliberation } = this.state.consults.get(duty.consult) ?? {};
    for (let ms = turn.everyMs; ms < turn.ms && deliberation; ms += turn.everyMs)
      this.#due.set(`${duty.key} heard ${ms}`, {
        at: at + ms,
        make: () => ({ type: "report.heard", deliberation, role }),
      });
  }

  #turnOf(part: string, call: number): Turn {
    const own = this.#script[part];
    const [one] = this.state.deliberations.values();
    if (typeof own === "function" && one !== undefined) return own(call, one);
    if (Array.isArray(own)) return own[Math.min(call, own.length - 1)] as Turn;
    if (part.endsWith(" last"))
      return says({}, 10) && { kind: "says", answer: { key: "rescue", text: "What is left." }, ms: 10 };
    return says({ status: "done" });
  }
}

// ---- moves, in few words ---------------------------------------------------------------------------------------

export const entry = (section: string, key: string, base: number, text: string, more: object = {}): object => ({
  section,
  key,
  base,
  text,
  ...more,
});
export const vote = (version: number, stance = "accept", key = "plan"): object => ({
  key,
  version,
  stance,
  reasoning: `${stance} it`,
});
export const object = (version: number, severity = "major", text = "It is wrong.", key = "plan"): object => ({
  section: "synthesis",
  key,
  version,
  severity,
  text,
});
