// A world in which everything goes well, for a state that is taken from anywhere: it drives a run to its rest.

import { decide } from "../../src/core/decide.ts";
import { duties, type Duty } from "../../src/core/duties.ts";
import { brokenInvariants } from "../../src/core/invariants.ts";
import type { DeliberationDuty } from "../../src/core/deliberation/duties.ts";
import type { RunState } from "../../src/core/state.ts";
import type { Command } from "../../src/domain/command.ts";
import type { Digest } from "../../src/domain/ids.ts";
import { headOf } from "../../src/domain/text.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import { digest } from "../support/given.ts";
import { finish } from "./story.ts";

/** The state at rest. Throws where a rule breaks, or where there is no rest after `most` commands. */
export function driveToRest(from: RunState, most = 2_000): RunState {
  let state = from;
  let now = state.lastAt;
  for (let step = 0; step < most; step += 1) {
    const command = nextOf(state);
    if (command === undefined) return state;
    now += 1_000;
    const decision = decide(state, command, { at: now, by: "engine", chance: 0.5, digest });
    if (!decision.ok) throw new Error(`${command.type} was refused: ${JSON.stringify(decision.rejection)}`);
    ({ state } = decision);
    const broken = brokenInvariants(state);
    if (broken.length > 0) throw new Error(`after ${command.type}: ${broken.join("; ")}`);
  }
  throw new Error(`no rest after ${most} commands: ${JSON.stringify(state.counts)}`);
}

function nextOf(state: RunState): Command | undefined {
  const [approval] = state.approvals.values();
  if (approval !== undefined && state.ended === null) {
    // A bound is not raised, and a plan that came to nothing is not signed.
    const isSigned =
      approval.gate !== "budget" && !(approval.gate === "plan" && headOf(approval.shown).includes("problems"));
    if (!isSigned && approval.index === null) return { type: "run.abort", reason: "no more" };
    const edited = approval.gate === "question" ? { edited: "the first" } : {};
    const decision = !isSigned ? "reject" : approval.gate === "question" ? "edit" : "approve";
    return { type: "approval.answer", approval: approval.id, decision, reason: "", ...edited };
  }
  const [duty] = duties(state);
  if (duty !== undefined) return reportOf(state, duty);
  return state.ended === null && state.pause !== null ? { type: "run.resume" } : undefined;
}

function reportOf(state: RunState, duty: Duty): Command {
  if (duty.kind === "consult") {
    const { consult, round, try: count } = duty;
    const failed = { code: "unknown_model", detail: "nobody is there", usage: zeroUsage, ms: 1 } as const;
    return { type: "report.consult_failed", consult, round, try: count, ...failed };
  }
  if (!("ref" in duty)) return reportOfDeliberation(state, duty);
  const { ref } = duty;
  switch (duty.kind) {
    case "prepare":
      return { type: "report.prepared", ...ref, base: "c0", branch: "b", prompt: "Do it.", omitted: [] };
    case "turn": {
      const { turn, try: count } = duty;
      const said = { text: "", calls: [finish()], finish: "calls", usage: zeroUsage, ms: 1 } as const;
      return { type: "report.replied", ...ref, turn, try: count, ...said, calls: [...said.calls] };
    }
    case "tool":
      return {
        type: "report.tool",
        ...ref,
        turn: duty.turn,
        call: duty.call,
        ok: true,
        output: "",
        ms: 1,
        changed: [],
      };
    case "verify":
      return { type: "report.verified", ...ref, round: duty.round, ms: 1, commands: 1 };
    case "merge":
      return { type: "report.merged", ...ref, commit: `c${state.seq}`, verified: "attempt", ms: 1 };
    case "withdraw":
      return { type: "report.withdrawn", ...ref };
    case "dispose":
      return { type: "report.disposed", ...ref };
    default:
      return duty satisfies never;
  }
}

/** Agents whose calls all fail leave a deliberation that ends by itself. */
function reportOfDeliberation(state: RunState, duty: DeliberationDuty): Command {
  const { deliberation } = duty;
  if (duty.kind === "alarm") return { type: "report.alarm", deliberation, due: duty.due };
  if (duty.kind === "evidence") {
    const { section, entry: key, version } = duty;
    return { type: "report.evidence", deliberation, section, key, version, result: "green", detail: "", ms: 1 };
  }
  const handoff = { blob: "a".repeat(64) as Digest, bytes: 2, head: "{}" };
  return { type: "report.handed_off", deliberation, at: state.seq, handoff };
}
