// Words for turns, tool calls and the answers at gates.

import type { RunState } from "../core/state.ts";
import type { EventOf } from "../domain/event.ts";
import type { Actor } from "../domain/ids.ts";
import type { ProviderFaultCode } from "../domain/outcome.ts";
import { byWhom, nameOf } from "./actor-name.ts";
import { gateQuestion } from "./gate-question.ts";
import { callAsVerb, callInWords, durationInWords, firstLine, listInWords, tokensInWords } from "./words.ts";
import { totalTokens } from "../domain/usage.ts";

const faultWords = {
  rate_limited: "the provider asks to slow down",
  quota: "the provider's quota is used up",
  overloaded: "the provider is overloaded",
  server_error: "the provider had an internal error",
  timeout: "the model took too long",
  idle: "the model fell silent",
  cut: "the answer was cut off",
  network: "the provider cannot be reached",
  auth: "the provider refuses the key",
  unknown_model: "the provider does not know this model",
  bad_request: "the provider refuses the request",
  context_overflow: "the conversation is too long for the model",
  refusal: "the model refused",
  malformed_response: "the provider's answer could not be read",
} as const satisfies Record<ProviderFaultCode, string>;

type TurnEvent = EventOf<
  "turn.started" | "turn.replied" | "turn.failed" | "turn.refused" | "message.edited" | "message.restored"
>;

export function tellTurn(event: TurnEvent, meta: { readonly by: Actor; readonly at: number }): string {
  switch (event.type) {
    case "turn.started":
      return event.try === 1
        ? `asks the model (turn ${event.turn})`
        : `asks the model again (turn ${event.turn}, try ${event.try})`;
    case "turn.replied":
      return repliedWords(event);
    case "turn.refused":
      return `does not make turn ${event.turn}: ${firstLine(event.detail)}`;
    case "turn.failed": {
      const ms = event.retryAt === null ? null : event.retryAt - meta.at;
      const wait = ms === null ? "" : ms <= 0 ? "; asks again" : `; asks again in ${durationInWords(ms)}`;
      return `gets no answer in turn ${event.turn}: ${faultWords[event.code]} (${firstLine(event.detail, 120)})${wait}`;
    }
    case "message.restored":
      return `goes on from the message as the model wrote it${byWhom(meta.by)}${event.reason === "" ? "" : `: ${firstLine(event.reason)}`}`;
    case "message.edited":
      return `goes on from a message rewritten${byWhom(meta.by)}${event.reason === "" ? "" : `: ${firstLine(event.reason)}`}`;
    default:
      return event satisfies never;
  }
}

function repliedWords(event: EventOf<"turn.replied">): string {
  const size = `${durationInWords(event.ms)}, ${tokensInWords(totalTokens(event.usage))} tokens`;
  const said = firstLine(event.text, 100);
  const calls = event.calls.map((call) => callInWords(call.tool, call.args, 60));
  const wants = calls.length === 0 ? "" : `asks for ${listInWords(calls)}`;
  const what = [said === "" ? "" : `says "${said}"`, wants].filter((part) => part !== "").join(" and ");
  return `${what === "" ? "answers with nothing" : what} (${size})`;
}

type ToolEvent = EventOf<"tool.called" | "tool.returned" | "tool.refused" | "tool.lost" | "result.edited">;

export function tellTool(event: ToolEvent, meta: { readonly by: Actor; readonly state: RunState | undefined }): string {
  switch (event.type) {
    case "tool.called":
      return `${callAsVerb(event.tool, event.args, 120)}${event.rule === undefined ? "" : `, let by rule ${event.rule}`}`;
    case "tool.returned":
      return returnedWords(event, callAt(meta.state, event) ?? unnamed);
    case "tool.refused": {
      const how = { check: "gets an error for", person: "is told no to", rule: "is not allowed to" } as const;
      const call = callAt(meta.state, event) ?? (event.by === "rule" ? `make ${unnamed}` : unnamed);
      return `${how[event.by]} ${call}: ${firstLine(event.output)}`;
    }
    case "tool.lost":
      return `may or may not have run ${callAt(meta.state, event) ?? unnamed}: the process died before its result was recorded`;
    case "result.edited":
      return `gets an output rewritten${byWhom(meta.by)}${event.reason === "" ? "" : `: ${firstLine(event.reason)}`}`;
    default:
      return event satisfies never;
  }
}

function returnedWords(event: EventOf<"tool.returned">, call: string): string {
  const changed = event.changed.length === 0 ? "" : `, changed ${listInWords(event.changed)}`;
  if (event.ok) return `has run ${call} (${durationInWords(event.ms)}${changed})`;
  return `gets an error from ${call}: ${firstLine(event.output)}`;
}

const unnamed = "the call";

/** The call an event is about, as far as the state still knows it. */
function callAt(
  state: RunState | undefined,
  event: EventOf<"tool.returned" | "tool.refused" | "tool.lost" | "approval.requested">,
): string | undefined {
  const index = event.ticket === undefined ? undefined : state?.graph.indexOf.get(event.ticket);
  const attempt = index === undefined ? undefined : state?.attempts.get(index);
  const reply = attempt?.items.findLast((item) => item.kind === "reply" && item.turn === event.turn);
  const call = reply?.kind === "reply" ? reply.calls[event.call] : undefined;
  return call === undefined ? undefined : callInWords(call.tool, call.args);
}

type ApprovalEvent = EventOf<"approval.requested" | "approval.answered" | "approval.voided">;

export function tellApproval(
  event: ApprovalEvent,
  { by, state }: { readonly by: Actor; readonly state: RunState | undefined },
): string {
  switch (event.type) {
    case "approval.requested":
      return event.gate === "question"
        ? `asks you (${event.approval}): ${firstLine(event.shown)}`
        : `waits for you (${event.approval}): ${askedWords(event, state)}`;
    case "approval.answered":
      return answeredWords(event, nameOf(by) ?? "the engine");
    case "approval.voided":
      return `no longer waits for an answer to ${event.approval}: ${firstLine(event.reason)}`;
    default:
      return event satisfies never;
  }
}

function askedWords(event: EventOf<"approval.requested">, state: RunState | undefined): string {
  const { gate, tool, shown } = event;
  switch (gate) {
    case "spawn":
    case "question":
    case "budget":
      return gateQuestion(gate, "");
    case "plan":
      return gateQuestion(gate, tool);
    case "call":
    case "unknown":
      return gateQuestion(gate, shownCallInWords(tool, shown));
    case "result":
      return gateQuestion(gate, callAt(state, event) ?? tool);
    default:
      return gate satisfies never;
  }
}

/** At the call gate what is shown is the call itself; elsewhere the tool's name has to do. */
function shownCallInWords(tool: string, shown: EventOf<"approval.requested">["shown"]): string {
  if (typeof shown !== "string") return tool;
  try {
    const value: unknown = JSON.parse(shown);
    const args = typeof value === "object" && value !== null && "args" in value ? value.args : undefined;
    return typeof args === "string" ? callInWords(tool, args) : tool;
  } catch {
    return tool;
  }
}

function answeredWords(event: EventOf<"approval.answered">, who: string): string {
  const reason = event.reason === "" ? "" : `: ${firstLine(event.reason)}`;
  switch (event.decision) {
    case "approve":
      return `may go on: ${who} approved ${event.approval}${reason}`;
    case "edit":
      return `goes on with what ${who} wrote at ${event.approval}${reason}`;
    case "reject":
      return `is told no: ${who} rejected ${event.approval}${reason}`;
    case "abort":
      return `is aborted by ${who} at ${event.approval}${reason}`;
    default:
      return event.decision satisfies never;
  }
}
