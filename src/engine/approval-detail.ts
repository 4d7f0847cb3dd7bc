// What a person needs in front of them to answer at a gate: a preview, what they would edit, the model's last message.

import { planInWords } from "../core/plan-text.ts";
import { draftedTickets } from "../core/planning.ts";
import { configOf, ticketAt, type RunApproval, type RunState } from "../core/state.ts";
import type { ApprovalId } from "../domain/ids.ts";
import { toPatchFileText, toTicketFileText } from "../domain/ticket-file-text.ts";
import { headOf, textSchema } from "../domain/text.ts";
import type { Ports } from "./ports.ts";
import { toolContext } from "./run-tool.ts";
import { loadText } from "./texts.ts";

export type ApprovalDetail = {
  /** A diff, a command line, the prompt, the output, the question. */
  readonly preview: string;
  /** What an edit replaces, whole: the prompt, the arguments as JSON text, the output; empty for a question. */
  readonly editable: string;
  /** The model's last message, where the gate lets it be rewritten. */
  readonly message?: {
    readonly text: string;
    readonly calls: readonly { readonly tool: string; readonly args: string }[];
  };
};

/** Undefined for an approval that is not open. Throws Fault `blob_missing`, `blob_corrupt`, `worktree_missing`. */
export async function loadApprovalDetail(
  ports: Ports,
  state: RunState,
  id: ApprovalId,
): Promise<ApprovalDetail | undefined> {
  const approval = state.approvals.get(id);
  if (approval === undefined) return undefined;
  if (approval.index === null)
    return approval.gate === "budget"
      ? { preview: await loadText(ports.log, approval.shown), editable: "" }
      : planDetail(state, approval);
  const attempt = state.attempts.get(approval.index);
  if (attempt === undefined) return undefined;
  const shown = await loadText(ports.log, approval.shown);
  const reply = attempt.items.findLast((item) => item.kind === "reply");
  const isRewritable = reply?.kind === "reply" && reply.turn === approval.turn && approval.gate !== "unknown";
  const message = isRewritable
    ? {
        text: await loadText(ports.log, reply.text),
        calls: await Promise.all(
          reply.calls.map(async (call) => ({ tool: call.tool, args: await loadText(ports.log, call.args) })),
        ),
      }
    : undefined;
  const rest = message === undefined ? {} : { message };
  switch (approval.gate) {
    case "spawn":
    case "result":
      return { preview: shown, editable: shown, ...rest };
    case "question":
      return { preview: shown, editable: "", ...rest };
    case "call":
    case "unknown": {
      const args = await argumentsOf(ports, shown);
      const ref = { ticket: approval.ticket, attempt: approval.attempt };
      const scope = { config: configOf(state), ticket: ticketAt(state, approval.index) };
      const context = await toolContext(ports, scope, { index: approval.index, ref });
      const preview = await ports.tools.preview({ tool: approval.tool, args }, context);
      return { preview, editable: approval.gate === "call" ? args : "", ...rest };
    }
    case "budget":
      return { preview: shown, editable: "" };
    case "plan":
      throw new Error("the gate plan holds a run, not an attempt");
    default:
      return approval.gate satisfies never;
  }
}

/** A proposed patch as its file, or the plan in words and to be edited as a ticket file; what is wrong with it stands before it. */
function planDetail(state: RunState, approval: RunApproval): ApprovalDetail {
  const proposal = state.proposals.get(approval.id);
  if (proposal !== undefined) {
    const patch = toPatchFileText(proposal.patch);
    return { preview: patch, editable: patch };
  }
  const tickets = draftedTickets(state);
  const editable = toTicketFileText(tickets, state.config?.title);
  const text = planInWords({ tracks: state.tracks, tickets });
  const { problems, story = [] } = JSON.parse(headOf(approval.shown)) as { problems?: string; story?: string[] };
  const before = [...(problems === undefined ? [] : [`There is no sound plan yet:\n${problems}`]), story.join("\n")];
  return {
    preview: [...before.filter((part) => part !== ""), text].join("\n\n"),
    editable,
  };
}

/** `shown` of a call is `{"tool": ..., "args": text or reference}`, written by the core. */
async function argumentsOf(ports: Pick<Ports, "log">, shown: string): Promise<string> {
  const { args } = JSON.parse(shown) as { args: unknown };
  return loadText(ports.log, textSchema.parse(args));
}
