// The log of a run that was one deliberation and came to nothing, with its handoff.

import { noteHandoff } from "../../src/core/recovery/note-handoff.ts";
import { writeHandoff } from "../../src/core/recovery/write-handoff.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import { defaultDeliberationLimits, defaultThresholds } from "../../src/domain/deliberation.ts";
import type { DeliberationId, DeliberationOutcome, Inheritance, Setup } from "../../src/domain/deliberation.ts";
import type { Event, Recorded } from "../../src/domain/event.ts";
import { headOf } from "../../src/domain/text.ts";
import type { Handoff } from "../../src/domain/handoff.ts";
import type { Digest, ModelId, RunId } from "../../src/domain/ids.ts";
import { makeConfig } from "./conducted.ts";
import { digest } from "./given.ts";

export const deliberation = "D2" as DeliberationId;
const model = "echo/small" as ModelId;

export type FailedOptions = {
  readonly run: RunId;
  readonly outcome?: DeliberationOutcome;
  readonly recovery?: Setup["recovery"];
  readonly inheritance?: Inheritance;
  /** Hex sha-256 of ALPHA's capability. */
  readonly capability?: string;
  readonly pipeline?: string;
  readonly config?: Partial<RunConfig>;
  /** Leave it where it is: it goes on. */
  readonly isOpen?: boolean;
  /** What it left behind could not be stored. */
  readonly isLost?: boolean;
};

export type FailedRun = {
  readonly records: readonly Recorded[];
  readonly handoff: Handoff;
  /** As it is stored. */
  readonly bytes: Uint8Array;
};

export function failedDeliberation(options: FailedOptions): FailedRun {
  const { run, outcome = "deadlock", isOpen = false, isLost = false } = options;
  const config = configOf(options);
  const ends = isOpen ? [] : [aborting(outcome)];
  const begun = number([{ type: "run.created", run, config }, ...argument(config), ...ends]);
  const at = begun.length;
  const notes = noteHandoff(begun, deliberation, at);
  if (notes === undefined) throw new Error("nothing was opened");
  const ending = { run, outcome, detail: "nobody yields" };
  const handoff = writeHandoff(notes, ending, { read: headOf, digest });
  const text = JSON.stringify(handoff);
  const blob = { blob: digest(text) as Digest, bytes: text.length, head: text.slice(0, 100) };
  const left: Event = isLost
    ? { type: "deliberation.handoff_failed", deliberation, problem: "the disk is full" }
    : { type: "deliberation.handed_off", deliberation, at, handoff: blob };
  const end = isOpen ? [] : [left, ...theEnd(outcome)];
  return {
    records: number([...begun.map(({ event }) => event), ...end]),
    handoff,
    bytes: new TextEncoder().encode(text),
  };
}

function configOf(options: FailedOptions): RunConfig {
  const { recovery = "auto", inheritance, capability, pipeline, config } = options;
  const alpha = { role: "ALPHA", kind: "proposer", model, ...(capability !== undefined && { capability }) } as const;
  return makeConfig({
    title: "Which store?",
    ...config,
    deliberation: {
      objective: { text: "Which store?", constraints: ["no service"], success: [], subtasks: [] },
      setup: {
        seats: [alpha, { role: "BETA", kind: "proposer", model }, { role: "GAMMA", kind: "mediator", model }],
        thresholds: defaultThresholds,
        limits: defaultDeliberationLimits,
        mediatorDecides: false,
        mediatorAtOnce: false,
        recovery,
      },
      ...(inheritance !== undefined && { inheritance }),
      ...(pipeline !== undefined && { pipeline }),
    },
  });
}

function argument({ deliberation: question }: RunConfig): Event[] {
  if (question === undefined) throw new Error("it is a deliberation");
  const { objective, setup, inheritance } = question;
  const about = { deliberation } as const;
  const wrote = (
    author: string,
    place: readonly [section: "solutions" | "synthesis", key: string],
    text: string,
  ): Event => ({
    type: "deliberation.written",
    ...about,
    author,
    section: place[0],
    key: place[1],
    version: 1,
    text,
    digest: digest(text),
  });
  const changed = (role: string): Event => ({
    type: "deliberation.agent_changed",
    ...about,
    role,
    status: "done",
    phase: "vote",
    cycle: 1,
    progress: 1,
    confidence: 0.5,
  });
  return [
    {
      type: "deliberation.opened",
      ...about,
      purpose: "question",
      objective,
      setup,
      ...(inheritance !== undefined && { inheritance }),
    },
    wrote("ALPHA", ["solutions", "files"], "One file."),
    changed("ALPHA"),
    wrote("BETA", ["solutions", "server"], "A server."),
    wrote("BETA", ["synthesis", "both"], "A file behind a server."),
    {
      type: "deliberation.voted",
      ...about,
      role: "BETA",
      key: "both",
      version: 1,
      stance: "accept",
      reasoning: "mine",
    },
    changed("BETA"),
  ];
}

/** Every ending without consensus begins with it. */
const aborting = (outcome: DeliberationOutcome): Event => ({
  type: "deliberation.aborting",
  deliberation,
  outcome,
  detail: "nobody yields",
  graceUntil: 0,
});

function theEnd(outcome: DeliberationOutcome): Event[] {
  const about = { deliberation } as const;
  const isAbort = ["stuck", "iteration_limit", "timeout", "budget", "cancelled"].includes(outcome);
  const reason = isAbort || outcome === "crashed" ? (outcome as "stuck") : "consensus_failed";
  return [
    ...["ALPHA", "BETA"].map((role): Event => ({
      type: "deliberation.revoked",
      ...about,
      role,
      reason: "it has ended",
    })),
    { type: "deliberation.measured", ...about, score: 0.25 },
    { type: "deliberation.failure_recorded", ...about, reason, hint: "Look at it." },
    { type: "deliberation.ended", ...about, outcome, detail: "nobody yields", accepted: ["BETA"], dissent: [] },
    { type: "run.ended", outcome: isAbort ? "aborted" : "blocked", reason: outcome },
  ];
}

const number = (events: readonly Event[]): Recorded[] =>
  events.map((event, index) => ({ seq: index + 1, at: 1_790_000_000_000 + index, by: "engine", event }));
