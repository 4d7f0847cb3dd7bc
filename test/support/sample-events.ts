// One event of every type, for suites that must not miss one: a new type does not compile until it is here.

import type { Event, EventOf, EventType, Recorded } from "../../src/domain/event.ts";
import type { ApprovalId, ConsultId, Digest, ModelId, RunId, TicketId } from "../../src/domain/ids.ts";
import { defaultLanes, defaultLimits } from "../../src/domain/config.ts";
import { deliberationSamples } from "./sample-deliberation.ts";
import { zeroUsage } from "../../src/domain/usage.ts";

const ticket = "T1" as TicketId;
const model = "scripted/one" as ModelId;
const attempt = { ticket, attempt: 1 };
const turn = { ...attempt, turn: 1 };
const call = { ...turn, call: 0 };
const approval = "A7" as ApprovalId;
const consult = "C9" as ConsultId;
const longText = { blob: "0".repeat(64) as Digest, bytes: 20_000, head: "the beginning of a long text" };
const usage = { ...zeroUsage, input: 1_200, cachedRead: 300, output: 45, reasoning: 12, costMicros: null };
const readCall = { id: "call_1", tool: "read", args: '{"path":"src/a.ts"}', class: "pure" } as const;

/** Every type, by type. */
export const sampleEvents: { readonly [T in EventType]: EventOf<T> } = {
  "run.created": {
    type: "run.created",
    run: "run_0123456789abcdef" as RunId,
    config: {
      title: "Sample",
      project: { root: "/home/person/project", branch: "main", base: "c0ffee" },
      workspace: "git",
      sandbox: "bwrap",
      mode: "async",
      attended: true,
      lanes: { ...defaultLanes, tiers: { "3": 2 } },
      limits: defaultLimits,
      archetypes: [
        { name: "coder", tier: 3, models: [model], trust: "ask", tools: ["read", "edit"], prompt: "Write code." },
      ],
      rules: [{ name: "reads pass", gate: "call", tool: "read", decision: "approve" }],
      verify: ["npm test", ["node", "--test"]],
    },
  },
  "run.forked": {
    type: "run.forked",
    run: "run_fedcba9876543210" as RunId,
    from: "run_0123456789abcdef" as RunId,
    at: 12,
    config: {
      title: "Sample",
      project: { root: "/home/person/project", branch: "main", base: "c0ffee" },
      workspace: "git",
      sandbox: "bwrap",
      mode: "async",
      attended: true,
      lanes: defaultLanes,
      limits: defaultLimits,
      archetypes: [{ name: "coder", tier: 3, models: [model], trust: "ask", tools: ["read"], prompt: "Write code." }],
      rules: [],
      verify: [],
    },
    guidance: [{ ticket, text: longText }],
    models: [{ ticket, models: [model] }],
    bounds: [{ scope: "run", caps: { turns: 40 } }],
    changes: ["guidance for T1", "models of T1"],
  },
  "plan.tracked": {
    type: "plan.tracked",
    tracks: [
      {
        id: "core",
        title: "The core",
        brief: "Make it.",
        dependsOn: [],
        modules: ["src"],
        severity: "high",
        persona: "a careful engineer",
      },
    ],
  },
  "plan.proposed": {
    type: "plan.proposed",
    approval: "A9" as ApprovalId,
    blocked: "T1" as TicketId,
    patch: {
      reason: "T1 is two things",
      add: [],
      drop: ["T1" as TicketId],
      rewire: [{ ticket: "T2" as TicketId, dependsOn: [] }],
      split: [],
    },
  },
  "plan.patched": {
    type: "plan.patched",
    patch: { reason: "T1 is not needed", add: [], drop: ["T1" as TicketId], rewire: [], split: [] },
    blocked: "T1" as TicketId,
    approval: "A9" as ApprovalId,
  },
  "context.compacted": { type: "context.compacted", ...attempt, upTo: 4, before: 162_000, after: 41_000, why: "limit" },
  "plan.cleared": { type: "plan.cleared", reason: "a person wrote the plan anew" },
  "consult.started": {
    type: "consult.started",
    consult,
    purpose: "tickets",
    tier: 2,
    model,
    prompt: { name: "tickets", version: "1", hash: "c0ffee" },
    track: "core",
    reserved: { tokens: 20_000, costMicros: null },
  },
  "consult.reserved": {
    type: "consult.reserved",
    consult,
    round: 2,
    try: 1,
    reserved: { tokens: 20_000, costMicros: 90_000 },
  },
  "consult.refused": { type: "consult.refused", consult, round: 2, try: 1, detail: "the day's bound is reached" },
  "budget.raised": { type: "budget.raised", scope: "ticket:T7", caps: { costMicros: 12_500_000, tokens: 200_000 } },
  "budget.passed_over": {
    type: "budget.passed_over",
    purpose: "diagnosis",
    ticket,
    attempt: 1,
    detail: "tier 4: $1.00 of $1.00 is spent",
  },
  "consult.replied": {
    type: "consult.replied",
    consult,
    round: 1,
    try: 1,
    input: longText,
    text: "[]",
    usage,
    ms: 900,
  },
  "consult.failed": {
    type: "consult.failed",
    consult,
    round: 1,
    try: 1,
    code: "overloaded",
    detail: "busy",
    retryAt: 1_790_000_001_000,
    usage,
    ms: 40,
  },
  "consult.returned": { type: "consult.returned", consult, round: 1, problems: ["The answer is not JSON."] },
  "consult.ended": { type: "consult.ended", consult, result: "given_up", detail: "3 answers could not be used" },
  "plan.added": {
    type: "plan.added",
    tickets: [
      {
        id: ticket,
        title: "Add a parser",
        description: "It parses.",
        dependsOn: [],
        contextFiles: ["README.md"],
        touches: ["src/**"],
        verify: [],
        models: [],
        archetype: "coder",
        weight: 1,
        startRung: 0,
      },
    ],
  },
  "plan.accepted": { type: "plan.accepted", tickets: 1 },
  "run.adopted": { type: "run.adopted", token: 2, owner: "host pid 12" },
  "run.paused": { type: "run.paused", reason: "disk full", drain: false },
  "run.resumed": { type: "run.resumed" },
  "run.mode_changed": { type: "run.mode_changed", mode: "linear" },
  "run.trust_changed": { type: "run.trust_changed", trust: null },
  "ticket.trust_changed": { type: "ticket.trust_changed", ticket: "T1" as TicketId, trust: "step" },
  "run.lanes_changed": { type: "run.lanes_changed", lanes: 8 },
  "run.attended_changed": { type: "run.attended_changed", attended: false },
  "run.aborted": { type: "run.aborted", reason: "changed my mind" },
  "run.ended": { type: "run.ended", outcome: "completed", reason: "every ticket is completed" },
  "ticket.completed": { type: "ticket.completed", ...attempt, commit: "c0ffee", summary: "Parser added." },
  "ticket.blocked": { type: "ticket.blocked", ticket, cause: "worker_blocked", detail: "no grammar given" },
  "ticket.failed": { type: "ticket.failed", ticket, cause: "verification_failed", detail: "still red" },
  "ticket.abort_requested": { type: "ticket.abort_requested", ...attempt, reason: "not needed" },
  "ticket.cancelled": { type: "ticket.cancelled", ticket, reason: "its dependency failed" },
  "ticket.steered": { type: "ticket.steered", ticket, text: "Use the parser that is there." },
  "ticket.models_changed": { type: "ticket.models_changed", ticket, models: [model], cards: {} },
  "run.models_changed": {
    type: "run.models_changed",
    tier: 3,
    models: [model],
    cards: { [model]: { price: null, window: 8_000 } },
  },
  "rule.added": {
    type: "rule.added",
    id: "R12",
    rule: { gate: "call", tool: "run", argv: ["npm", "test"], ticket, decision: "approve" },
  },
  "rule.removed": { type: "rule.removed", id: "R12" },
  "ticket.paused": { type: "ticket.paused", ticket, reason: "let me look" },
  "ticket.resumed": { type: "ticket.resumed", ticket },
  "ticket.reopened": { type: "ticket.reopened", ticket, guidance: longText },
  "attempt.started": { type: "attempt.started", ...attempt, model, rung: 0 },
  "attempt.prepared": {
    type: "attempt.prepared",
    ...attempt,
    base: "c0ffee",
    branch: "tutti/x",
    prompt: longText,
    omitted: ["big.bin"],
  },
  "brief.edited": { type: "brief.edited", ...attempt, prompt: "Shorter." },
  "attempt.parked": { type: "attempt.parked", ...attempt },
  "attempt.failed": {
    type: "attempt.failed",
    ...attempt,
    failure: { cause: "timeout", detail: "an hour has passed", diagnosis: "It looped.", fingerprint: "timeout" },
  },
  "attempt.disposed": { type: "attempt.disposed", ...attempt, quarantined: "refs/heads/tutti/x" },
  "note.added": { type: "note.added", ...attempt, kind: "nudge", text: "End with finish." },
  "turn.started": { type: "turn.started", ...turn, try: 1 },
  "turn.replied": {
    type: "turn.replied",
    ...turn,
    text: "I read it first.",
    reasoning: "Short.",
    calls: [readCall, { ...readCall, id: "call_2", class: "effectful", problem: "unknown tool" }],
    finish: "calls",
    usage,
    ms: 812,
    echo: '{"signature":"abc"}',
  },
  "turn.failed": {
    type: "turn.failed",
    ...turn,
    try: 2,
    code: "rate_limited",
    detail: "429",
    retryAt: 1_790_000_000_000,
    usage,
    ms: 20,
  },
  "turn.refused": { type: "turn.refused", ...turn, try: 1, detail: "the day's bound is reached" },
  "provider.held": { type: "provider.held", provider: "scripted", until: 1_790_000_000_000, reason: "429" },
  "message.restored": {
    type: "message.restored",
    ...turn,
    text: "I shall read a.ts.",
    calls: [readCall],
    reason: "it was right",
  },
  "message.edited": { type: "message.edited", ...turn, text: "I edit at once.", calls: [], reason: "faster" },
  "tool.called": {
    type: "tool.called",
    ...call,
    tool: "read",
    args: readCall.args,
    class: "pure",
    digest: "ab".repeat(32),
  },
  "tool.returned": { type: "tool.returned", ...call, ok: true, output: longText, ms: 3, changed: [] },
  "tool.refused": { type: "tool.refused", ...call, output: "no such tool", by: "check" },
  "tool.lost": { type: "tool.lost", ...call },
  "result.edited": { type: "result.edited", ...call, output: "withheld", reason: "secret" },
  "approval.requested": {
    type: "approval.requested",
    ...attempt,
    approval,
    gate: "call",
    turn: 1,
    call: 0,
    tool: "run",
    shown: "npm test",
    digest: "cd".repeat(32),
  },
  "approval.answered": {
    type: "approval.answered",
    ...attempt,
    approval,
    decision: "edit",
    reason: "narrower",
    edited: "npm test -- a",
  },
  "approval.voided": { type: "approval.voided", ...attempt, approval, reason: "the run was aborted" },
  "finish.reported": { type: "finish.reported", ...attempt, summary: "Parser added.", evidence: "3 tests pass" },
  "verify.passed": { type: "verify.passed", ...attempt, ms: 900, commands: 2 },
  "verify.failed": {
    type: "verify.failed",
    ...attempt,
    ms: 900,
    command: "npm test",
    output: "1 failing",
    fingerprint: "npm test:1",
  },
  "review.closed": {
    type: "review.closed",
    ...attempt,
    verdict: "sent_back",
    findings: [
      { name: "lost-update", severity: "high", file: "src/store.ts", what: "Two writers overwrite each other." },
    ],
    reason: "",
  },
  "merge.queued": { type: "merge.queued", ...attempt },
  "merge.published": { type: "merge.published", ...attempt, commit: null, verified: "attempt", ms: 40 },
  ...deliberationSamples,
};

export const allSamples: readonly Event[] = Object.values(sampleEvents);

/** Records in their places after `after`, one for each event. */
export const toRecords = (events: readonly Event[], after = 0): readonly Recorded[] =>
  events.map((event, index) => ({
    seq: after + index + 1,
    at: 1_790_000_000_000 + after + index,
    by: "engine",
    event,
  }));

/** A record that is told from every other by its text. */
export const noteRecord = (seq: number, text = `note ${seq}`): Recorded => ({
  seq,
  at: 1_790_000_000_000 + seq,
  by: `worker:T1#${seq}`,
  event: { ...sampleEvents["note.added"], text },
});

/** `count` distinct records after `after`. */
export const noteRecords = (count: number, after = 0): readonly Recorded[] =>
  Array.from({ length: count }, (_, index) => noteRecord(after + index + 1));
