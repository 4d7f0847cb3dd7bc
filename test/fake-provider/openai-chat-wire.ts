// OpenAI Chat Completions, streaming, as https://platform.openai.com/docs/api-reference/chat-streaming gives it. Spoken by
// OpenRouter, Ollama (/v1) and every "OpenAI-compatible" server.

import {
  cutsOf,
  isRecord,
  listOf,
  piecesOf,
  withUsage,
  type FakeReply,
  type Json,
  type ReceivedRequest,
  type Refused,
  type Wire,
} from "./wire.ts";

const reasons: Record<string, string> = {
  stop: "stop",
  calls: "tool_calls",
  length: "length",
  refusal: "content_filter",
};

const chunkOf = (model: string, choices: readonly Json[]): Json => ({
  id: "chatcmpl-123",
  object: "chat.completion.chunk",
  created: 1694268190,
  model,
  service_tier: "default",
  system_fingerprint: "fp_44709d6fcb",
  choices,
});

const line = (json: string): string => `data: ${json}\n\n`;

function encode(reply: FakeReply, model: string): string {
  const choice = (delta: Json, finish_reason: string | null = null): string =>
    line(JSON.stringify({ ...chunkOf(model, [{ index: 0, delta, logprobs: null, finish_reason }]), usage: null }));
  const finish = reply.finish ?? (reply.calls?.length ? "calls" : "stop");
  const calls = (reply.calls ?? []).flatMap((call, index) => [
    choice({ tool_calls: [{ index, id: call.id, type: "function", function: { name: call.name, arguments: "" } }] }),
    ...cutsOf(call.args, reply.step).map((piece) =>
      choice({ tool_calls: [{ index, function: { arguments: piece } }] }),
    ),
  ]);
  const usage = {
    prompt_tokens: 43,
    completion_tokens: 15,
    total_tokens: 58,
    prompt_tokens_details: { cached_tokens: 11, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: 4,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  };
  const last =
    reply.usage === null
      ? ""
      : line(withUsage(chunkOf(model, []), "usage", reply.usage === undefined ? usage : reply.usage));
  return [
    choice({ role: "assistant", content: "", refusal: null }),
    ...piecesOf(reply.reasoning ?? "", reply.step).map((piece) => choice({ reasoning_content: piece })),
    ...reasoningDetails(reply).map((detail) => choice({ reasoning_details: [detail] })),
    ...piecesOf(reply.text ?? "", reply.step).map((piece) => choice({ content: piece })),
    ...calls,
    choice({}, reasons[finish] ?? finish),
    last,
    line("[DONE]"),
  ].join("");
}

/** OpenRouter's own way to carry a vendor's signatures. */
const reasoningDetails = (reply: FakeReply): readonly Json[] =>
  reply.signature === undefined
    ? []
    : [
        { type: "reasoning.text", text: reply.reasoning?.slice(0, 3) ?? "", format: "anthropic-claude-v1", index: 0 },
        { type: "reasoning.text", text: reply.reasoning?.slice(3) ?? "", format: "anthropic-claude-v1", index: 0 },
        { type: "reasoning.text", signature: reply.signature, format: "anthropic-claude-v1", index: 0 },
      ];

const errorBody = (_status: number, type: string, message: string): Json => ({
  error: { message, type, param: null, code: type },
});

const refuse = (message: string, status = 400, type = "invalid_request_error"): Refused => ({
  status,
  body: { error: { message, type, param: null, code: null } },
});

function judge({ headers, body }: ReceivedRequest): Refused | undefined {
  if (!/^Bearer \S+/.test(headers["authorization"] ?? "")) return refuse("You didn't provide an API key.", 401);
  if (body["stream"] === true && !isRecord(body["stream_options"]))
    return refuse("this fake wants stream_options.include_usage");
  let due: unknown[] = [];
  for (const [at, message] of listOf(body["messages"]).entries()) {
    if (message["role"] === "tool") {
      const id = message["tool_call_id"];
      if (!due.includes(id))
        return refuse(
          `Invalid parameter: messages with role 'tool' must be a response to a preceeding message with 'tool_calls'.`,
        );
      due = due.filter((other) => other !== id);
      continue;
    }
    if (due.length > 0)
      return refuse(
        `An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. The following tool_call_ids did not have response messages: ${due.join(", ")}`,
      );
    const calls = listOf(message["tool_calls"]);
    const bad = calls.find(
      (call) => !isArguments(isRecord(call["function"]) ? call["function"]["arguments"] : undefined),
    );
    if (bad) return refuse(`Invalid 'messages[${at}].tool_calls[0].function.arguments': not a JSON object.`);
    due = calls.map((call) => call["id"]);
    if (new Set(due).size < due.length) return refuse(`Duplicate value for 'tool_call_id'`);
  }
  return due.length > 0 ? refuse("tool_call_ids did not have response messages") : undefined;
}

export function isArguments(text: unknown): boolean {
  try {
    return typeof text === "string" && isRecord(JSON.parse(text));
  } catch {
    return false;
  }
}

export const openaiChatWire: Wire = {
  base: "/chat/v1",
  matches: (path) => path === "/chat/v1/chat/completions",
  contentType: "text/event-stream; charset=utf-8",
  encode,
  errorEvent: (type, message) => line(JSON.stringify(errorBody(0, type, message))),
  errorBody,
  judge,
};
