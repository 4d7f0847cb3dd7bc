// Anthropic Messages, streaming, as https://docs.claude.com/en/api/messages-streaming gives it.

import {
  cutsOf,
  isRecord,
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

const stopReasons: Record<string, string> = {
  stop: "end_turn",
  calls: "tool_use",
  length: "max_tokens",
  refusal: "refusal",
};

const write = (type: string, rest: Json = {}): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...rest })}\n\n`;

const writeRaw = (type: string, json: string): string => `event: ${type}\ndata: ${json}\n\n`;

const usageOf = (reply: FakeReply): unknown =>
  reply.usage === undefined
    ? { input_tokens: 25, cache_creation_input_tokens: 7, cache_read_input_tokens: 11, output_tokens: 1 }
    : reply.usage;

function encode(reply: FakeReply, model: string): string {
  const blocks: string[] = [];
  const block = (start: Json, deltas: readonly Json[]): void => {
    const index = blocks.length;
    blocks.push(
      write("content_block_start", { index, content_block: start }) +
        deltas.map((delta) => write("content_block_delta", { index, delta })).join("") +
        write("content_block_stop", { index }),
    );
  };
  if (reply.reasoning !== undefined) {
    const thinking = piecesOf(reply.reasoning, reply.step).map((text) => ({ type: "thinking_delta", thinking: text }));
    block({ type: "thinking", thinking: "", signature: "" }, [
      ...thinking,
      { type: "signature_delta", signature: reply.signature ?? "" },
    ]);
  }
  if (reply.text !== undefined) {
    block(
      { type: "text", text: "" },
      piecesOf(reply.text, reply.step).map((text) => ({ type: "text_delta", text })),
    );
  }
  for (const call of reply.calls ?? []) {
    const json = ["", ...cutsOf(call.args, reply.step)].map((partial_json) => ({
      type: "input_json_delta",
      partial_json,
    }));
    block({ type: "tool_use", id: call.id, name: call.name, input: {} }, json);
  }
  const finish = reply.finish ?? (reply.calls?.length ? "calls" : "stop");
  const delta = { type: "message_delta", delta: { stop_reason: stopReasons[finish] ?? finish, stop_sequence: null } };
  const output = reply.usage === undefined ? { output_tokens: 15 } : reply.usage;
  return [
    encodeStart(reply, model),
    write("ping"),
    ...blocks,
    writeRaw("message_delta", withUsage(delta, "usage", output)),
    write("message_stop"),
  ].join("");
}

function encodeStart(reply: FakeReply, model: string): string {
  const message = {
    id: "msg_1nZdL29xx5MUA1yADyHTEsnR8uuvGzszyy",
    type: "message",
    role: "assistant",
    content: [],
    model,
  };
  const open = { ...message, stop_reason: null, stop_sequence: null };
  return writeRaw("message_start", `{"type":"message_start","message":${withUsage(open, "usage", usageOf(reply))}}`);
}

const errorBody = (_status: number, type: string, message: string): Json => ({
  type: "error",
  error: { type, message },
  request_id: "req_011CSHoEeqs5C35K2UUqR7Fy",
});

const refuse = (message: string, status = 400, type = "invalid_request_error"): Refused => ({
  status,
  body: errorBody(status, type, message),
});

function judge({ headers, body }: ReceivedRequest): Refused | undefined {
  if (!headers["x-api-key"]) return refuse("x-api-key header is required", 401, "authentication_error");
  if (!headers["anthropic-version"]) return refuse("anthropic-version: header is required");
  if (typeof body["max_tokens"] !== "number") return refuse("max_tokens: Field required");
  const marks = JSON.stringify(body).split('"cache_control"').length - 1;
  if (marks > 4) return refuse(`A maximum of 4 blocks with cache_control may be provided. Found ${marks}.`);
  return judgeMessages(listOf(body["messages"]));
}

function judgeMessages(messages: readonly Json[]): Refused | undefined {
  const seen = new Set<unknown>();
  let due: readonly unknown[] = [];
  for (const [at, message] of messages.entries()) {
    const blocks = listOf(message["content"]);
    if (blocks.length === 0)
      return refuse(
        `messages.${at}: all messages must have non-empty content except for the optional final assistant message`,
      );
    const results = blocks.filter((block) => block["type"] === "tool_result").map((block) => block["tool_use_id"]);
    const missing = due.filter((id) => !results.includes(id));
    if (missing.length > 0)
      return refuse(
        `messages.${at}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${missing.map(textOf).join(", ")}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
      );
    const stray = results.find((id) => !due.includes(id));
    if (stray !== undefined)
      return refuse(
        `messages.${at}.content.0: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${textOf(stray)}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
      );
    for (const [index, block] of blocks.entries()) {
      const refused = judgeBlock(block, { place: `messages.${at}.content.${index}`, seen });
      if (refused) return refused;
    }
    due = blocks.filter((block) => block["type"] === "tool_use").map((block) => block["id"]);
  }
  return due.length > 0
    ? refuse("messages: `tool_use` ids were found without `tool_result` blocks immediately after")
    : undefined;
}

function judgeBlock(
  block: Json,
  { place, seen }: { readonly place: string; readonly seen: Set<unknown> },
): Refused | undefined {
  if (block["type"] === "text" && !/\S/.test(String(block["text"])))
    return refuse("messages: text content blocks must contain non-whitespace text");
  if (block["type"] === "thinking" && !block["signature"])
    return refuse(`${place}: Invalid \`signature\` in \`thinking\` block`);
  if (block["type"] !== "tool_use") return undefined;
  if (!/^[a-zA-Z0-9_-]+$/.test(String(block["id"])))
    return refuse(`${place}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
  if (!/^[a-zA-Z0-9_-]{1,128}$/.test(String(block["name"])))
    return refuse(`${place}.tool_use.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
  if (!isRecord(block["input"])) return refuse(`${place}.tool_use.input: Input should be a valid dictionary`);
  if (seen.has(block["id"])) return refuse(`${place}: \`tool_use\` ids must be unique`);
  seen.add(block["id"]);
  return undefined;
}

export const anthropicWire: Wire = {
  base: "/anthropic/v1",
  matches: (path) => path === "/anthropic/v1/messages",
  contentType: "text/event-stream; charset=utf-8",
  encode,
  errorEvent: (type, message) => write("error", { error: { type, message } }),
  errorBody,
  judge,
};
