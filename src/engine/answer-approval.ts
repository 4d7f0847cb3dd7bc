// A person's words at a gate, made into commands: what was edited is checked as a model's own call would be, and long
// texts go to the blob store before the command is decided.

import { archetypeOf } from "../core/ladder.ts";
import { readPlan, type ReadPlan } from "../core/plan-rules.ts";
import { configOf, ticketAt, type Attempt, type RunState } from "../core/state.ts";
import { readRaises } from "../domain/budget.ts";
import type { GateDecision } from "../domain/event.ts";
import type { Actor, ApprovalId } from "../domain/ids.ts";
import { parsePatchFile, type ReadPatch } from "../domain/plan-patch-file.ts";
import type { Rejection } from "../domain/rejection.ts";
import type { Plan } from "../domain/ticket-file.ts";
import type { Ticket } from "../domain/ticket.ts";
import type { ToolCall } from "../domain/tool.ts";
import { findUnusable, findUnusableInPatch } from "./check-models.ts";
import type { Conductor, Submitted } from "./conductor.ts";
import type { Ports, ToolSpec } from "./ports.ts";
import { grantedTools } from "./run-turn.ts";
import { loadText, storeText } from "./texts.ts";

export type Answer = {
  readonly approval: ApprovalId;
  readonly decision: GateDecision;
  readonly reason: string;
  /** The prompt, the arguments as JSON text, the output, or the reply to a question. */
  readonly edited?: string;
  /** Digest of what the person saw. */
  readonly digest?: string;
};

export type MessageEdit = {
  readonly approval: ApprovalId;
  readonly text: string;
  /** All calls of the message, those already run included; absent: they stay as they are. */
  readonly calls?: readonly { readonly tool: string; readonly args: string }[];
  readonly reason: string;
};

type Desk = { readonly conductor: Conductor; readonly ports: Pick<Ports, "log" | "tools" | "models"> };

const invalid = (approval: ApprovalId, problem: string): { ok: false; rejection: Rejection } => ({
  ok: false,
  rejection: { code: "edit_invalid", approval, problem },
});

export async function submitAnswer({ conductor, ports }: Desk, answer: Answer, by: Actor): Promise<Submitted> {
  const { approval: id, decision, reason, edited, digest } = answer;
  const approval = conductor.state().approvals.get(id);
  if (approval?.gate === "call" && decision === "edit" && edited !== undefined) {
    const checked = ports.tools.check(approval.tool, edited);
    if (!checked.ok) return invalid(id, checked.problem);
  }
  const isProposal = conductor.state().proposals.has(id);
  const patch = isProposal && edited !== undefined ? await readUsablePatch(ports, edited) : undefined;
  if (patch?.ok === false) return { ok: false, rejection: { code: "invalid_patch", problems: patch.problems } };
  const plan =
    approval?.gate === "plan" && !isProposal && edited !== undefined ? await readUsable(ports, edited) : undefined;
  if (plan?.ok === false) return { ok: false, rejection: { code: "invalid_plan", problems: plan.problems } };
  const raises = approval?.gate === "budget" && edited !== undefined ? readRaises(edited) : undefined;
  if (raises?.ok === false) return invalid(id, raises.problem);
  const command = {
    type: "approval.answer" as const,
    approval: id,
    decision,
    reason,
    ...(edited === undefined ? {} : { edited: await storeText(ports.log, edited) }),
    ...(digest === undefined ? {} : { digest }),
    ...(plan === undefined ? {} : { tickets: ticketsOf(plan.plan) }),
    ...(raises === undefined ? {} : { raises: raises.raises }),
    ...(patch === undefined ? {} : { patch: patch.patch }),
  };
  return conductor.submit(command, by);
}

/** Models that cannot be used are refused before the plan is signed, not when a worker asks them. */
async function readUsable(ports: Desk["ports"], text: string): Promise<ReadPlan> {
  const read = readPlan(text);
  if (!read.ok) return read;
  const problems = await findUnusable(ports.models, ticketsOf(read.plan));
  return problems.length === 0 ? read : { ok: false, problems };
}

async function readUsablePatch(ports: Desk["ports"], text: string): Promise<ReadPatch> {
  const read = parsePatchFile(text);
  if (!read.ok) return read;
  const problems = await findUnusableInPatch(ports.models, read.patch);
  return problems.length === 0 ? read : { ok: false, problems };
}

/** What the file says for every ticket is each ticket's own from here on. */
const ticketsOf = ({ tickets, verify, models }: Plan): readonly Ticket[] =>
  tickets.map((ticket) => ({
    ...ticket,
    verify: [...verify, ...ticket.verify],
    models: ticket.models.length > 0 ? ticket.models : [...models],
  }));

export async function submitMessageEdit({ conductor, ports }: Desk, edit: MessageEdit, by: Actor): Promise<Submitted> {
  const state = conductor.state();
  const approval = state.approvals.get(edit.approval);
  const attempt = approval === undefined || approval.index === null ? undefined : state.attempts.get(approval.index);
  // Where there is nothing to rewrite, the core words the refusal.
  const calls =
    attempt === undefined || edit.calls === undefined ? undefined : await toCalls(ports, state, { attempt, edit });
  if (typeof calls === "string") return invalid(edit.approval, calls);
  const command = {
    type: "message.edit" as const,
    approval: edit.approval,
    text: await storeText(ports.log, edit.text),
    reason: edit.reason,
    ...(calls === undefined ? {} : { calls }),
  };
  return conductor.submit(command, by);
}

/** The message's calls, or why one of them cannot be. A call that was not touched stays the very same. */
async function toCalls(
  ports: Desk["ports"],
  state: RunState,
  { attempt, edit }: { readonly attempt: Attempt; readonly edit: MessageEdit },
): Promise<ToolCall[] | string> {
  const granted = grantedTools(ports.tools, archetypeOf(configOf(state), ticketAt(state, attempt.index)));
  const reply = attempt.items.findLast((item) => item.kind === "reply");
  const calls: ToolCall[] = [];
  for (const [place, { tool, args }] of (edit.calls ?? []).entries()) {
    const old = reply?.kind === "reply" ? reply.calls[place] : undefined;
    if (old !== undefined && old.tool === tool && (await loadText(ports.log, old.args)) === args) {
      calls.push(old);
      continue;
    }
    const spec: ToolSpec | undefined = granted.find((each) => each.name === tool);
    if (spec === undefined) return `call ${place + 1}: there is no tool "${tool}" for this worker`;
    const checked = ports.tools.check(tool, args);
    if (!checked.ok) return `call ${place + 1} (${tool}): ${checked.problem}`;
    const id = old?.id ?? `t${attempt.turn}e${place}`;
    calls.push({ id, tool, args: await storeText(ports.log, args), class: spec.class });
  }
  return calls;
}
