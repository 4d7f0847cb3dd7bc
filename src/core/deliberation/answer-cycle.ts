// What an agent's answer means: its moves as events, in their order, or everything that is wrong with it.

import type { CommandOf } from "../../domain/command.ts";
import type { AgentAnswer } from "../../domain/deliberation-answer.ts";
import { readAgentAnswer, readSynthesisAnswer, synthesisText } from "../../domain/read-deliberation-answer.ts";
import type { Text } from "../../domain/text.ts";
import { emit, type Draft } from "../draft.ts";
import { refusedWords } from "../budget.ts";
import type { Consult } from "../state.ts";
import { problemsOfMoves } from "./check-moves.ts";
import { beginEnding } from "./ending.ts";
import { deliberationOf } from "./evolve-deliberation.ts";
import { silence } from "./leave-table.ts";
import { phaseNow } from "./phase-now.ts";
import { isPlanning, readLastPlan, readPlans, type WholeAnswer, type WholeMove } from "./plan-moves.ts";
import { agentOf, entryOf, latestOf, type Agent, type Deliberation } from "./state.ts";

type Answer = CommandOf<"report.consulted">;
/** Whose cycle it is, and where its long texts are stored. */
type Cycle = {
  readonly id: Deliberation["id"];
  readonly role: string;
  readonly keep: (text: string) => Text;
  readonly digest: (text: string) => string;
};

const seatOf = (draft: Draft, consult: Consult): { readonly deliberation: Deliberation; readonly agent: Agent } => {
  const { deliberation: id, role } = consult;
  const deliberation = id === null ? undefined : deliberationOf(draft.state, id);
  const agent = deliberation && role !== null ? agentOf(deliberation, role) : undefined;
  if (deliberation === undefined || agent === undefined) throw new Error(`${consult.id} is nobody's cycle`);
  return { deliberation, agent };
};

export function readCycle(draft: Draft, consult: Consult, answer: Answer): readonly string[] {
  const { deliberation, agent } = seatOf(draft, consult);
  const { digest } = draft.circumstances;
  const keep = (text: string): Text => answer.stored?.[digest(text)] ?? text;
  const cycle: Cycle = { id: deliberation.id, role: agent.role, keep, digest };
  if (consult.purpose === "synthesise") return readSynthesis(draft, consult, { answer: answer.answer, cycle });
  const read = readAgentAnswer(answer.answer, { isPlanning: isPlanning(deliberation) });
  if (!read.ok) return read.problems;
  const { whole, problems: unsound } = readPlans(draft.state, deliberation, read.value);
  const problems = [...unsound, ...problemsOfMoves(deliberation, agent, { answer: whole, digest })];
  if (problems.length > 0) return problems;
  // Before what follows of it, which may be the deliberation's end.
  emit(draft, { type: "consult.ended", consult: consult.id, result: "used", detail: "" });
  makeMoves(draft, cycle, whole);
  return [];
}

function makeMoves(draft: Draft, cycle: Cycle, answer: WholeAnswer): void {
  const { id: deliberation, role, keep } = cycle;
  for (const objection of answer.settled) settleObjection(draft, cycle, { objection, how: "withdrawn" });
  const refused = new Set<string>();
  for (const move of answer.entries) if (!write(draft, cycle, move)) refused.add(`${move.section}/${move.key}`);
  for (const { section, key, version, severity, text } of answer.objections) {
    const objection = `O${draft.state.seq + 1}`;
    const about = { deliberation, role, objection, section, key, version };
    emit(draft, { type: "deliberation.objected", ...about, severity, text: keep(text) });
  }
  for (const { to, kind, text } of answer.messages)
    emit(draft, { type: "deliberation.messaged", deliberation, from: role, to, kind, text: keep(text) });
  // What was meant for words that were not written is not counted for those that stand there.
  for (const vote of answer.votes) if (!refused.has(`synthesis/${vote.key}`)) castVote(draft, cycle, vote);
  changeAgent(draft, cycle, answer);
}

/** False where another version stood there. */
function write(draft: Draft, { id, role, keep, digest }: Cycle, move: WholeMove): boolean {
  const { section, key, base, text, patch, tests, plan } = move;
  const entry = entryOf(deliberationOf(draft.state, id), section, key);
  const current = entry === undefined ? 0 : latestOf(entry).version;
  if (base !== current) {
    const about = { deliberation: id, role, section, key, base, current };
    emit(draft, { type: "deliberation.write_refused", ...about, text: keep(text) });
    return false;
  }
  const hasPatch = patch !== undefined && patch.trim() !== "";
  emit(draft, {
    type: "deliberation.written",
    deliberation: id,
    author: role,
    section,
    key,
    version: current + 1,
    text: keep(text),
    digest: digest(text),
    ...(hasPatch ? { patch: keep(patch), ...(tests === undefined || tests.length === 0 ? {} : { tests }) } : {}),
    ...(plan === undefined ? {} : { plan }),
  });
  return true;
}

function castVote(draft: Draft, cycle: Cycle, vote: AgentAnswer["votes"][number]): void {
  const { id: deliberation, role, keep } = cycle;
  const { key, version, stance, score, reasoning } = vote;
  emit(draft, {
    type: "deliberation.voted",
    deliberation,
    role,
    key,
    version,
    stance,
    ...(score === undefined ? {} : { score }),
    reasoning: keep(reasoning),
  });
  if (stance !== "accept") return;
  // Who accepts this version has nothing more against the entry, as far as it had read it.
  for (const each of deliberationOf(draft.state, deliberation).objections) {
    const isMet = each.role === role && each.section === "synthesis" && each.key === key && each.version <= version;
    if (isMet && each.settled === null)
      settleObjection(draft, cycle, { objection: each.id, how: each.version < version ? "met" : "withdrawn" });
  }
}

function settleObjection(
  draft: Draft,
  { id, role }: Pick<Cycle, "id" | "role">,
  { objection, how }: { readonly objection: string; readonly how: "withdrawn" | "met" },
): void {
  const open = deliberationOf(draft.state, id).objections.find((each) => each.id === objection);
  if (open === undefined || open.settled !== null) return;
  emit(draft, { type: "deliberation.objection_settled", deliberation: id, role, objection, how });
}

function changeAgent(draft: Draft, { id, role }: Cycle, answer: WholeAnswer): void {
  const deliberation = deliberationOf(draft.state, id);
  const agent = agentOf(deliberation, role);
  if (agent === undefined) return;
  const cycle = agent.cycle + 1;
  const { status, waitingFor, blocked, progress, confidence, complexity } = answer;
  emit(draft, {
    type: "deliberation.agent_changed",
    deliberation: id,
    role,
    status,
    phase: phaseNow(deliberation, { ...agent, cycle }),
    cycle,
    progress,
    confidence,
    ...(status === "waiting" && waitingFor !== undefined ? { waitingFor } : {}),
    ...(blocked === undefined || blocked.trim() === "" ? {} : { blocked }),
    ...(complexity === undefined ? {} : { complexity }),
  });
}

/** The last word at an abort: what is saved of the work, as one entry of the synthesis. */
function readSynthesis(
  draft: Draft,
  consult: Consult,
  { answer, cycle }: { readonly answer: string; readonly cycle: Cycle },
): readonly string[] {
  const table = deliberationOf(draft.state, cycle.id);
  const read = readSynthesisAnswer(answer, { isPlanning: isPlanning(table) });
  if (!read.ok) return read.problems;
  const { key } = read.value;
  const { whole: plan, problems } = readLastPlan(draft.state, read.value);
  if (problems.length > 0) return problems;
  const whole = synthesisText(read.value);
  emit(draft, { type: "consult.ended", consult: consult.id, result: "used", detail: "" });
  const entry = entryOf(table, "synthesis", key);
  const version = entry === undefined ? 1 : latestOf(entry).version + 1;
  const { id: deliberation, role: author, keep, digest } = cycle;
  const place = { deliberation, author, section: "synthesis", key, version } as const;
  emit(draft, {
    type: "deliberation.written",
    ...place,
    text: keep(whole),
    digest: digest(whole),
    ...(plan === undefined ? {} : { plan }),
  });
  emit(draft, {
    type: "deliberation.synthesised",
    deliberation,
    result: "written",
    detail: `synthesis/${key} v${version}`,
  });
  return [];
}

/** Its calls came to nothing for good. The consult is ended already. */
export function giveUpCycle(draft: Draft, consult: Consult, detail: string): void {
  const { deliberation, agent } = seatOf(draft, consult);
  const { id } = deliberation;
  if (consult.purpose === "synthesise") {
    emit(draft, { type: "deliberation.synthesised", deliberation: id, result: "missed", detail });
    return;
  }
  emit(draft, { type: "deliberation.agent_lost", deliberation: id, role: agent.role, detail });
  const incident = {
    kind: "agent_failure",
    severity: "high",
    detail: `${agent.role}: ${detail}`.slice(0, 4_000),
  } as const;
  emit(draft, { type: "deliberation.incident", deliberation: id, incident, by: "engine" });
  silence(draft, id, agent.role);
}

/** No budget allows the next call of this cycle. */
export function refuseCycle(draft: Draft, consult: Consult, why: string): void {
  const { deliberation, agent } = seatOf(draft, consult);
  const detail = refusedWords(`A call for ${agent.role} to ${consult.model}`, why);
  emit(draft, { type: "consult.ended", consult: consult.id, result: "given_up", detail });
  const oneLine = detail.replaceAll("\n", "; ");
  if (consult.purpose === "synthesise")
    emit(draft, {
      type: "deliberation.synthesised",
      deliberation: deliberation.id,
      result: "skipped",
      detail: oneLine,
    });
  else if (deliberation.ending === null) beginEnding(draft, deliberation, { outcome: "budget", detail: oneLine });
}
