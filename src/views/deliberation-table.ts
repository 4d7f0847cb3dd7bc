// A deliberation as rows of words, one wording for `tutti status` and the live view.

import type { AgentRow, Candidate, ConditionMeter, DeliberationView } from "./deliberation-view.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { counted, cut, durationInWords, listInWords } from "./words.ts";

export type AgentCells = {
  readonly role: string;
  readonly consult: AgentRow["consult"];
  readonly status: AgentRow["status"] | "away";
  readonly progress: string;
  /** What it does or waits for. */
  readonly doing: string;
  readonly model: string;
};

const percent = (part: number): string => `${Math.round(part * 100)}%`;

/** A row for each agent, and one for the mediator's empty chair. */
export function agentCells({ agents, empty }: DeliberationView): readonly AgentCells[] {
  const rows = agents.map((agent) => ({
    role: agent.role,
    consult: agent.consult,
    status: agent.status,
    progress: percent(agent.progress),
    doing: doingOf(agent),
    model: toPrintableLine(agent.model),
  }));
  if (empty === null) return rows;
  const { role, model } = empty;
  return [
    ...rows,
    {
      role,
      consult: null,
      status: "away",
      progress: "",
      doing: "mediates when it is called",
      model: toPrintableLine(model),
    },
  ];
}

function doingOf({ consult, phase, waitingFor, blocked, cycle, kind, status, errors }: AgentRow): string {
  const what = kind === "mediator" ? "mediates" : phase;
  // Who is revoked for them says so in its reason.
  const isToTell = errors !== null && errors.made > 0 && status !== "revoked";
  const made = isToTell ? `, ${errors.made} of ${counted(errors.allowed, "error")}` : "";
  const cycles = `${counted(cycle, "cycle")}${made}`;
  const why = blocked === null || blocked === "" ? "" : `: ${cut(toPrintableLine(blocked), 100)}`;
  if (status === "waiting" && waitingFor !== null && consult === null)
    return `waits for ${waitingFor}${why} (${cycles})`;
  return `${consult !== null ? `${what}, cycle ${cycle + 1}${made}` : cycles}${why}`;
}

/** `STUCK 0/1`, a met one marked. */
export const meterWords = ({ condition, value, threshold, metAt }: ConditionMeter): string =>
  `${condition} ${figure(value)}/${figure(threshold)}${metAt === null ? "" : " met"}`;

const figure = (value: number): string => (Number.isInteger(value) ? String(value) : value.toFixed(2));

/** `plan v3 of ALPHA: ALPHA and BETA stand for it; GAMMA rejects`. */
export function candidateWords({ key, version, author, votes, accepted, blockedBy, evidence }: Candidate): string {
  const parts = [
    accepted.length === 0
      ? "nobody stands for it"
      : `${listInWords(accepted, 9)} ${accepted.length === 1 ? "stands" : "stand"} for it`,
    ...votes
      .filter(({ stance, isStale }) => !isStale && stance !== "accept")
      .map(({ role, stance }) => `${role} ${stance}s`),
    ...votes.filter(({ isStale }) => isStale).map(({ role, version: of }) => `${role} voted for v${of}`),
    ...(blockedBy.length === 0 ? [] : [`blocked by ${listInWords(blockedBy, 9)}`]),
    ...(evidence === null ? [] : [`its checks are ${evidence}`]),
  ];
  return `${toPrintableLine(key)} v${version} of ${author}: ${parts.join("; ")}`;
}

/** Where it stands, in one line. */
export function standingWords(view: DeliberationView): string {
  const { outcome, detail, ending, round, roundLimit, elapsedMs, timeoutMs } = view;
  if (outcome !== null) return `${outcome}: ${toPrintableLine(detail ?? "")}`;
  const time = `${durationInWords(elapsedMs)} of ${durationInWords(timeoutMs)}`;
  const where = `round ${round} of ${roundLimit}, ${time}`;
  return ending === null ? where : `ending (${ending.outcome}): ${toPrintableLine(ending.detail)}; ${where}`;
}

export const convergenceWords = (rounds: readonly number[]): string =>
  rounds.length === 0
    ? ""
    : `convergence ${rounds
        .slice(-12)
        .map((each) => each.toFixed(2))
        .join(" ")}`;

/** Lines for `tutti status`; `table` lays columns out. */
export function deliberationStatusLines(
  view: DeliberationView,
  table: (rows: readonly (readonly string[])[]) => readonly string[],
): readonly string[] {
  const rows = agentCells(view).map(({ role, status, progress, doing, model }) => [
    role,
    status,
    progress,
    doing,
    model,
  ]);
  const { mediator, objections, generation, prior, dissent, recovery } = view;
  return [
    `Deliberation: ${standingWords(view)}`,
    ...(prior === null ? [] : [`Attempt ${generation}/3, recovering from ${prior}`]),
    "",
    ...table(rows),
    "",
    view.conditions.map(meterWords).join("   "),
    ...(mediator === null ? [] : [`${mediator.role} came for ${mediator.why}: ${toPrintableLine(mediator.detail)}`]),
    ...(view.convergence.length === 0 ? [] : [convergenceWords(view.convergence)]),
    ...view.candidates.map((candidate) => `synthesis ${candidateWords(candidate)}`),
    ...objections.map(
      ({ id, role, entry, version, severity, head }) =>
        `${id} ${severity}, ${role} to ${toPrintableLine(entry)} v${version}: ${cut(toPrintableLine(head), 120)}`,
    ),
    ...dissent.map(({ role, reasoning }) => `dissent of ${role}: ${cut(toPrintableLine(reasoning), 200)}`),
    ...(recovery === null ? [] : [`Recovered by ${recovery.run} (attempt ${recovery.generation}/3)`]),
  ];
}
