// Persons at random: answers right and wrong, edits, second answers, and every switch there is.

import { offeredAt } from "../../src/core/clutch.ts";
import type { Approval, Proposal, RunState } from "../../src/core/state.ts";
import type { Raise } from "../../src/domain/budget.ts";
import type { Command } from "../../src/domain/command.ts";
import type { GateDecision } from "../../src/domain/event.ts";
import type { Actor, ApprovalId, TicketId } from "../../src/domain/ids.ts";
import type { Rejection } from "../../src/domain/rejection.ts";
import { command, edit, finish, read } from "../core/story.ts";
import { applyToModel, randomPatch } from "../support/patch-model.ts";
import type { Chance } from "./chance.ts";
import { answerPlanGate, helpfulPlanAnswer, isPlanAsked } from "./goals.ts";
import type { Features } from "./random-run.ts";

export type Wish = {
  readonly command: Command;
  readonly by: Actor;
  /** The refusal that must come; undefined where the wish must be taken; "any" where both are right. */
  readonly expected: Rejection["code"] | undefined | "any";
};

export type Person = { readonly wish: (state: RunState) => Wish };

const names: readonly Actor[] = ["person:mara", "person:ivo"];

export function makePerson(chance: Chance, features: Features): Person {
  const asked: ApprovalId[] = [];
  const wish = (state: RunState): Wish => {
    const by = chance.pick(names);
    const open = [...state.approvals.values()];
    for (const { id } of open) if (!asked.includes(id)) asked.push(id);
    if (open.length > 0 && chance.maybe(0.6)) {
      const approval = chance.pick(open);
      if (isPlanAsked(state, approval))
        return { ...answerPlanGate(approval, chance, { state, mayAbort: features.runAbort }), by };
      const proposal = state.proposals.get(approval.id);
      return proposal === undefined
        ? { ...answer(approval, chance, features, state), by }
        : { ...answerPatch(approval, chance, { state, proposal }), by };
    }
    const stale = asked.filter((id) => !state.approvals.has(id));
    if (stale.length > 0 && chance.maybe(0.15)) return { ...late(chance.pick(stale), chance), by };
    return { command: chance.pick(switches(features, chance, state)), by, expected: "any" };
  };
  return { wish };
}

/** Whether a patch may be signed is read off the plain model of the rules. */
function answerPatch(
  { id, digest }: Approval,
  chance: Chance,
  { state, proposal }: { readonly state: RunState; readonly proposal: Proposal },
): Omit<Wish, "by"> {
  const base = { type: "approval.answer", approval: id, reason: "because" } as const;
  const decision = chance.pick(["approve", "approve", "edit", "reject"] as const);
  if (decision === "reject") return { command: { ...base, decision }, expected: undefined };
  if (decision === "edit" && chance.maybe(0.1))
    return { command: { ...base, decision, edited: "x" }, expected: "edit_missing" };
  const patch = decision === "edit" ? randomPatch(chance, state) : { ...proposal.patch, split: [] };
  return {
    command: { ...base, decision, ...(decision === "edit" ? { edited: "x", patch } : { digest }) },
    expected: applyToModel(state, patch) === undefined ? "invalid_patch" : undefined,
  };
}

const late = (approval: ApprovalId, chance: Chance): Omit<Wish, "by"> => ({
  command: chance.maybe(0.8)
    ? { type: "approval.answer", approval, decision: "approve", reason: "late" }
    : { type: "message.edit", approval, text: "late", reason: "late" },
  // Which of the two, and who is named, is checked against the monitor's own record.
  expected: "approval_answered",
});

function answer(approval: Approval, chance: Chance, features: Features, state: RunState): Omit<Wish, "by"> {
  const { id, gate, digest } = approval;
  const base = { type: "approval.answer", approval: id, reason: "because" } as const;
  if (gate === "budget" && chance.maybe(0.8)) {
    const decision = chance.pick(
      features.runAbort ? (["edit", "edit", "reject", "abort"] as const) : (["edit", "reject"] as const),
    );
    if (decision !== "edit") return { command: { ...base, decision }, expected: undefined };
    return {
      command: { ...base, decision, edited: "more", raises: someRaises(state, chance.pick([1.1, 2, 5])) },
      expected: undefined,
    };
  }
  if (chance.maybe(0.1))
    return {
      command: { ...base, decision: chance.pick(offeredAt[gate]), digest: "0".repeat(64), edited: "x" },
      expected: "any",
    };
  if (chance.maybe(0.08))
    return { command: { ...base, decision: "abort", digest: "f".repeat(64) }, expected: "digest_mismatch" };
  if (chance.maybe(0.05)) return { command: { ...base, decision: "edit" }, expected: "edit_missing" };
  if (gate === "budget") return { command: { ...base, decision: "approve" }, expected: "decision_not_offered" };
  if (gate === "question" && chance.maybe(0.1))
    return { command: { ...base, decision: "approve" }, expected: "decision_not_offered" };
  if (features.edits && chance.maybe(0.2)) return { command: messageEdit(id, chance), expected: "any" };
  const decision = someDecision(approval, chance, features);
  const edited = decision === "edit" ? { edited: chance.pick(['{"command":"edited"}', "edited"]) } : {};
  return { command: { ...base, decision, ...edited, ...(chance.maybe(0.5) ? { digest } : {}) }, expected: undefined };
}

function someDecision({ gate }: Approval, chance: Chance, features: Features): GateDecision {
  const yes: GateDecision = gate === "question" ? "edit" : "approve";
  if (chance.maybe(0.55)) return yes;
  const offered: readonly GateDecision[] = offeredAt[gate];
  return chance.pick(
    offered.filter(
      (each) => (each !== "abort" || features.aborts) && (each !== "edit" || features.edits || yes === "edit"),
    ),
  );
}

const messageEdit = (approval: ApprovalId, chance: Chance): Command => {
  const calls = chance.pick([
    undefined,
    [],
    [finish()],
    [read, command()],
    [edit],
    [command("make")],
    [read, read, finish()],
  ]);
  return {
    type: "message.edit",
    approval,
    text: "rewritten",
    reason: "better",
    ...(calls === undefined ? {} : { calls }),
  };
};

/** Every bound there is, raised by a factor. */
const someRaises = (state: RunState, factor: number): readonly Raise[] =>
  [...state.caps].map(([scope, caps]) => ({
    scope,
    caps: Object.fromEntries(Object.entries(caps).map(([name, cap]) => [name, Math.ceil((cap ?? 0) * factor) + 1])),
  }));

/** Everything a person may switch now, by feature. A change of lanes to what they are is harmless and always there. */
function switches(features: Features, chance: Chance, state: RunState): Command[] {
  const tickets = state.graph.tickets.map(({ id }) => id);
  const ticket = tickets.length === 0 || chance.maybe(0.05) ? ("nobody" as TicketId) : chance.pick(tickets);
  const wishes: Command[] = [{ type: "run.set_lanes", lanes: state.laneLimit }];
  if (features.pauses || state.pause !== null) wishes.push({ type: "run.resume" }, { type: "run.resume" });
  if (features.pauses) wishes.push({ type: "run.pause", reason: "lunch", drain: chance.maybe(0.5) });
  if (features.modes) wishes.push({ type: "run.set_mode", mode: chance.pick(["async", "linear"]) });
  if (features.trusts) {
    const trust = chance.pick([null, "step", "ask", "auto"] as const);
    // Of one ticket now and then; told by the log's place, so that no run draws more chances for it.
    wishes.push(state.seq % 3 === 0 ? { type: "ticket.set_trust", ticket, trust } : { type: "run.set_trust", trust });
  }
  if (features.lanes) wishes.push({ type: "run.set_lanes", lanes: chance.int(1, 4) });
  if (features.attendance) wishes.push({ type: "run.set_attended", attended: chance.maybe(0.6) });
  if (features.aborts && chance.maybe(0.3)) {
    // Often of a ticket that is being merged, where an abort has most to get wrong.
    const merging = state.seq % 2 === 0 ? state.graph.tickets[state.mergeQueue[0] ?? -1]?.id : undefined;
    wishes.push({ type: "ticket.abort", ticket: merging ?? ticket, reason: "not needed" });
  }
  if (features.reopens)
    wishes.push({ type: "ticket.reopen", ticket, ...(chance.maybe(0.5) ? { guidance: "try again" } : {}) });
  if (features.raises) wishes.push({ type: "budget.raise", raises: someRaises(state, chance.pick([0.5, 1.5, 3])) });
  if (features.runAbort && chance.maybe(0.05)) wishes.push({ type: "run.abort", reason: "enough" });
  return wishes;
}

/** One who is there and helps: answers with yes, resumes. Undefined where nothing waits for a person. */
export function helpfulWish(state: RunState): Wish | undefined {
  const [approval] = state.approvals.values();
  const by = "person:mara";
  if (state.phase !== "ended" && state.pause !== null && !state.aborted)
    return { command: { type: "run.resume" }, by, expected: undefined };
  const [paused] = state.phase === "ended" || state.aborted ? [] : state.pausedTickets.keys();
  const ticket = paused === undefined ? undefined : state.graph.tickets[paused]?.id;
  if (ticket !== undefined) return { command: { type: "ticket.resume", ticket }, by, expected: undefined };
  if (approval === undefined) return undefined;
  if (isPlanAsked(state, approval)) return { command: helpfulPlanAnswer(state, approval), by, expected: undefined };
  const base = { type: "approval.answer", approval: approval.id, reason: "", digest: approval.digest } as const;
  if (approval.gate === "budget") {
    const raises = someRaises(state, 10);
    return { command: { ...base, decision: "edit", edited: "more", raises }, by, expected: undefined };
  }
  const proposal = state.proposals.get(approval.id);
  if (proposal !== undefined && applyToModel(state, { ...proposal.patch, split: [] }) === undefined)
    return { command: { ...base, decision: "reject" }, by, expected: undefined };
  const yes =
    approval.gate === "question"
      ? { decision: "edit" as const, edited: "As you like." }
      : { decision: "approve" as const };
  return { command: { ...base, ...yes }, by, expected: undefined };
}
