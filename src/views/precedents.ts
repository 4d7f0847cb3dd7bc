// How requests like this one were answered before in this run, and how often each tool's requests were changed.

import type { Gate, GateDecision, Recorded } from "../domain/event.ts";
import { attemptKey, type ApprovalId } from "../domain/ids.ts";
import type { Text } from "../domain/text.ts";
import type { ToolCall } from "../domain/tool.ts";
import { counted } from "./words.ts";

export type AnswerCounts = Readonly<Record<GateDecision, number>>;

/** Answers to requests that are alike: the same gate, the same tool, the same file or command. */
export type Precedent = {
  readonly gate: Gate;
  readonly tool: string;
  /** The path, the command line or the words looked for; empty where the request names none. */
  readonly subject: string;
  readonly answers: AnswerCounts;
};

export type ToolAnswers = {
  readonly gate: Gate;
  readonly tool: string;
  readonly answers: AnswerCounts;
  /** From the question to the answer, the median in ms: waiting and looking together. */
  readonly medianMs: number;
};

export type Precedents = { readonly requests: readonly Precedent[]; readonly tools: readonly ToolAnswers[] };

const none: AnswerCounts = { approve: 0, edit: 0, reject: 0, abort: 0 };

type Asked = { readonly gate: Gate; readonly tool: string; readonly subject: string; readonly at: number };

export function precedentsOf(records: Iterable<Recorded>): Precedents {
  const calls = new Map<string, readonly ToolCall[]>();
  const asked = new Map<ApprovalId, Asked>();
  const requests = new Map<string, Precedent>();
  const tools = new Map<string, Omit<ToolAnswers, "medianMs"> & { readonly waits: number[] }>();
  for (const { event, at } of records) {
    if (event.type === "turn.replied" || event.type === "message.edited") calls.set(attemptKey(event), event.calls);
    else if (event.type === "attempt.failed") calls.delete(attemptKey(event));
    else if (event.type === "approval.requested") {
      const { approval, gate, tool, ticket, attempt } = event;
      const ref = ticket === undefined || attempt === undefined ? undefined : { ticket, attempt };
      const call = ref === undefined || gate === "spawn" ? undefined : calls.get(attemptKey(ref))?.[event.call];
      asked.set(approval, { gate, tool, subject: call === undefined ? "" : callSubject(call.args), at });
    } else if (event.type === "approval.answered") {
      const request = asked.get(event.approval);
      asked.delete(event.approval);
      if (request === undefined) continue;
      const { gate, tool, subject } = request;
      const key = JSON.stringify([gate, tool, subject]);
      const like = requests.get(key) ?? { gate, tool, subject, answers: none };
      requests.set(key, { ...like, answers: plus(like.answers, event.decision) });
      const ofTool = tools.get(`${gate} ${tool}`) ?? { gate, tool, answers: none, waits: [] };
      ofTool.waits.push(at - request.at);
      tools.set(`${gate} ${tool}`, { ...ofTool, answers: plus(ofTool.answers, event.decision) });
    }
  }
  return {
    requests: [...requests.values()],
    tools: [...tools.values()].map(({ waits, ...rest }) => ({ ...rest, medianMs: medianOf(waits) })),
  };
}

const plus = (answers: AnswerCounts, decision: GateDecision): AnswerCounts => ({
  ...answers,
  [decision]: answers[decision] + 1,
});

/** The middle value; of an even number the lower of the two in the middle. 0 of none. */
export const medianOf = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.ceil(values.length / 2) - 1] ?? 0;

/** The path, the command line or the words that a call is about; of arguments that lie beside the log, what their first words name. */
export function callSubject(args: Text): string {
  const fields = typeof args === "string" ? parsed(args) : undefined;
  for (const key of ["path", "command", "pattern", "query", "file", "url"]) {
    const value = fields?.[key] ?? (typeof args === "string" ? undefined : fieldOf(args.head, key));
    if (typeof value === "string") return value;
  }
  return "";
}

function fieldOf(head: string, key: string): unknown {
  const found = new RegExp(`"${key}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(head)?.[1];
  return found === undefined ? undefined : JSON.parse(found);
}

function parsed(args: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(args);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

export const totalAnswers = (answers: AnswerCounts): number =>
  answers.approve + answers.edit + answers.reject + answers.abort;

/** `11 approved, 1 edited, 0 rejected`; aborts are said where there are any. */
export function answersInWords({ approve, edit, reject, abort }: AnswerCounts): string {
  const aborted = abort === 0 ? "" : `, ${abort} aborted`;
  return `${approve} approved, ${edit} edited, ${reject} rejected${aborted}`;
}

/** `3 of 12 requests were edited`. */
export const editsInWords = (answers: AnswerCounts): string => {
  const all = totalAnswers(answers);
  return `${answers.edit} of ${counted(all, "request")} ${answers.edit === 1 ? "was" : "were"} edited`;
};
