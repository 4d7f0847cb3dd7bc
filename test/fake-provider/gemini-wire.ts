// Gemini streamGenerateContent?alt=sse, as https://ai.google.dev/api/generate-content gives it. Lines end in CR LF there.

import {
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

const reasons: Record<string, string> = { stop: "STOP", calls: "STOP", length: "MAX_TOKENS", refusal: "SAFETY" };

const line = (json: string): string => `data: ${json}\r\n\r\n`;

function encode(reply: FakeReply, model: string): string {
  const rest = { modelVersion: model, responseId: "HxM9aKzXLZq1xN8P" };
  const finish = reply.finish ?? "stop";
  const usage = {
    promptTokenCount: 43,
    candidatesTokenCount: 11,
    totalTokenCount: 58,
    cachedContentTokenCount: 11,
    thoughtsTokenCount: 4,
    promptTokensDetails: [{ modality: "TEXT", tokenCount: 43 }],
  };
  const parts: Json[] = [
    ...piecesOf(reply.reasoning ?? "", reply.step).map((text) => ({ text, thought: true })),
    ...piecesOf(reply.text ?? "", reply.step).map((text) => ({ text })),
    ...(reply.calls ?? []).map((call, index) => toFunctionCall(reply, call, index)),
  ];
  const said = reply.usage === undefined ? usage : reply.usage;
  const chunk = (candidate: Json): string =>
    line(withUsage({ candidates: [candidate], ...rest }, "usageMetadata", said));
  const content = (part: Json): Json => ({ content: { parts: [part], role: "model" }, index: 0 });
  const body = parts.map((part) => chunk(content(part)));
  return (
    body.join("") +
    chunk({ content: { parts: [{ text: "" }], role: "model" }, finishReason: reasons[finish] ?? finish, index: 0 })
  );
}

/** Arguments are an object on this wire; a text that is none cannot be sent and stands as a string. */
function toFunctionCall(reply: FakeReply, call: NonNullable<FakeReply["calls"]>[number], index: number): Json {
  const signed = index === 0 && reply.signature !== undefined ? { thoughtSignature: reply.signature } : {};
  const id = call.id === "" ? {} : { id: call.id };
  return { functionCall: { ...id, name: call.name, args: JSON.parse(call.args) as unknown }, ...signed };
}

const statusNames: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE",
};

const errorBody = (status: number, type: string, message: string): Json => ({
  error: { code: status, message, status: statusNames[status] ?? type },
});

const refuse = (message: string, status = 400): Refused => ({
  status,
  body: errorBody(status, "INVALID_ARGUMENT", message),
});

function judge({ headers, body }: ReceivedRequest): Refused | undefined {
  if (!headers["x-goog-api-key"])
    return refuse(
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
      403,
    );
  let due = 0;
  for (const [at, content] of listOf(body["contents"]).entries()) {
    const parts = listOf(content["parts"]);
    if (parts.length === 0)
      return refuse(`* GenerateContentRequest.contents[${at}].parts: contents.parts must not be empty.`);
    const answered = parts.filter((part) => "functionResponse" in part).length;
    if (answered !== due)
      return refuse(
        "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.",
      );
    const calls = parts.flatMap((part) => (isRecord(part["functionCall"]) ? [part["functionCall"]] : []));
    const bad = calls.find(
      (call) => !isRecord(call["args"]) || !/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/.test(String(call["name"])),
    );
    if (bad)
      return refuse(
        `Invalid value at 'contents[${at}].parts[0].function_call.args' (type.googleapis.com/google.protobuf.Struct)`,
      );
    due = calls.length;
  }
  return due > 0
    ? refuse("Please ensure that function call turn comes immediately before a function response turn.")
    : undefined;
}

export const geminiWire: Wire = {
  base: "/gemini/v1beta",
  matches: (path) => /^\/gemini\/v1beta\/models\/[^/]+:streamGenerateContent$/.test(path),
  contentType: "text/event-stream",
  encode,
  errorEvent: (type, message) =>
    line(
      JSON.stringify({
        error: {
          code: type === "overloaded_error" ? 503 : 500,
          message,
          status: type === "overloaded_error" ? "UNAVAILABLE" : "INTERNAL",
        },
      }),
    ),
  errorBody,
  judge,
};
