// The scripted model: replies from a scenario through the same port as a real provider. No network, no clock of its own.

import type { ConsultStep, TurnStep } from "../../domain/model-step.ts";
import type { Scenario, ScriptedAttempt, ScriptedFault, ScriptedTurn } from "../../domain/scenario.ts";
import { zeroUsage, type Usage } from "../../domain/usage.ts";
import type {
  ModelCall,
  ModelCancelled,
  ModelDelta,
  ModelFault,
  ModelReply,
  ModelRequest,
  Models,
} from "../../engine/ports.ts";

/** Resolves after `ms`, or at once when the signal aborts; never rejects. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

type Hooks = Parameters<Models["call"]>[1];
type Outcome = ModelReply | ModelFault | ModelCancelled;

const cancelled: ModelCancelled = { kind: "cancelled", usage: zeroUsage };

/** Same request, same reply. A turn without delays costs one resolved promise and no timer. */
export function createScriptedModels(scenario: Scenario, options: { readonly sleep: Sleep }): Models {
  const call = (request: ModelRequest, hooks: Hooks): Promise<Outcome> => {
    if (hooks.signal.aborted) return Promise.resolve(cancelled);
    const turn = "consult" in request.step ? findAnswer(scenario, request.step) : findTurn(scenario, request.step);
    const fault = turn?.faults?.[request.step.try - 1];
    if (fault) return Promise.resolve(toFault(fault));
    const reply = turn ? toReply(turn, request, scenario.recorded === true) : usedUp(request);
    const isTimed = turn !== undefined && ((turn.delayMs ?? 0) > 0 || (turn.chunkMs ?? 0) > 0);
    if (isTimed) return playTimed(turn, reply, { request, hooks, sleep: options.sleep });
    for (const delta of toDeltas(reply, turn?.chunks ?? 1)) hooks.onDelta(delta);
    return Promise.resolve(reply);
  };
  return { call, check: () => Promise.resolve(undefined) };
}

/** Undefined where the script has nothing (more) to say. */
function findTurn(scenario: Scenario, step: TurnStep): ScriptedTurn | undefined {
  const attempts: readonly ScriptedAttempt[] | undefined = Object.hasOwn(scenario.tickets, step.ticket)
    ? scenario.tickets[step.ticket]
    : scenario.default;
  if (!attempts) return undefined;
  const attempt = attempts[Math.min(step.attempt, attempts.length) - 1];
  return attempt?.turns[step.turn - 1];
}

/**
 * The nearest name first: `review:<ticket>#<attempt>/<turn>`, `review:<ticket>`, `review`. A later round than the script has
 * plays its last. Of an agent's name without a cycle, each is a cycle and not a round.
 */
function findAnswer(scenario: Scenario, step: ConsultStep): ScriptedTurn | undefined {
  const { consults = {} } = scenario;
  const { name, place } = namesFor(step).find((each) => Object.hasOwn(consults, each.name)) ?? {};
  const answers = name === undefined ? undefined : consults[name];
  return answers?.[Math.min(place ?? 1, answers.length) - 1];
}

type Placed = { readonly name: string; readonly place: number };

function namesFor({ consult, about, during, seat, round }: ConsultStep): readonly Placed[] {
  if (seat !== undefined) {
    const { role, cycle } = seat;
    return [...(about === "" ? [] : [`${about}/${role}`]), role].flatMap((who) => [
      { name: `${consult}:${who}#${cycle}`, place: round },
      { name: `${consult}:${who}`, place: cycle },
    ]);
  }
  const names = [...(during === undefined ? [] : [`${consult}:${during}`]), `${consult}:${about}`, consult];
  return names.map((name) => ({ name, place: round }));
}

/** What texts may name: the ticket and its attempt. */
const namesOf = (
  step: ModelRequest["step"],
): { readonly ticket: string; readonly attempt: number; readonly turn: number } =>
  "consult" in step ? { ticket: step.about, attempt: 1, turn: step.round } : step;

const toFault = (fault: ScriptedFault): ModelFault => ({
  kind: "fault",
  code: fault.code,
  detail: fault.detail ?? `scripted ${fault.code}`,
  ...(fault.retryAfterMs === undefined ? {} : { retryAfterMs: fault.retryAfterMs }),
  usage: { ...zeroUsage, ...definedOf(fault.usage) },
});

function toReply(turn: ScriptedTurn, request: ModelRequest, isVerbatim: boolean): ModelReply {
  const step = namesOf(request.step);
  const say = (text: string): string => (isVerbatim ? text : fill(text, step));
  const calls = (turn.calls ?? []).map((call, index): ModelCall => ({
    id: call.id ?? `call_${step.turn}_${index}`,
    name: call.tool,
    args: typeof call.args === "string" ? say(call.args) : fillJson(call.args, step),
  }));
  const text = say(turn.answer === undefined ? (turn.text ?? "") : JSON.stringify(turn.answer));
  const reasoning = say(turn.reasoning ?? "");
  const finish = turn.finish ?? (calls.length > 0 ? "calls" : "stop");
  const usage = { ...estimateUsage(request, { text, reasoning, calls }), ...definedOf(turn.usage) };
  return {
    kind: "reply",
    text,
    reasoning,
    calls,
    finish,
    usage,
    ...(turn.echo === undefined ? {} : { echo: turn.echo }),
  };
}

function usedUp(request: ModelRequest): ModelReply {
  const { step } = request;
  const text =
    "consult" in step
      ? `The scenario has no answer for ${namesFor(step)[0]?.name.replace(/:$/, "")}.`
      : `The scenario has no turn ${step.turn} for attempt ${step.attempt} of ticket ${step.ticket}.`;
  return { kind: "reply", text, reasoning: "", calls: [], finish: "stop", usage: zeroUsage };
}

/** `{{ticket}}` and `{{attempt}}`; most texts have neither and are passed through untouched. */
type Names = ReturnType<typeof namesOf>;

const fill = (text: string, step: Names): string =>
  text.includes("{{")
    ? text.replaceAll("{{ticket}}", () => step.ticket).replaceAll("{{attempt}}", String(step.attempt))
    : text;

const fillJson = (args: Readonly<Record<string, unknown>>, step: Names): string => {
  const json = JSON.stringify(args);
  if (!json.includes("{{")) return json;
  const ticket = JSON.stringify(step.ticket).slice(1, -1);
  return json.replaceAll("{{ticket}}", () => ticket).replaceAll("{{attempt}}", String(step.attempt));
};

/** Four characters a token: plausible figures for a demo, free of charge. */
function estimateUsage(request: ModelRequest, reply: Pick<ModelReply, "text" | "reasoning" | "calls">): Usage {
  let input = request.system.length;
  for (const message of request.messages) {
    if (message.role === "tool") for (const result of message.results) input += result.output.length;
    else input += message.text.length;
  }
  let output = reply.text.length;
  for (const call of reply.calls) output += call.name.length + call.args.length;
  return {
    ...zeroUsage,
    input: Math.ceil(input / 4),
    output: Math.ceil(output / 4),
    reasoning: Math.ceil(reply.reasoning.length / 4),
  };
}

const definedOf = (usage: ScriptedTurn["usage"]): Partial<Usage> =>
  usage ? Object.fromEntries(Object.entries(usage).filter(([, value]) => value !== undefined)) : {};

function toDeltas(reply: ModelReply, chunks: number): readonly ModelDelta[] {
  const deltas: ModelDelta[] = [];
  if (reply.reasoning !== "") deltas.push({ kind: "reasoning", text: reply.reasoning });
  for (const piece of splitText(reply.text, chunks)) deltas.push({ kind: "text", text: piece });
  for (const call of reply.calls) deltas.push({ kind: "call", text: call.args });
  return deltas;
}

/** At most `pieces` parts, cut between characters and never inside a surrogate pair. */
function splitText(text: string, pieces: number): readonly string[] {
  if (pieces <= 1 || text.length <= 1) return text === "" ? [] : [text];
  const characters = Array.from(text);
  const size = Math.ceil(characters.length / pieces);
  const parts: string[] = [];
  for (let at = 0; at < characters.length; at += size) parts.push(characters.slice(at, at + size).join(""));
  return parts;
}

type Stage = { readonly request: ModelRequest; readonly hooks: Hooks; readonly sleep: Sleep };

/** Plays silence and pieces in time, under the same two limits a real provider is held to. */
async function playTimed(turn: ScriptedTurn, reply: ModelReply, stage: Stage): Promise<Outcome> {
  const { request, hooks, sleep } = stage;
  let spent = 0;
  const wait = async (ms: number): Promise<ModelFault | ModelCancelled | undefined> => {
    if (ms === 0) return undefined;
    const left = Math.min(request.idleMs, request.turnMs - spent);
    await sleep(Math.min(ms, left), hooks.signal);
    if (hooks.signal.aborted) return cancelled;
    spent += ms;
    if (ms <= left) return undefined;
    const code = left === request.idleMs ? "idle" : "timeout";
    return toFault({ code, detail: `scripted silence of ${ms} ms is longer than the ${left} ms allowed` });
  };
  const early = await wait(turn.delayMs ?? 0);
  if (early) return early;
  for (const delta of toDeltas(reply, turn.chunks ?? 1)) {
    const stopped = await wait(turn.chunkMs ?? 0);
    if (stopped) return stopped;
    hooks.onDelta(delta);
  }
  return reply;
}
