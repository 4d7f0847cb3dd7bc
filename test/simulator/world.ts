// The world as the core sees it: duties fulfilled in some order, with some outcome. Builds a report from the duty alone,
// as a worker does, so that a report which comes late is a true ghost.

import type { Duty } from "../../src/core/duties.ts";
import type { Report } from "../../src/domain/command.ts";
import type { FailureCause, ProviderFaultCode } from "../../src/domain/outcome.ts";
import { mergedTree } from "../../src/domain/command.ts";
import { zeroUsage, type Usage } from "../../src/domain/usage.ts";
import type { Reservation } from "../../src/domain/event.ts";
import type { ToolCall } from "../../src/domain/tool.ts";
import { ask, broken, command, edit, finish, read } from "../core/story.ts";
import type { Chance } from "./chance.ts";
import type { Features } from "./random-run.ts";

/** What is owed about an attempt. */
type WorkDuty = Extract<Duty, { index: number }>;
/** What happens to it is up to the world; a withdrawal only looks. */
type StepDuty = Exclude<WorkDuty, { kind: "withdraw" }>;

export type World = { readonly fulfil: (duty: Duty) => Report };

/** With bounds, what a call uses comes up to all that was held back for it; now and then nobody knows. */
const usageWithin = (chance: Chance, reserved: Reservation): Usage => {
  if (chance.maybe(0.1)) return { ...zeroUsage, costMicros: null, estimated: true };
  const part = chance.pick([0, 0.1, 0.3, 1]);
  const [tokens, cost] = [reserved.tokens * part, (reserved.costMicros ?? 0) * part].map(Math.floor);
  const output = Math.min(chance.int(0, 800), tokens ?? 0);
  return { ...zeroUsage, input: (tokens ?? 0) - output, output, costMicros: cost ?? 0 };
};

/** What merges have come to, by attempt: refs outlive the process that moved them, and every later look finds them. */
export type Refs = Map<string, Report>;

/** A merge that is made again finds what it did before. */
function mergedOnce(duty: WorkDuty, refs: Refs, merge: () => Report): Report {
  const key = `${duty.ref.ticket}#${duty.ref.attempt}`;
  // Made in any case, so that no run draws fewer chances for what is known.
  const made = merge();
  const report = refs.get(key) ?? made;
  if (report.type === "report.merged") refs.set(key, report);
  return report;
}

const lookedUp = (duty: WorkDuty, refs: Refs): Report => {
  const report = refs.get(`${duty.ref.ticket}#${duty.ref.attempt}`);
  const isPublished = report?.type === "report.merged" && report.commit !== null;
  return isPublished ? report : { type: "report.withdrawn", ...duty.ref };
};

const usageOf = (
  chance: Chance,
): {
  input: number;
  cachedRead: number;
  cacheWrite: number;
  output: number;
  reasoning: number;
  costMicros: number;
  estimated: boolean;
} => ({
  input: chance.int(0, 9),
  cachedRead: 0,
  cacheWrite: 0,
  output: chance.int(0, 9),
  reasoning: 0,
  costMicros: chance.int(0, 9),
  estimated: false,
});

const waits: readonly ProviderFaultCode[] = [
  "rate_limited",
  "rate_limited",
  "overloaded",
  "server_error",
  "network",
  "timeout",
  "idle",
  "cut",
  "malformed_response",
];
const ends: readonly ProviderFaultCode[] = ["unknown_model", "bad_request", "context_overflow", "refusal"];

/** A world full of trouble, of the kinds that the features name. */
export function makeTroubledWorld(chance: Chance, features: Features, refs: Refs): World {
  const fulfil = (duty: Duty): Report => {
    if (duty.kind === "consult") return answer(duty, chance, features);
    if (!("index" in duty)) throw new Error(`nobody deliberates in this world: ${duty.key}`);
    if (duty.kind === "merge") return mergedOnce(duty, refs, () => trouble(duty, chance, features));
    return duty.kind === "withdraw" ? lookedUp(duty, refs) : trouble(duty, chance, features);
  };
  return { fulfil };
}

function trouble(duty: StepDuty, chance: Chance, features: Features): Report {
  switch (duty.kind) {
    case "prepare":
      return features.failures && chance.maybe(0.05) ? failure(duty, "environment", chance) : prepared(duty);
    case "turn":
      return turn(duty, chance, features);
    case "tool": {
      const { turn: of, call } = duty;
      if (features.failures && chance.maybe(0.04))
        return failure(duty, chance.pick(["environment", "timeout", "crash"]), chance);
      return {
        type: "report.tool",
        ...duty.ref,
        turn: of,
        call,
        ok: chance.maybe(0.8),
        output: "output",
        ms: chance.int(0, 900),
        changed: [],
      };
    }
    case "verify":
      if (features.failures && chance.maybe(0.03)) return failure(duty, "timeout", chance);
      return features.reds && chance.maybe(0.5) ? red(duty, duty.round, chance) : verified(duty, duty.round);
    case "merge":
      if (features.conflicts && chance.maybe(0.3))
        return failure(duty, chance.pick(["conflict", "outside_touches"]), chance);
      return features.reds && chance.maybe(0.15) ? red(duty, mergedTree, chance) : merged(duty, chance);
    case "dispose":
      return { type: "report.disposed", ...duty.ref, ...(chance.maybe(0.2) ? { quarantined: "refs/heads/kept" } : {}) };
    default:
      return duty satisfies never;
  }
}

const prepared = (duty: WorkDuty): Report => ({
  type: "report.prepared",
  ...duty.ref,
  base: "c0",
  branch: "b",
  prompt: "Brief.",
  omitted: [],
});

const verified = (duty: WorkDuty, round: number): Report => ({
  type: "report.verified",
  ...duty.ref,
  round,
  ms: 50,
  commands: 1,
});

const red = (duty: WorkDuty, round: number, chance: Chance): Report => {
  const fingerprint = `red ${chance.int(1, 3)}`;
  return {
    type: "report.verify_failed",
    ...duty.ref,
    round,
    ms: 50,
    command: "npm test",
    output: fingerprint,
    fingerprint,
  };
};

const merged = (duty: WorkDuty, chance: Chance): Report => ({
  type: "report.merged",
  ...duty.ref,
  commit: chance.maybe(0.9) ? `c${chance.int(1, 99)}` : null,
  verified: "attempt",
  ms: 40,
});

const failure = (duty: WorkDuty, cause: FailureCause, chance: Chance): Report => ({
  type: "report.failed",
  ...duty.ref,
  failure: { cause, detail: cause, fingerprint: `${cause} ${chance.int(1, 3)}` },
});

type TurnDuty = Extract<Duty, { kind: "turn" }>;

const usageFor = ({ reserved }: TurnDuty, chance: Chance): Usage =>
  reserved === null ? usageOf(chance) : usageWithin(chance, reserved);

function turn(duty: TurnDuty, chance: Chance, features: Features): Report {
  const step = { ...duty.ref, turn: duty.turn, try: duty.try, usage: usageFor(duty, chance), ms: chance.int(0, 4000) };
  // Storms: what failed once is likely to fail again, so that bounds of tries are met.
  if (features.providerFaults && chance.maybe(features.storms && duty.try > 1 ? 0.9 : 0.25)) {
    const code = chance.maybe(0.9) ? chance.pick(waits) : chance.pick(ends);
    const wish = chance.maybe(0.3) ? { retryAfterMs: chance.int(0, 9000) } : {};
    return { type: "report.turn_failed", ...step, code, detail: "said so", ...wish };
  }
  if (features.parking && chance.maybe(0.03))
    return { type: "report.turn_failed", ...step, code: chance.pick(["quota", "auth"]), detail: "no" };
  if (features.bareReplies && chance.maybe(0.15)) {
    const text = chance.pick(["", "BLOCKED: I cannot", "Nothing is blocked.", "Done!"]);
    return {
      type: "report.replied",
      ...step,
      text,
      calls: [],
      finish: chance.pick(["stop", "length", "refusal", "other"]),
    };
  }
  const calls = Array.from({ length: chance.int(1, 3) }, () => someCall(chance, features));
  return { type: "report.replied", ...step, text: "", calls, finish: "calls" };
}

function someCall(chance: Chance, features: Features): ToolCall {
  if (features.malformed && chance.maybe(0.3))
    return chance.pick([broken, { ...finish(), args: "{" }, { ...ask(), args: "[]" }]);
  if (features.eager && chance.maybe(0.6)) return finish();
  if (chance.maybe(0.35))
    return finish(
      chance.pick(["completed", "completed", "completed", "blocked", "needs_input"]),
      `because ${chance.pick(["x", "y", "z"])}`,
    );
  return chance.pick([read, edit, command(), command("make"), ask()]);
}

type ConsultDuty = Extract<Duty, { kind: "consult" }>;

const answered = (duty: ConsultDuty, text: string): Report => ({
  type: "report.consulted",
  consult: duty.consult,
  round: duty.round,
  try: duty.try,
  input: "question",
  text,
  answer: text,
  calledTools: false,
  finish: "stop",
  usage: zeroUsage,
  ms: 5,
});

/** Another tier's answer: nothing that can be used, or a fault. */
function answer(duty: ConsultDuty, chance: Chance, features: Features): Report {
  if (!features.providerFaults || chance.maybe(0.7)) return answered(duty, chance.pick(["", "prose", "{}", "[]"]));
  const { consult, round, try: count } = duty;
  const code = chance.maybe(0.8) ? chance.pick(waits) : chance.pick(ends);
  const usage = usageOf(chance);
  return { type: "report.consult_failed", consult, round, try: count, code, detail: "said so", usage, ms: 5 };
}

/** Faults have stopped: everything works, but for a minority of tickets that cannot be done. */
export function makeCalmWorld(chance: Chance, refs: Refs): World {
  const doomed = chance.maybe(0.5) ? chance.int(0, 3) : -1;
  const fulfil = (duty: Duty): Report => {
    if (duty.kind === "consult") return answered(duty, "");
    if (!("index" in duty)) throw new Error(`nobody deliberates in this world: ${duty.key}`);
    if (duty.kind === "merge") return mergedOnce(duty, refs, () => calm(duty, chance, duty.index === doomed));
    return duty.kind === "withdraw" ? lookedUp(duty, refs) : calm(duty, chance, duty.index === doomed);
  };
  return { fulfil };
}

function calm(duty: StepDuty, chance: Chance, isDoomed: boolean): Report {
  switch (duty.kind) {
    case "turn": {
      const step = { ...duty.ref, turn: duty.turn, try: duty.try, usage: usageFor(duty, chance), ms: 5 };
      const last = finish(isDoomed ? "blocked" : "completed");
      const calls = chance.maybe(0.3) ? [read] : chance.maybe(0.2) ? [command(), last] : [last];
      return { type: "report.replied", ...step, text: "", calls, finish: "calls" };
    }
    case "tool":
      return {
        type: "report.tool",
        ...duty.ref,
        turn: duty.turn,
        call: duty.call,
        ok: true,
        output: "output",
        ms: 5,
        changed: [],
      };
    case "verify":
      return isDoomed ? red(duty, duty.round, chance) : verified(duty, duty.round);
    case "merge":
      return merged(duty, chance);
    case "prepare":
      return prepared(duty);
    case "dispose":
      return { type: "report.disposed", ...duty.ref };
    default:
      return duty satisfies never;
  }
}
