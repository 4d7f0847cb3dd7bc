// The most a model call can use: a true upper bound, for what is held back before it is made. What a provider counted
// for the last call of a conversation counts as it said; every byte that came after it as one token.

import type { Purpose, Reservation } from "../domain/event.ts";
import type { ModelId } from "../domain/ids.ts";
import { proposalsRoom } from "../domain/question.ts";
import { bytesOf } from "../domain/text.ts";
import { plansWithoutAgreement } from "./deliberation/chosen-plan.ts";
import { cycleQuestionBytes } from "./deliberation/question-size.ts";
import { archetypeOf } from "./ladder.ts";
import { configOf, ticketAt, type Attempt, type Consult, type RunState } from "./state.ts";

/** What a provider puts around a request: the frame of tools, the roles. */
const requestAllowance = 1_024;
/** What a provider puts around one message, call or result. */
export const messageAllowance = 64;

export function worstCase(state: RunState, model: ModelId, inputTokens: number): Reservation {
  const config = configOf(state);
  const output = config.limits.maxOutputTokens;
  // Not held to the model's window: a list that is out of date would make it no bound at all.
  const input = inputTokens + requestAllowance;
  const price = config.cards?.[model]?.price ?? null;
  if (price === null) return { tokens: input + output, costMicros: null };
  const dearest = Math.max(price.input, price.cachedRead, price.cacheWrite);
  return { tokens: input + output, costMicros: Math.ceil((input * dearest + output * price.output) / 1_000_000) };
}

export const worstTurn = (state: RunState, attempt: Attempt): Reservation =>
  worstCase(state, attempt.model, (attempt.counted ?? firstInput(state, attempt)) + attempt.added);

function firstInput(state: RunState, attempt: Attempt): number {
  const ticket = ticketAt(state, attempt.index);
  const { prompt, overheadBytes = 0 } = archetypeOf(configOf(state), ticket);
  return bytesOf(prompt) + overheadBytes + bytesOf(attempt.prompt ?? ticket.description) + 2 * messageAllowance;
}

/** What a question may hold beside what the state knows of it: fixed words, views of the repository, a diff, output. */
const questionBytes = {
  tracks: 112 * 1_024,
  tickets: 176 * 1_024,
  replan: 96 * 1_024,
  review: 160 * 1_024,
  diagnosis: 40 * 1_024,
  deliberate: 256 * 1_024,
  mediate: 256 * 1_024,
  synthesise: 256 * 1_024,
} as const satisfies Record<Purpose, number>;

type Asked = Pick<Consult, "model" | "purpose" | "problems" | "answer"> & Partial<Pick<Consult, "deliberation">>;

function askedBytes(state: RunState, { purpose, deliberation: id }: Asked): number {
  const deliberation = id === undefined || id === null ? undefined : state.deliberations.get(id);
  if (deliberation !== undefined) return cycleQuestionBytes(state, deliberation);
  const isPlan = purpose === "tracks" || purpose === "tickets";
  return questionBytes[purpose] + (isPlan && plansWithoutAgreement(state).length > 0 ? proposalsRoom : 0);
}

/** The engine makes no call whose question is longer than what was held back for it. */
export function worstConsult(state: RunState, consult: Asked): Reservation {
  const { goal, prompts = [] } = configOf(state);
  const prompt = prompts.find(({ name }) => name === consult.purpose)?.text ?? "";
  const known = consult.purpose === "tickets" ? [state.tracks, state.draftPlan] : [];
  const input =
    bytesOf(prompt) +
    (goal === undefined ? 0 : bytesOf(goal.epic)) +
    // As JSON, laid out or not: what is quoted or indented is never more than twice as long.
    2 * bytesOf(JSON.stringify(known)) +
    (consult.answer === null ? 0 : bytesOf(consult.answer)) +
    bytesOf(consult.problems.join("\n")) +
    consult.problems.length * messageAllowance +
    askedBytes(state, consult);
  return worstCase(state, consult.model, input);
}
