// One call of one model through the SDK's provider interface: stream in, exactly one outcome out. `streamText` and its
// tool loop stay out of it: one turn is one call, and this is the part of the SDK that costs microseconds.

import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";
import { zeroUsage, type Usage } from "../../domain/usage.ts";
import type { ModelCancelled, ModelFault, ModelReply, ModelRequest, Models } from "../../engine/ports.ts";
import { classifyFault, type ClassifiedFault } from "./classify-fault.ts";
import { toEcho } from "./echo.ts";
import { toPrompt, toTools } from "./prompt.ts";
import { callsOf, createReplyAssembly, textOf, type FinishedReply, type ReplyCaps } from "./reply-assembly.ts";
import { readUsage, worstCase, type PriceTokens } from "./token-usage.ts";
import type { ExchangeWatch } from "./watched-fetch.ts";

/** A model ready to be called, with what its provider needs beside the conversation. */
export type CallableModel = {
  /** As it stands in the model id. */
  readonly provider: string;
  readonly model: LanguageModelV4;
  readonly price: PriceTokens;
  readonly providerOptions?: SharedV4ProviderOptions | ((request: ModelRequest) => SharedV4ProviderOptions);
  /** It can be held to a JSON Schema. Others are asked for JSON in words alone: the rules read every answer all the same. */
  readonly takesSchema?: boolean;
  /** Which of the finish part's metadata has to be sent back with the message. */
  readonly messageMeta?: (meta: SharedV4ProviderOptions | undefined) => SharedV4ProviderOptions | undefined;
  /** Keys in use, to be kept out of every text. */
  readonly secrets: readonly string[];
  readonly watch: (signal: AbortSignal, watch: ExchangeWatch) => void;
};

export type SdkCall = {
  readonly callable: CallableModel;
  readonly request: ModelRequest;
  readonly hooks: Parameters<Models["call"]>[1];
  readonly caps: ReplyCaps;
  /** Epoch ms. */
  readonly now: () => number;
};

export type CallOutcome = ModelReply | ModelFault | ModelCancelled;

/** Once the reply is whole, how long the socket may take to end by itself and be used again. */
const lingerMs = 250;
const longestTimer = 2 ** 31 - 1;
/** Made once: every call ends by closing what it opened, and a fresh error with its stack is the dearest part of that. */
const over = new DOMException("the call is over", "AbortError");

export function runSdkCall(call: SdkCall): Promise<CallOutcome> {
  const { request, hooks } = call;
  if (hooks.signal.aborted) return Promise.resolve({ kind: "cancelled", usage: zeroUsage });
  return new Promise((resolve, reject) => {
    const control = new AbortController();
    const state = { hasBegun: false, isUsageUnusable: false, isOver: false };
    const close = (): void => {
      state.isOver = true;
      clearTimeout(idle);
      clearTimeout(deadline);
      hooks.signal.removeEventListener("abort", onAbort);
      control.abort(over);
    };
    const settle = (outcome: CallOutcome): void => {
      if (state.isOver) return;
      close();
      resolve(outcome);
    };
    const spent = (): Usage => (state.hasBegun ? atWorst(call) : zeroUsage);
    const fail = (fault: ClassifiedFault): void => settle({ kind: "fault", ...fault, usage: spent() });
    const onAbort = (): void => settle({ kind: "cancelled", usage: spent() });
    const quiet = `no byte for ${request.idleMs} ms`;
    const idle = setTimeout(
      () => fail({ code: "idle", detail: `${call.callable.provider}: ${quiet}` }),
      toTimer(request.idleMs),
    );
    const late = `not done after ${request.turnMs} ms`;
    const deadline = setTimeout(
      () => fail({ code: "timeout", detail: `${call.callable.provider}: ${late}` }),
      toTimer(request.turnMs),
    );
    hooks.signal.addEventListener("abort", onAbort, { once: true });
    const touch = (): void => {
      state.hasBegun = true;
      if (!state.isOver) idle.refresh();
    };
    call.callable.watch(control.signal, { onBytes: touch, onUnusableUsage: () => (state.isUsageUnusable = true) });
    const run: Run = { call, control, state, touch, settle, fail };
    readStream(run).catch((bug: unknown) => {
      close();
      reject(bug);
    });
  });
}

const toTimer = (ms: number): number => Math.min(ms, longestTimer);

const atWorst = ({ request, callable }: SdkCall): Usage => {
  const tokens = worstCase(request);
  return { ...tokens, costMicros: callable.price(tokens), estimated: true };
};

type Run = {
  readonly call: SdkCall;
  readonly control: AbortController;
  readonly state: { readonly hasBegun: boolean; readonly isUsageUnusable: boolean; readonly isOver: boolean };
  readonly touch: () => void;
  readonly settle: (outcome: CallOutcome) => void;
  readonly fail: (fault: ClassifiedFault) => void;
};

/** Only what comes from outside is caught and classified; a mistake of ours or of the caller's hook stays loud. */
async function readStream(run: Run): Promise<void> {
  const { call, control, state, touch, settle, fail } = run;
  const stream = await openStream(run);
  if (!stream) return;
  const reader = stream.getReader();
  const assembly = createReplyAssembly(call.caps, (delta) => {
    if (!state.isOver) call.hooks.onDelta(delta);
  });
  let linger: NodeJS.Timeout | undefined;
  control.signal.addEventListener("abort", () => void reader.cancel().catch(() => {}), { once: true });
  const conclude = (finished: FinishedReply): void => {
    clearTimeout(linger);
    settle(toOutcome(finished, run));
  };
  for (;;) {
    const next = await reader.read().catch((error: unknown) => ({ error }));
    const whole = assembly.finished();
    if (state.isOver) return clearTimeout(linger);
    if ("error" in next) return whole ? conclude(whole) : fail(classify(next.error, run));
    if (next.done)
      return whole
        ? conclude(whole)
        : fail({ code: "cut", detail: `${call.callable.provider}: the stream ended before the reply did` });
    touch();
    if (next.value.type === "error" && !isUnknownEvent(next.value.error)) {
      clearTimeout(linger);
      return fail(classify(next.value.error, run));
    }
    const excess = assembly.add(next.value);
    if (excess !== undefined)
      return fail({ code: "malformed_response", detail: `${call.callable.provider}: ${excess}` });
    const finished = next.value.type === "finish" ? assembly.finished() : undefined;
    if (finished) {
      clearTimeout(linger);
      linger = setTimeout(() => conclude(finished), lingerMs);
    }
  }
}

async function openStream(run: Run) {
  const { callable, request } = run.call;
  const tools = toTools(request);
  const providerOptions =
    typeof callable.providerOptions === "function" ? callable.providerOptions(request) : callable.providerOptions;
  const options: LanguageModelV4CallOptions = {
    prompt: toPrompt(request),
    maxOutputTokens: request.maxOutputTokens,
    abortSignal: run.control.signal,
    ...(tools === undefined ? {} : { tools }),
    ...(request.output === undefined || callable.takesSchema !== true
      ? {}
      : { responseFormat: { type: "json", ...request.output } }),
    ...(providerOptions === undefined ? {} : { providerOptions }),
  };
  try {
    return (await callable.model.doStream(options)).stream;
  } catch (error) {
    if (!run.state.isOver) run.fail(classify(error, run));
    return undefined;
  }
}

const classify = (error: unknown, { call, state }: Run): ClassifiedFault =>
  classifyFault(error, {
    provider: call.callable.provider,
    hasBegun: state.hasBegun,
    secrets: call.callable.secrets,
    now: call.now(),
  });

/**
 * Anthropic announces that new kinds of events may come at any time and are to be passed over; the SDK reports them as
 * invalid. New kinds of *content* are not passed over: they would be missing from the reply.
 */
function isUnknownEvent(error: unknown): boolean {
  if (!(error instanceof Error) || error.name !== "AI_TypeValidationError" || !("value" in error)) return false;
  const event = error.value;
  if (typeof event !== "object" || event === null || !("type" in event) || typeof event.type !== "string") return false;
  return !/^(?:message_|content_block_|response\.|error$|ping$)/.test(event.type);
}

function toOutcome(finished: FinishedReply, run: Run): CallOutcome {
  const { callable, request } = run.call;
  const tokens = run.state.isUsageUnusable ? undefined : readUsage(finished.usage);
  const usage = tokens
    ? { ...tokens, costMicros: callable.price(tokens, finished.usage.raw), estimated: false }
    : atWorst(run.call);
  const calls = callsOf(finished.blocks);
  const finish = toFinish(finished.finish, calls.length > 0);
  if (typeof finish !== "string")
    return { kind: "fault", code: finish.fault, detail: `${callable.provider}: ${finish.detail}`, usage };
  const echo = toEcho(request.model, finished.blocks, callable.messageMeta?.(finished.meta));
  return {
    kind: "reply",
    text: textOf(finished.blocks, "text"),
    reasoning: textOf(finished.blocks, "reasoning"),
    calls,
    finish,
    usage,
    ...(echo === undefined ? {} : { echo }),
  };
}

type BadFinish = { readonly fault: ModelFault["code"]; readonly detail: string };

function toFinish({ unified, raw }: LanguageModelV4FinishReason, hasCalls: boolean): ModelReply["finish"] | BadFinish {
  if (raw === "model_context_window_exceeded")
    return { fault: "context_overflow", detail: "the reply ran out of context window" };
  switch (unified) {
    case "stop":
    case "tool-calls":
      return hasCalls ? "calls" : "stop";
    case "length":
      return "length";
    case "content-filter":
      return "refusal";
    case "interrupted":
      return { fault: "cut", detail: "the stream ended before the reply did" };
    case "error":
      return { fault: "malformed_response", detail: `the model's reply failed (${raw ?? "no reason given"})` };
    case "other":
      return raw === "error" ? { fault: "server_error", detail: "the reply ended with an error" } : "other";
    default:
      return unified satisfies never;
  }
}
