// From a goal to a settled plan: tracks by tier 1, tickets by tier 2, then the gate `plan`. EPIC rules in docs/SPEC.md.

import type { ApprovalId, ModelId } from "../domain/ids.ts";
import { ofTrack } from "../domain/entry-plan.ts";
import { readTrackAnswer, takeJson } from "../domain/plan-answer.ts";
import { describePlanProblem } from "../domain/plan-problem.ts";
import { parseTicketFile } from "../domain/ticket-file.ts";
import type { Ticket } from "../domain/ticket.ts";
import { checkDraft } from "./check-draft.ts";
import { askRunGate } from "./clutch.ts";
import { refusedWords } from "./budget.ts";
import { chosenPlan, planningTable, type ChosenPlan } from "./deliberation/chosen-plan.ts";
import { openPlanningTable } from "./deliberation/for-plan.ts";
import { planStory } from "./deliberation/plan-story.ts";
import { askTier } from "./start-consult.ts";
import { emit, type Draft } from "./draft.ts";
import { voidRunQuestions } from "./end.ts";
import { checkPlan } from "./plan-rules.ts";
import { configOf, type Consult, type RunState } from "./state.ts";

/** Tickets in one `plan.added`, so that no single record grows with the plan. */
const planChunk = 200;

export function addTickets(draft: Draft, tickets: readonly Ticket[], track?: string): void {
  const named = track === undefined ? {} : { track };
  for (let from = 0; from < tickets.length; from += planChunk)
    emit(draft, { type: "plan.added", tickets: tickets.slice(from, from + planChunk), ...named });
}

/** Tickets drafted so far, in the order they came. */
export const draftedTickets = (state: RunState): readonly Ticket[] => state.draftPlan.flat();

/** What follows of itself while a run is planned, then the gate. True: a table was opened that is to make the plan. */
export function settlePlanning(draft: Draft): boolean {
  const { state } = draft;
  if (configOf(state).goal === undefined || state.pause !== null || state.aborted) return false;
  if (state.approvals.size > 0) return false;
  if (state.tracks === null && openPlanningTable(draft)) return true;
  const table = planningTable(draft.state);
  const chosen = table === undefined ? undefined : chosenPlan(table);
  if (chosen !== undefined) takePlan(draft, chosen);
  else if (table === undefined || table.result !== null) askTiers(draft);
  return false;
}

/** What a table left becomes the draft, as the answers of tiers 1 and 2 would. */
function takePlan(draft: Draft, { plan: { tracks, tickets }, deliberation, key, version }: ChosenPlan): void {
  const deliberated = { deliberation, key, version };
  if (draft.state.tracks === null) emit(draft, { type: "plan.tracked", tracks: [...tracks], deliberated });
  for (const { id } of tracks)
    if (!draft.state.draftedTracks.has(id))
      addTickets(
        draft,
        tickets.filter(({ track }) => track === id),
        id,
      );
  proposePlan(draft);
}

function askTiers(draft: Draft): void {
  const { tracks } = draft.state;
  if (tracks === null) {
    if (draft.state.consults.size === 0) ask(draft, "tracks", {});
    return;
  }
  for (const track of tracks) {
    const isAsked = [...draft.state.consults.values()].some((consult) => consult.track === track.id);
    const isReady = track.dependsOn.every((id) => draft.state.draftedTracks.has(id));
    if (draft.state.draftedTracks.has(track.id) || isAsked || !isReady || !hasLane(draft.state)) continue;
    ask(draft, "tickets", { track: track.id });
    if (draft.state.phase !== "planning" || draft.state.approvals.size > 0) return;
  }
  if (tracks.every(({ id }) => draft.state.draftedTracks.has(id))) proposePlan(draft);
}

const hasLane = (state: RunState): boolean => state.consults.size < (state.mode === "linear" ? 1 : state.laneLimit);

function ask(draft: Draft, purpose: "tracks" | "tickets", subject: { track?: string }): void {
  const asked = askTier(draft, purpose, subject);
  const tier = purpose === "tracks" ? 1 : 2;
  if (asked.kind === "no_model") endUnplanned(draft, `no model is configured for tier ${tier}`);
  else if (asked.kind === "refused") holdPlanning(draft, asked.model, asked.why);
}

/** The call that would overdraw: a person raises the bound, plans by hand or stops the run. */
export function holdPlanning(draft: Draft, model: ModelId, why: string): void {
  const shown = refusedWords(`The next call of planning to ${model}`, why);
  const answer = askRunGate(draft.state, "budget");
  if (answer.kind === "hold") askAboutRun(draft, "budget", shown);
  else giveUpPlanning(draft, shown);
}

// ---- answers ---------------------------------------------------------------------------------------------------

/** Takes tier 1's tracks, or says everything that is wrong with them. */
export function readTracks(draft: Draft, answer: string): readonly string[] {
  const read = readTrackAnswer(answer);
  if (!read.ok) return read.problems;
  emit(draft, { type: "plan.tracked", tracks: [...read.tracks] });
  return [];
}

/** Takes tier 2's tickets of one track, checked together with those of the tracks before it. */
export function readTickets(draft: Draft, consult: Consult, answer: string): readonly string[] {
  const taken = takeJson(answer);
  if (!taken.ok) return [taken.problem];
  const parsed = parseTicketFile(taken.json);
  if (!parsed.ok) return parsed.problems.map(describePlanProblem);
  const track = consult.track ?? "";
  const { verify } = parsed.plan;
  const tickets = parsed.plan.tickets.map((ticket): Ticket =>
    ofTrack({ ...ticket, verify: [...verify, ...ticket.verify] }, track),
  );
  const problems = checkDraft(configOf(draft.state), tickets, draftedTickets(draft.state));
  if (problems.length > 0) return problems;
  addTickets(draft, tickets, track);
  return [];
}

// ---- the gate --------------------------------------------------------------------------------------------------

function proposePlan(draft: Draft): void {
  const problems = checkPlan(draftedTickets(draft.state));
  if (problems.length > 0) {
    giveUpPlanning(draft, problems.map(describePlanProblem).join("\n"));
    return;
  }
  const answer = askRunGate(draft.state, "plan");
  // A plan that nobody works by needs no signature: whoever runs it later has read it then.
  const isOnlyPlanned = !draft.state.attended && configOf(draft.state).goal?.only === "plan";
  if (answer.kind === "pass" || isOnlyPlanned) acceptPlan(draft);
  else if (answer.kind === "hold") requestSignature(draft, "");
  else endUnplanned(draft, `the plan needs a person's signature and ${answer.rule}`);
}

export function acceptPlan(draft: Draft): void {
  const tickets = draftedTickets(draft.state).length;
  emit(draft, { type: "plan.accepted", tickets });
  if (configOf(draft.state).goal?.only !== "plan") return;
  const reason = `its plan of ${tickets === 1 ? "1 ticket" : `${tickets} tickets`} is settled`;
  emit(draft, { type: "run.ended", outcome: "planned", reason });
}

/** `shown` names what an approval signs: the drafted tickets, by their digest, and how they came about. */
function requestSignature(draft: Draft, problems: string): void {
  const tickets = draftedTickets(draft.state);
  const digest = draft.circumstances.digest(JSON.stringify(tickets));
  const story = planStory(draft.state);
  const shown = JSON.stringify({
    tickets: tickets.length,
    digest,
    ...(problems === "" ? {} : { problems }),
    ...(story.length === 0 ? {} : { story }),
  });
  askAboutRun(draft, "plan", shown);
}

const askAboutRun = (draft: Draft, gate: "plan" | "budget", shown: string): void =>
  emit(draft, {
    type: "approval.requested",
    approval: `A${draft.state.seq + 1}` as ApprovalId,
    gate,
    turn: 0,
    call: 0,
    tool: "",
    shown,
    digest: draft.circumstances.digest(shown),
  });

/** No plan came of it. A person may write one in its place; without a person the run ends and says why. */
export function giveUpPlanning(draft: Draft, detail: string): void {
  voidRunQuestions(draft, "the plan was given up");
  if (draft.state.attended) requestSignature(draft, detail);
  else endUnplanned(draft, detail);
}

/** A reason is one line. */
function endUnplanned(draft: Draft, why: string): void {
  const reason = `there is no plan to work by: ${why.trim().replace(/\s*\n\s*/g, "; ")}`;
  emit(draft, { type: "run.ended", outcome: "blocked", reason });
}
