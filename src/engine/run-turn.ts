// The turn duty: one model call, its reply parsed and checked, nothing of it run.

import { conversationOf, type Message } from "../core/conversation.ts";
import type { Duty } from "../core/duties.ts";
import { archetypeOf } from "../core/ladder.ts";
import type { Attempt } from "../core/state.ts";
import type { Report } from "../domain/command.ts";
import type { Archetype } from "../domain/config.ts";
import type { Text } from "../domain/text.ts";
import { askTool, finishTool, type ToolCall } from "../domain/tool.ts";
import { priced } from "./priced.ts";
import type { ModelMessage, ModelReply, ToolSpec, Tools } from "./ports.ts";
import type { AttemptWorld, DutyPorts, Fulfilled } from "./run-attempt-duty.ts";
import { loadText, storeText } from "./texts.ts";

type TurnDuty = Extract<Duty, { kind: "turn" }>;

export async function runTurn(duty: TurnDuty, world: AttemptWorld): Promise<Fulfilled> {
  const { ports, scope, signal, onDelta } = world;
  const { attempt, ticket, config } = scope;
  if (attempt === null) return { report: undefined };
  const archetype = archetypeOf(config, ticket);
  const brief = attempt.prompt ?? ticket.description;
  const messages = await loadMessages(ports.log, conversationOf(attempt, brief));
  const granted = grantedTools(ports.tools, archetype);
  const step = { ...duty.ref, turn: duty.turn, try: duty.try };
  const started = ports.clock.elapsed();
  const { maxOutputTokens, turnMs, idleMs } = config.limits;
  const request = {
    model: duty.model,
    system: archetype.prompt,
    messages,
    tools: granted,
    maxOutputTokens,
    turnMs,
    idleMs,
    step,
  };
  const done = await ports.models.call(request, { signal, onDelta });
  const ms = Math.max(0, Math.round(ports.clock.elapsed() - started));
  const usage = priced(done.usage, duty.model, config);
  if (done.kind === "cancelled") return { report: undefined, usage };
  if (done.kind === "fault") {
    const { code, detail, retryAfterMs } = done;
    const wish = retryAfterMs === undefined ? {} : { retryAfterMs };
    return { report: { type: "report.turn_failed", ...step, code, detail, usage, ms, ...wish }, usage };
  }
  const { log, tools } = ports;
  return { report: await toReplied({ ...done, usage }, { step, ms, log, tools, granted, attempt }), usage };
}

/** `ask` and `finish` are always granted; an archetype grants the rest by name. */
export const grantedTools = (tools: Tools, archetype: Archetype): readonly ToolSpec[] =>
  tools.specs.filter(
    (spec) => spec.name === askTool || spec.name === finishTool || archetype.tools.includes(spec.name),
  );

type Replied = {
  readonly step: {
    readonly ticket: Attempt["ticket"];
    readonly attempt: number;
    readonly turn: number;
    readonly try: number;
  };
  readonly ms: number;
  readonly log: DutyPorts["log"];
  readonly tools: Tools;
  readonly granted: readonly ToolSpec[];
  readonly attempt: Attempt;
};

async function toReplied(reply: ModelReply, context: Replied): Promise<Report> {
  const { log, step, ms } = context;
  const calls = checkCalls(reply, context);
  const stored: ToolCall[] = [];
  for (const call of calls) stored.push({ ...call, args: await storeText(log, call.args) });
  return {
    type: "report.replied",
    ...step,
    text: await storeText(log, reply.text),
    ...(reply.reasoning === "" ? {} : { reasoning: await storeText(log, reply.reasoning) }),
    calls: stored,
    finish: reply.finish,
    usage: reply.usage,
    ms,
    ...(reply.echo === undefined ? {} : { echo: reply.echo }),
  };
}

type CheckedCall = Omit<ToolCall, "args"> & { readonly args: string };

/** Fail closed: a call runs only if it is whole, known, granted and fits its schema (P12). Nothing is repaired. */
function checkCalls(reply: ModelReply, context: Replied): CheckedCall[] {
  const used = new Set(
    context.attempt.items.flatMap((item) => (item.kind === "reply" ? item.calls.map((call) => call.id) : [])),
  );
  return reply.calls.map((call, place): CheckedCall => {
    const id = call.id === "" || used.has(call.id) ? `t${context.step.turn}c${place}` : call.id;
    used.add(id);
    const spec = context.granted.find((each) => each.name === call.name);
    const problem = problemOf(reply, { spec, args: call.args, name: call.name, context });
    const base = { id, tool: call.name, args: call.args, class: spec?.class ?? "control" };
    return problem === undefined ? base : { ...base, problem };
  });
}

function problemOf(
  reply: ModelReply,
  call: { spec: ToolSpec | undefined; args: string; name: string; context: Replied },
): string | undefined {
  if (reply.finish === "length") {
    return "Not run: your reply was cut by the output limit, so its calls may be incomplete. Repeat it in smaller steps.";
  }
  if (call.spec === undefined) {
    const names = call.context.granted.map((spec) => spec.name).join(", ");
    return `There is no tool "${call.name}" for you. Your tools: ${names}.`;
  }
  const checked = call.context.tools.check(call.name, call.args);
  return checked.ok ? undefined : checked.problem;
}

/** Brings back what is stored beside the log; most conversations have nothing there. */
async function loadMessages(log: DutyPorts["log"], messages: readonly Message[]): Promise<ModelMessage[]> {
  const stored = messages.flatMap(textsOf).filter((text) => typeof text !== "string");
  const loaded = new Map<Text, string>();
  await Promise.all(stored.map(async (text) => loaded.set(text, await loadText(log, text))));
  const read = (text: Text): string => {
    const whole = typeof text === "string" ? text : loaded.get(text);
    if (whole === undefined) throw new Error("a text of the conversation was not loaded");
    return whole;
  };
  return messages.map((message) => toModelMessage(message, read));
}

function textsOf(message: Message): readonly Text[] {
  if (message.role === "user") return message.texts;
  if (message.role === "tool") return message.results.map((result) => result.output);
  return [message.text, ...message.calls.map((call) => call.args)];
}

function toModelMessage(message: Message, read: (text: Text) => string): ModelMessage {
  switch (message.role) {
    case "user":
      return { role: "user", text: message.texts.map(read).join("\n\n") };
    case "assistant": {
      const calls = message.calls.map((call) => ({ id: call.id, name: call.tool, args: read(call.args) }));
      const echo = message.echo === null ? {} : { echo: message.echo };
      return { role: "assistant", text: read(message.text), calls, ...echo };
    }
    case "tool":
      return { role: "tool", results: message.results.map((each) => ({ ...each, output: read(each.output) })) };
    default:
      return message satisfies never;
  }
}
