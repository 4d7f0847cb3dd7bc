// Watches tier 2's patches: when it is asked, what it may do, and that nothing of it is taken that nobody let pass.

import type { RunState } from "../../src/core/state.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { Event, EventOf, Recorded } from "../../src/domain/event.ts";
import type { ApprovalId, ConsultId } from "../../src/domain/ids.ts";
import type { PlanPatch } from "../../src/domain/plan-patch.ts";
import { must } from "./broken.ts";
import { deepEqual } from "./deep-equal.ts";

export type ReplanMonitor = { readonly see: (before: RunState, recorded: Recorded) => void };

const causes: readonly string[] = ["worker_blocked", "conflict", "verification_failed"];

/** The gate `plan`, written down a second time. */
export function policy(state: RunState, config: RunConfig): "hold" | "pass" | "refuse" {
  const override = state.trust ?? config.trust;
  const rule = config.rules.find(({ gate }) => gate === "plan");
  if (rule?.decision === "reject") return "refuse";
  if (rule?.decision === "approve" && override !== "step") return "pass";
  if (override === "auto" && rule?.decision !== "ask") return "pass";
  return state.attended ? "hold" : "refuse";
}

export function createReplanMonitor(config: RunConfig): ReplanMonitor {
  const asked = new Set<string>();
  const open = new Set<ConsultId>();
  const proposals = new Map<ApprovalId, { readonly blocked: string; readonly patch: PlanPatch }>();
  const answers = new Map<ApprovalId, string>();

  const statusOf = (state: RunState, ticket: string) => {
    const index = state.graph.tickets.findIndex(({ id }) => id === ticket);
    return state.tickets.chunks[0]?.[index];
  };

  const started = (before: RunState, { consult, ticket = "" as never }: EventOf<"consult.started">): void => {
    const own = statusOf(before, ticket);
    const cause = own?.status === "blocked" || own?.status === "failed" ? own.cause : "";
    must(
      config.planning?.replan === true && causes.includes(cause),
      `PATCH11 tier 2 is asked about ${ticket}: ${cause}`,
    );
    must(!asked.has(ticket), () => `PATCH11 tier 2 is asked about ${ticket} a second time`);
    asked.add(ticket);
    must(asked.size <= (config.limits.replans ?? 0), "PATCH11 tier 2 is asked too often");
    must(before.pause === null, "RUN4 PATCH14 tier 2 is asked in a paused run");
    must(policy(before, config) !== "refuse", "PATCH11 tier 2 is asked for what could not be taken");
    open.add(consult);
  };

  const checkTierTwo = (before: RunState, blocked: string, { drop, add }: PlanPatch): void => {
    must(
      drop.some((id) => id === blocked),
      () => `PATCH12 ${blocked} is left blocked`,
    );
    const running = drop.find((id) => ["running", "step_paused"].includes(statusOf(before, id)?.status ?? ""));
    must(running === undefined, () => `PATCH12 tier 2 stops the worker on ${running ?? ""}`);
    must(
      add.every(({ models, trust, startRung }) => models.length === 0 && trust === undefined && startRung === 0),
      "PATCH12 tier 2 says who works",
    );
  };

  const patched = (before: RunState, { patch, blocked, approval }: EventOf<"plan.patched">): void => {
    if (blocked === undefined) return;
    if (approval === undefined) {
      must(policy(before, config) === "pass", "PATCH13 a patch is taken that nobody let pass");
      checkTierTwo(before, blocked, patch);
      return;
    }
    const decision = answers.get(approval);
    const shown = proposals.get(approval);
    must(decision === "approve" || decision === "edit", "PATCH13 a patch is taken that was not signed");
    must(decision === "edit" || deepEqual(shown?.patch, patch), "PATCH13 another patch is taken than was shown");
  };

  const seeEvent = (before: RunState, event: Event): void => {
    if (event.type === "consult.started" && event.purpose === "replan") started(before, event);
    else if (event.type === "consult.ended") open.delete(event.consult);
    else if (event.type === "plan.proposed") {
      must(policy(before, config) === "hold", "PATCH13 a patch is put to a person where nobody is to be asked");
      checkTierTwo(before, event.blocked, event.patch);
      proposals.set(event.approval, event);
    } else if (event.type === "approval.answered") answers.set(event.approval, event.decision);
    else if (event.type === "approval.voided") answers.set(event.approval, "void");
    else if (event.type === "plan.patched") patched(before, event);
    else if (event.type === "run.ended") {
      must(open.size === 0, "PATCH14 the run ends while tier 2 is asked");
      must(
        [...proposals.keys()].every((id) => answers.has(id)),
        "PATCH14 the run ends while a patch waits for a person",
      );
    }
  };

  return { see: (before, { event }) => seeEvent(before, event) };
}
