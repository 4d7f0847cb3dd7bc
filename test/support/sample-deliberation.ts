// One event of every type of a deliberation; see sample-events.ts.

import {
  defaultDeliberationLimits,
  defaultThresholds,
  type DeliberationId,
  type Seat,
} from "../../src/domain/deliberation.ts";
import type { DeliberationEvent, EventOf } from "../../src/domain/event.ts";
import type { Digest, ModelId, RunId } from "../../src/domain/ids.ts";

const deliberation = "D3" as DeliberationId;
const entry = { section: "synthesis", key: "plan", version: 2 } as const;
const digest = "ab".repeat(32);
const blob = { blob: "1".repeat(64) as Digest, bytes: 20_000, head: "the beginning" };

const seat = (role: string, kind: Seat["kind"]): Seat => ({ role, kind, model: "scripted/one" as ModelId });

export const deliberationSamples: { readonly [T in DeliberationEvent["type"]]: EventOf<T> } = {
  "deliberation.opened": {
    type: "deliberation.opened",
    deliberation,
    purpose: "question",
    objective: { text: "Choose a store.", constraints: ["no service"], success: ["one file"], subtasks: [] },
    setup: {
      seats: [
        seat("ALPHA", "proposer"),
        { ...seat("BETA", "proposer"), brief: "Look at costs.", capability: digest },
        seat("GAMMA", "mediator"),
      ],
      thresholds: defaultThresholds,
      limits: defaultDeliberationLimits,
      mediatorDecides: false,
      mediatorAtOnce: false,
      recovery: "ask",
    },
  },
  "deliberation.mediated": {
    type: "deliberation.mediated",
    deliberation,
    role: "GAMMA",
    why: "CONFLICT",
    detail: "3 objections are open",
  },
  "deliberation.condition_met": {
    type: "deliberation.condition_met",
    deliberation,
    condition: "CONFLICT",
    value: 3,
    threshold: 3,
    detail: "3 objections are open",
  },
  "deliberation.agent_changed": {
    type: "deliberation.agent_changed",
    deliberation,
    role: "ALPHA",
    status: "waiting",
    phase: "critique",
    cycle: 2,
    progress: 0.5,
    confidence: 0.75,
    waitingFor: "BETA",
    blocked: "needs the figures",
    complexity: 0.4,
  },
  "deliberation.heard": { type: "deliberation.heard", deliberation, role: "ALPHA" },
  "deliberation.agent_lost": { type: "deliberation.agent_lost", deliberation, role: "BETA", detail: "no answer" },
  "deliberation.written": {
    type: "deliberation.written",
    deliberation,
    author: "ALPHA",
    ...entry,
    text: blob,
    digest,
    patch: "--- a\n+++ b\n",
    tests: ["npm test"],
    provenance: { run: "run_0123456789abcdef", author: "BETA", key: "plan", version: 4 },
  },
  "deliberation.write_refused": {
    type: "deliberation.write_refused",
    deliberation,
    role: "BETA",
    section: "synthesis",
    key: "plan",
    base: 1,
    current: 2,
    text: "Another plan.",
  },
  "deliberation.messaged": {
    type: "deliberation.messaged",
    deliberation,
    from: "ALPHA",
    to: "all",
    kind: "question",
    text: "Which load?",
  },
  "deliberation.objected": {
    type: "deliberation.objected",
    deliberation,
    role: "BETA",
    objection: "O12",
    ...entry,
    severity: "blocking",
    text: "It loses writes.",
  },
  "deliberation.objection_settled": {
    type: "deliberation.objection_settled",
    deliberation,
    role: "BETA",
    objection: "O12",
    how: "met",
  },
  "deliberation.voted": {
    type: "deliberation.voted",
    deliberation,
    role: "BETA",
    key: "plan",
    version: 2,
    stance: "accept",
    score: 0.9,
    reasoning: "It keeps every write.",
  },
  "deliberation.round_closed": { type: "deliberation.round_closed", deliberation, round: 2, convergence: 0.5 },
  "deliberation.evidence_checked": {
    type: "deliberation.evidence_checked",
    deliberation,
    ...entry,
    result: "red",
    detail: "npm test: 1 failing",
    ms: 1_200,
  },
  "deliberation.incident": {
    type: "deliberation.incident",
    deliberation,
    incident: { kind: "agent_failure", severity: "high", detail: "BETA gave no answer" },
    by: "engine",
  },
  "deliberation.aborting": {
    type: "deliberation.aborting",
    deliberation,
    outcome: "timeout",
    detail: "the time is over",
    graceUntil: 1_790_000_005_000,
  },
  "deliberation.synthesised": { type: "deliberation.synthesised", deliberation, result: "missed", detail: "too late" },
  "deliberation.handed_off": { type: "deliberation.handed_off", deliberation, at: 40, handoff: blob },
  "deliberation.handoff_failed": { type: "deliberation.handoff_failed", deliberation, problem: "the disk is full" },
  "deliberation.revoked": { type: "deliberation.revoked", deliberation, role: "ALPHA", reason: "it has ended" },
  "deliberation.measured": { type: "deliberation.measured", deliberation, score: 0.25 },
  "deliberation.failure_recorded": {
    type: "deliberation.failure_recorded",
    deliberation,
    reason: "timeout",
    hint: "Give it more time.",
  },
  "deliberation.ended": {
    type: "deliberation.ended",
    deliberation,
    outcome: "majority_with_dissent",
    detail: "2 of 3 agree",
    agreed: { key: "plan", version: 2 },
    accepted: ["ALPHA", "GAMMA"],
    dissent: [{ role: "BETA", reasoning: "It loses writes." }],
  },
  "deliberation.recovery_claimed": {
    type: "deliberation.recovery_claimed",
    deliberation,
    run: "run_fedcba9876543210" as RunId,
    generation: 2,
    why: "policy",
    changes: ["the mediator is seated at once"],
  },
  "deliberation.partial_accepted": {
    type: "deliberation.partial_accepted",
    deliberation,
    ...entry,
    reason: "good enough",
  },
};
