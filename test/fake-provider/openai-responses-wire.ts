// OpenAI Responses, streaming, as https://platform.openai.com/docs/api-reference/responses-streaming gives it.

import { isArguments } from "./openai-chat-wire.ts";
import {
  cutsOf,
  listOf,
  piecesOf,
  textOf,
  withUsage,
  type FakeReply,
  type Json,
  type ReceivedRequest,
  type Refused,
  type Wire,
} from "./wire.ts";

const write = (type: string, json: string): string => `event: ${type}\ndata: ${json}\n\n`;

type Item = { readonly item: Json; readonly opened: Json; readonly inside: readonly (readonly [string, Json])[] };

function encode(reply: FakeReply, model: string): string {
  const finish = reply.finish ?? "stop";
  const reason =
    finish === "length" ? "max_output_tokens" : ["stop", "calls", "refusal"].includes(finish) ? undefined : finish;
  const items = itemsOf(reply);
  let sequence = 0;
  const event = (type: string, rest: Json): string =>
    write(type, JSON.stringify({ type, sequence_number: sequence++, ...rest }));
  const base = {
    id: "resp_67c9fdcecf488190bdd9a0409de3a1ec07b8b0ad4e5eb654",
    object: "response",
    created_at: 1741290958,
    error: null,
    model,
    parallel_tool_calls: true,
    store: false,
  };
  const open = { ...base, status: "in_progress", incomplete_details: null, output: [], usage: null };
  const parts = items.flatMap(({ item, opened, inside }, output_index) => [
    event("response.output_item.added", { output_index, item: opened }),
    ...inside.map(([type, rest]) => event(type, { item_id: item["id"], output_index, ...rest })),
    event("response.output_item.done", { output_index, item }),
  ]);
  const closed = {
    ...base,
    status: reason === undefined ? "completed" : "incomplete",
    incomplete_details: reason === undefined ? null : { reason },
    output: items.map(({ item }) => item),
  };
  const usage = {
    input_tokens: 43,
    input_tokens_details: { cached_tokens: 11 },
    output_tokens: 15,
    output_tokens_details: { reasoning_tokens: 4 },
    total_tokens: 58,
  };
  const type = reason === undefined ? "response.completed" : "response.incomplete";
  const head = event("response.created", { response: open }) + event("response.in_progress", { response: open });
  const response = withUsage(closed, "usage", reply.usage === undefined ? usage : reply.usage);
  return head + parts.join("") + write(type, `{"type":"${type}","sequence_number":${sequence},"response":${response}}`);
}

function itemsOf(reply: FakeReply): readonly Item[] {
  const items: Item[] = [];
  if (reply.signature !== undefined || reply.reasoning !== undefined) items.push(reasoningItem(reply));
  if (reply.text !== undefined) items.push(messageItem(reply, reply.text));
  for (const [index, call] of (reply.calls ?? []).entries()) {
    const opened = {
      id: `fc_${index}`,
      type: "function_call",
      status: "in_progress",
      arguments: "",
      call_id: call.id,
      name: call.name,
    };
    const deltas = cutsOf(call.args, reply.step).map(
      (delta) => ["response.function_call_arguments.delta", { delta }] as const,
    );
    const status = reply.finish === "length" ? "incomplete" : "completed";
    items.push({
      opened,
      inside: [...deltas, ["response.function_call_arguments.done", { arguments: call.args }]],
      item: { ...opened, status, arguments: call.args },
    });
  }
  return items;
}

function reasoningItem(reply: FakeReply): Item {
  const opened = { id: "rs_1", type: "reasoning", encrypted_content: reply.signature ?? null, summary: [] };
  const text = reply.reasoning ?? "";
  if (text === "") return { opened, inside: [], item: opened };
  const part = { type: "summary_text", text };
  return {
    opened,
    inside: [
      ["response.reasoning_summary_part.added", { summary_index: 0, part: { type: "summary_text", text: "" } }],
      ...piecesOf(text, reply.step).map(
        (delta) => ["response.reasoning_summary_text.delta", { summary_index: 0, delta }] as const,
      ),
      ["response.reasoning_summary_text.done", { summary_index: 0, text }],
      ["response.reasoning_summary_part.done", { summary_index: 0, part }],
    ],
    item: { ...opened, summary: [part] },
  };
}

function messageItem(reply: FakeReply, text: string): Item {
  const isRefusal = reply.finish === "refusal";
  const kind = isRefusal ? "refusal" : "output_text";
  const part = isRefusal ? { type: "refusal", refusal: text } : { type: "output_text", text, annotations: [] };
  const empty = isRefusal ? { type: "refusal", refusal: "" } : { type: "output_text", text: "", annotations: [] };
  const opened = { id: "msg_1", type: "message", status: "in_progress", role: "assistant", content: [] };
  return {
    opened,
    inside: [
      ["response.content_part.added", { content_index: 0, part: empty }],
      ...piecesOf(text, reply.step).map((delta) => [`response.${kind}.delta`, { content_index: 0, delta }] as const),
      [`response.${kind}.done`, { content_index: 0, [isRefusal ? "refusal" : "text"]: text }],
      ["response.content_part.done", { content_index: 0, part }],
    ],
    item: { ...opened, status: "completed", content: [part] },
  };
}

const errorBody = (_status: number, type: string, message: string): Json => ({
  error: { message, type, param: null, code: type },
});

const refuse = (message: string, status = 400): Refused => ({
  status,
  body: { error: { message, type: "invalid_request_error", param: "input", code: null } },
});

function judge({ headers, body }: ReceivedRequest): Refused | undefined {
  if (!/^Bearer \S+/.test(headers["authorization"] ?? "")) return refuse("You didn't provide an API key.", 401);
  const items = listOf(body["input"]);
  const calls = items.filter((item) => item["type"] === "function_call");
  const outputs = items.filter((item) => item["type"] === "function_call_output");
  const ids = calls.map((call) => call["call_id"]);
  const long = ids.findIndex((id) => String(id).length > 64);
  if (long !== -1)
    return refuse(`Invalid 'input[${long}].call_id': string too long. Expected a string with maximum length 64.`);
  if (new Set(ids).size < ids.length) return refuse("Duplicate item found with the same call_id.");
  const stray = outputs.find((output) => !ids.includes(output["call_id"]));
  if (stray) return refuse(`No tool call found for function call output with call_id ${String(stray["call_id"])}.`);
  const open = ids.find((id) => !outputs.some((output) => output["call_id"] === id));
  if (open !== undefined) return refuse(`No tool output found for function call ${textOf(open)}.`);
  const bad = calls.find((call) => !isArguments(call["arguments"]) || !/^[a-zA-Z0-9_-]+$/.test(String(call["name"])));
  return bad ? refuse("Invalid 'input[1]': a function call needs a valid name and arguments.") : undefined;
}

export const openaiResponsesWire: Wire = {
  base: "/openai/v1",
  matches: (path) => path === "/openai/v1/responses",
  contentType: "text/event-stream; charset=utf-8",
  encode,
  errorEvent: (type, message) =>
    write("error", JSON.stringify({ type: "error", sequence_number: 9, code: type, message, param: null })),
  errorBody,
  judge,
};
