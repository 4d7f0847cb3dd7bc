// The consult duty: one call of a model that has no tools, and its answer as it came. What it means is the core's.

import type { ConsultStep } from "../domain/model-step.ts";
import type { Duty } from "../core/duties.ts";
import { findTicket } from "../core/graph.ts";
import { draftedTickets } from "../core/planning.ts";
import { planningTable, plansWithoutAgreement } from "../core/deliberation/chosen-plan.ts";
import { agentOf } from "../core/deliberation/state.ts";
import { configOf, isDropped, ticketAt, type Consult, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import type { Reservation } from "../domain/event.ts";
import type { Report } from "../domain/command.ts";
import type { Limits } from "../domain/config.ts";
import { outputOf } from "../domain/consult-output.ts";
import { askInDeliberation } from "./ask-in-deliberation.ts";
import { askAboutAttempt } from "./ask-about-attempt.ts";
import { hearAgent, sayAloud, storeLongTexts } from "./hear-agent.ts";
import { loadText, storeText } from "./texts.ts";
import { callWithinDay } from "./day-budget.ts";
import { priced } from "./priced.ts";
import type { Question } from "../domain/question.ts";
import type { Fault, ModelDelta, ModelMessage, ModelReply, ModelRequest, Ports } from "./ports.ts";
import { zeroUsage } from "../domain/usage.ts";
import type { World } from "./run-duty.ts";

type ConsultDuty = Extract<Duty, { kind: "consult" }>;

export async function runConsult(duty: ConsultDuty, world: World): Promise<Report | undefined> {
  const { ports, state, signal } = world;
  const consult = state.consults.get(duty.consult);
  if (consult === undefined) return undefined;
  const config = configOf(state);
  const isPlanning = consult.deliberation !== null && planningTable(state)?.id === consult.deliberation;
  const question =
    (await askInDeliberation(ports, state, consult)) ??
    (await askAboutAttempt(ports, state, consult)) ??
    (await askToPlan(ports, state, consult));
  const messages = await conversation(ports, consult, question);
  if (signal.aborted) return undefined;
  const started = ports.clock.elapsed();
  const { maxOutputTokens, turnMs, idleMs } = boundsOf(consult, state);
  const ref = { consult: duty.consult, round: duty.round, try: duty.try };
  const request: ModelRequest = {
    model: duty.model,
    system: config.prompts?.find((prompt) => prompt.name === consult.purpose)?.text ?? "",
    messages,
    tools: [],
    maxOutputTokens,
    turnMs,
    idleMs,
    output: outputOf(consult.purpose, isPlanning),
    step: stepOf(state, consult),
  };
  if (isBeyond(request, duty.reserved)) return { type: "report.consult_failed", ...ref, ...tooLong };
  const outcome = await callWithinDay(duty, world, async () => {
    const hear = hearAgent(consult, world);
    const say = sayAloud(consult, world);
    const onDelta = (delta: ModelDelta): void => {
      hear();
      say(delta);
    };
    const done = await ports.models.call(request, { signal, onDelta });
    return { ...done, usage: priced(done.usage, duty.model, config) };
  });
  const ms = Math.max(0, Math.round(ports.clock.elapsed() - started));
  if (outcome.kind === "cancelled") return undefined;
  if (outcome.kind === "refused") return { type: "report.consult_refused", ...ref, detail: outcome.detail };
  if (outcome.kind === "fault") {
    const { code, detail, usage, retryAfterMs } = outcome;
    const wish = retryAfterMs === undefined ? {} : { retryAfterMs };
    return { type: "report.consult_failed", ...ref, code, detail, usage, ms, ...wish };
  }
  const input = messages.map((message) => ("text" in message ? message.text : "")).join("\n\n");
  return toAnswer(ports, outcome, { ref, ms, input, consult, isPlanning });
}

/** A worker stands idle while a hint is made: with one more try, and the wait before it, it takes at most a minute. */
const hintMs = 25_000;
const hintTokens = 2_000;

type Bounds = Pick<Limits, "maxOutputTokens" | "turnMs" | "idleMs">;

function boundsOf({ purpose, deliberation: id }: Consult, state: RunState): Bounds {
  const { limits } = configOf(state);
  if (purpose === "diagnosis")
    return { ...shorterThan(limits, hintMs), maxOutputTokens: Math.min(limits.maxOutputTokens, hintTokens) };
  // The deliberation ends: its last word is not waited for any longer than this.
  const last =
    purpose === "synthesise" && id !== null ? state.deliberations.get(id)?.setup.limits.synthesisMs : undefined;
  return last === undefined ? limits : shorterThan(limits, last);
}

const shorterThan = (limits: Limits, ms: number): Bounds => ({
  ...limits,
  turnMs: Math.min(limits.turnMs, ms),
  idleMs: Math.min(limits.idleMs, ms),
});

const tooLong = {
  code: "context_overflow",
  detail: "the question is longer than what was held back for it; no call was made",
  usage: zeroUsage,
  ms: 0,
} as const;

/** A question that could cost more than was held back is not asked. */
function isBeyond({ system, messages, output, maxOutputTokens }: ModelRequest, reserved: Reservation | null): boolean {
  if (reserved === null) return false;
  const texts = [system, ...messages.map((each) => ("text" in each ? each.text : ""))];
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  return bytes + Buffer.byteLength(JSON.stringify(output ?? "")) + maxOutputTokens > reserved.tokens;
}

function stepOf(state: RunState, consult: Consult): ConsultStep {
  const { purpose, track, ticket, attempt, round, try: count } = consult;
  const index = ticket === null || attempt === null ? undefined : findTicket(state.graph, ticket);
  const turn = index === undefined ? undefined : state.attempts.get(index)?.turn;
  const during = turn === undefined ? {} : { during: `${ticket}#${attempt}/${turn}` };
  return { consult: purpose, about: track ?? ticket ?? "", ...during, ...seatOf(state, consult), round, try: count };
}

function seatOf(state: RunState, { deliberation: id, role, purpose }: Consult): Pick<ConsultStep, "seat"> {
  const deliberation = id === null ? undefined : state.deliberations.get(id);
  const agent = deliberation === undefined || role === null ? undefined : agentOf(deliberation, role);
  if (agent === undefined) return {};
  return { seat: { role: agent.role, cycle: purpose === "synthesise" ? 1 : agent.cycle + 1 } };
}

type Ref = Pick<ConsultDuty, "consult" | "round" | "try">;

async function toAnswer(
  ports: Ports,
  reply: ModelReply,
  {
    ref,
    ms,
    input,
    consult,
    isPlanning,
  }: {
    readonly ref: Ref;
    readonly ms: number;
    readonly input: string;
    readonly consult: Consult;
    readonly isPlanning: boolean;
  },
): Promise<Report> {
  const stored = await storeLongTexts(ports.log, { purpose: consult.purpose, isPlanning }, reply.text);
  return {
    type: "report.consulted",
    ...ref,
    input: await storeText(ports.log, input),
    text: await storeText(ports.log, reply.text),
    answer: reply.text,
    ...(Object.keys(stored).length === 0 ? {} : { stored }),
    calledTools: reply.calls.length > 0,
    finish: reply.finish,
    usage: reply.usage,
    ms,
  };
}

/** The question; from the second round on also the last answer and everything that is wrong with it. */
async function conversation(ports: Ports, consult: Consult, question: string): Promise<ModelMessage[]> {
  const asked: ModelMessage = { role: "user", text: question };
  if (consult.problems.length === 0) return [asked];
  const before = consult.answer === null ? "" : await loadText(ports.log, consult.answer);
  const answered: ModelMessage = { role: "assistant", text: before.trim() === "" ? "(no text)" : before, calls: [] };
  const text = [
    "Your answer cannot be used. Everything that is wrong with it:",
    ...consult.problems.map((problem) => `- ${problem}`),
    "Answer again, whole, with all of it mended.",
  ].join("\n");
  return [asked, answered, { role: "user", text }];
}

async function askToPlan(ports: Ports, state: RunState, consult: Consult): Promise<string> {
  const survey = (await ports.workspace?.survey()) ?? null;
  return ports.briefs.ask(await questionOf(ports, state, consult), { survey });
}

async function questionOf(ports: Ports, state: RunState, consult: Consult): Promise<Question> {
  const config = configOf(state);
  const epic = config.goal === undefined ? "" : await loadText(ports.log, config.goal.epic);
  switch (consult.purpose) {
    case "tracks":
      return { purpose: "tracks", epic, verify: config.verify, proposals: await proposalsOf(ports, state) };
    case "tickets": {
      const tracks = state.tracks ?? [];
      const track = tracks.find(({ id }) => id === consult.track);
      if (track === undefined) throw new Error(`consult ${consult.id} is about a track the plan does not have`);
      const archetypes = config.archetypes.map(({ name }) => name);
      return {
        purpose: "tickets",
        epic,
        track,
        tracks,
        drafted: draftedTickets(state),
        archetypes,
        verify: config.verify,
        proposals: await proposalsOf(ports, state),
      };
    }
    case "replan":
      return replanQuestion(ports, state, { consult, epic });
    case "review":
    case "diagnosis":
    case "deliberate":
    case "mediate":
    case "synthesise":
      throw new Error(`${consult.id} is about no attempt`);
    default:
      return consult.purpose satisfies never;
  }
}

/** What a table proposed that left no plan. */
async function proposalsOf(ports: Ports, state: RunState): Promise<readonly { role: string; text: string }[]> {
  const proposals: { role: string; text: string }[] = [];
  for (const { role, version } of plansWithoutAgreement(state))
    proposals.push({ role, text: await loadText(ports.log, version.text) });
  return proposals;
}

async function replanQuestion(
  ports: Ports,
  state: RunState,
  { consult, epic }: { readonly consult: Consult; readonly epic: string },
): Promise<Question> {
  const index = consult.ticket === null ? undefined : findTicket(state.graph, consult.ticket);
  if (index === undefined) throw new Error(`consult ${consult.id} is about a ticket the plan does not have`);
  const own = at(state.tickets, index);
  const { last, attempts } = own.history;
  const diagnosis = last?.diagnosis === undefined ? "" : await loadText(ports.log, last.diagnosis);
  return {
    purpose: "replan",
    epic,
    ticket: ticketAt(state, index),
    attempts,
    cause: last?.cause ?? "",
    detail: own.status === "blocked" || own.status === "failed" ? own.detail : (last?.detail ?? ""),
    diagnosis,
    plan: state.graph.tickets.flatMap((ticket, place) => {
      const each = at(state.tickets, place);
      return isDropped(each) ? [] : [{ ticket, status: each.status }];
    }),
    archetypes: configOf(state).archetypes.map(({ name }) => name),
  };
}

/** The repository could not be looked at: no answer will come of asking again. */
export const toConsultFailure = ({ consult, round, try: count }: ConsultDuty, fault: Fault): Report => ({
  type: "report.consult_failed",
  consult,
  round,
  try: count,
  code: "bad_request",
  detail: `${fault.message} ${fault.remedy}`,
  usage: zeroUsage,
  ms: 0,
});
