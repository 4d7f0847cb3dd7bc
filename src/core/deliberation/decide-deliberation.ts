// Commands about deliberations: a person's word, a revocation, an incident, a choice after the end; and the reports of
// their duties. What follows of itself stands in settle-deliberations.ts.

import type { DeliberationReport, DeliberationRequest } from "../../domain/deliberation-command.ts";
import { mostGenerations } from "../../domain/recovery.ts";
import type { Rejection } from "../../domain/rejection.ts";
import { emit, type Draft, type Refused } from "../draft.ts";
import { revokeAgent, silence } from "./leave-table.ts";
import { agentOf, entryOf, isLiving, latestOf, type Deliberation } from "./state.ts";

type RequestOf<T extends DeliberationRequest["type"]> = Extract<DeliberationRequest, { type: T }>;
type ReportOf<T extends DeliberationReport["type"]> = Extract<DeliberationReport, { type: T }>;

export function handleDeliberation(draft: Draft, request: DeliberationRequest): Refused {
  const deliberation = draft.state.deliberations.get(request.deliberation);
  if (deliberation === undefined) return { code: "deliberation_unknown", deliberation: request.deliberation };
  switch (request.type) {
    case "deliberation.tell":
      return tell(draft, deliberation, request);
    case "deliberation.revoke":
      return revoke(draft, deliberation, request);
    case "deliberation.report_incident":
      return reportIncident(draft, deliberation, request);
    case "deliberation.accept_partial":
      return acceptPartial(draft, deliberation, request);
    case "deliberation.claim_recovery":
      return claimRecovery(draft, deliberation, request);
    default:
      return request satisfies never;
  }
}

const over = ({ id, result }: Deliberation): Rejection | undefined =>
  result === null ? undefined : { code: "deliberation_over", deliberation: id, outcome: result.outcome };

function tell(draft: Draft, deliberation: Deliberation, { to, text }: RequestOf<"deliberation.tell">): Refused {
  const ended = over(deliberation);
  if (ended !== undefined) return ended;
  if (to !== "all" && agentOf(deliberation, to) === undefined) return unknownRole(deliberation, to);
  const from = draft.circumstances.by;
  emit(draft, { type: "deliberation.messaged", deliberation: deliberation.id, from, to, kind: "steer", text });
  return undefined;
}

const unknownRole = ({ agents }: Deliberation, role: string): Rejection => ({
  code: "role_unknown",
  role,
  known: agents.map((agent) => agent.role),
});

function revoke(
  draft: Draft,
  deliberation: Deliberation,
  { roles, reason }: RequestOf<"deliberation.revoke">,
): Refused {
  const ended = over(deliberation);
  if (ended !== undefined) return ended;
  if (deliberation.ending !== null) return { code: "already_so", what: "the end that revokes its agents has begun" };
  const stranger = roles === "all" ? undefined : roles.find((role) => agentOf(deliberation, role) === undefined);
  if (stranger !== undefined) return unknownRole(deliberation, stranger);
  const meant = deliberation.agents.filter(
    (agent) => agent.status !== "revoked" && (roles === "all" || roles.includes(agent.role)),
  );
  if (meant.length === 0) return { code: "already_so", what: "what these agents may do is revoked" };
  for (const { role } of meant) {
    revokeAgent(draft, deliberation.id, { role, reason });
    silence(draft, deliberation.id, role);
  }
  return undefined;
}

function reportIncident(
  draft: Draft,
  deliberation: Deliberation,
  { incident, agent: named }: RequestOf<"deliberation.report_incident">,
): Refused {
  const { id, incidents, agents } = deliberation;
  const { by } = draft.circumstances;
  if (named !== undefined && agentOf(deliberation, named) === undefined) return unknownRole(deliberation, named);
  // A line for the log is nobody's error.
  const isNote = incident.kind === "reported" && incident.severity === "low";
  const agent = isNote ? undefined : (named ?? agents.find(({ role }) => by === `worker:${role}`)?.role);
  const isSame = (each: Deliberation["incidents"][number]): boolean =>
    each.kind === incident.kind && each.detail === incident.detail && each.agent === (agent ?? null);
  if (incidents.some(isSame)) return { code: "already_so", what: "this incident is recorded" };
  const whose = agent === undefined ? {} : { agent };
  emit(draft, { type: "deliberation.incident", deliberation: id, incident, by, ...whose });
  return undefined;
}

function acceptPartial(
  draft: Draft,
  deliberation: Deliberation,
  { section, key, version: asked, reason }: RequestOf<"deliberation.accept_partial">,
): Refused {
  const { id, result, accepted } = deliberation;
  if (result === null) return { code: "deliberation_open", deliberation: id };
  if (result.outcome === "consensus") return { code: "deliberation_over", deliberation: id, outcome: "consensus" };
  if (accepted !== null) return { code: "already_so", what: `${accepted.key} v${accepted.version} is accepted` };
  const entry = entryOf(deliberation, section, key);
  const version = asked ?? (entry === undefined ? 0 : latestOf(entry).version);
  if (entry === undefined || !entry.versions.some((each) => each.version === version))
    return { code: "entry_unknown", entry: `${section}/${key}`, version };
  emit(draft, { type: "deliberation.partial_accepted", deliberation: id, section, key, version, reason });
  return undefined;
}

function claimRecovery(
  draft: Draft,
  deliberation: Deliberation,
  { run, generation, why, model, changes }: RequestOf<"deliberation.claim_recovery">,
): Refused {
  const { id, result, recovery, accepted, handoff, inheritance } = deliberation;
  if (result === null) return { code: "deliberation_open", deliberation: id };
  if (recovery !== null) return { code: "recovery_claimed", run: recovery.run };
  // What a person chooses instead of the policy begins a chain of its own.
  const next = why === "policy" ? (inheritance?.generation ?? 1) + 1 : 1;
  const refuse = (problem: string): Rejection => ({ code: "recovery_refused", problem });
  if (deliberation.purpose !== "question") return refuse("this deliberation is part of a run that goes on without it");
  if (result.outcome === "consensus") return refuse("its agents agreed: there is nothing to recover from");
  if (accepted !== null) return refuse(`what there is was accepted: ${accepted.key} v${accepted.version}`);
  if (next > mostGenerations) return refuse(`it was run ${mostGenerations} of ${mostGenerations} of its chain`);
  if (generation !== next) return refuse(`the run after this one is ${next} of its chain, not ${generation}`);
  if (handoff === null || !handoff.stored) return refuse("its handoff could not be stored");
  if (changes.length === 0) return refuse("nothing would be other than in the run before");
  const asked = model === undefined ? {} : { model };
  const claimed = { deliberation: id, run, generation, why, ...asked, changes: [...changes] };
  emit(draft, { type: "deliberation.recovery_claimed", ...claimed });
  return undefined;
}

// ---- reports: one that is no longer awaited leads to no events -------------------------------------------------

export function handleDeliberationReport(draft: Draft, report: DeliberationReport): Refused {
  const deliberation = draft.state.deliberations.get(report.deliberation);
  if (deliberation === undefined || deliberation.result !== null) return undefined;
  switch (report.type) {
    case "report.alarm":
      // Whatever has come due is looked at after every command.
      return undefined;
    case "report.heard":
      return reportHeard(draft, deliberation, report);
    case "report.evidence":
      return reportEvidence(draft, deliberation, report);
    case "report.handed_off":
      return reportHandedOff(draft, deliberation, report);
    case "report.handoff_failed":
      return reportHandoffFailed(draft, deliberation, report);
    default:
      return report satisfies never;
  }
}

function reportHeard(draft: Draft, deliberation: Deliberation, { role }: ReportOf<"report.heard">): Refused {
  const agent = agentOf(deliberation, role);
  if (agent === undefined || !isLiving(agent) || agent.consult === null) return undefined;
  emit(draft, { type: "deliberation.heard", deliberation: deliberation.id, role });
  return undefined;
}

function reportEvidence(draft: Draft, deliberation: Deliberation, report: ReportOf<"report.evidence">): Refused {
  const { section, key, version, result, detail, ms } = report;
  const entry = entryOf(deliberation, section, key);
  const isAwaited = entry?.versions.some((each) => each.version === version && each.evidence === null);
  if (isAwaited !== true) return undefined;
  const about = { deliberation: deliberation.id, section, key, version };
  emit(draft, { type: "deliberation.evidence_checked", ...about, result, detail, ms });
  return undefined;
}

function reportHandedOff(
  draft: Draft,
  { id, ending }: Deliberation,
  { at, handoff }: ReportOf<"report.handed_off">,
): Refused {
  if (ending?.stage !== "handoff") return undefined;
  emit(draft, { type: "deliberation.handed_off", deliberation: id, at, handoff });
  return undefined;
}

function reportHandoffFailed(
  draft: Draft,
  { id, ending }: Deliberation,
  { problem }: ReportOf<"report.handoff_failed">,
): Refused {
  if (ending?.stage !== "handoff") return undefined;
  emit(draft, { type: "deliberation.handoff_failed", deliberation: id, problem });
  return undefined;
}
