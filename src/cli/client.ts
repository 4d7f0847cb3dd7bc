// Speaks to a run over its API. What the API refuses is thrown with its words and its remedy.

import type { LiveRule } from "../domain/live-rule.ts";
import type { Recorded } from "../domain/event.ts";
import type {
  Accepted,
  AnswerBody,
  ApprovalBody,
  ApprovalsBody,
  CommandBody,
  LogBody,
  MessageEditBody,
  PatchBody,
  PlanBody,
  PlanDiffBody,
  ProblemBody,
  RulePreviewBody,
  RulesBody,
  StatusBody,
} from "../http/wire.ts";
import type { AcceptBody, PartialBody } from "../http/pipeline-wire.ts";
import type { StreamFrames } from "../http/stream-wire.ts";
import type { Send } from "./desk.ts";
import { CliFault } from "./errors.ts";

export type Client = {
  readonly status: () => Promise<StatusBody>;
  readonly approvals: () => Promise<readonly ApprovalBody[]>;
  /** One that is open; throws who answered it, where it no longer is. */
  readonly approval: (approval: string) => Promise<ApprovalBody>;
  readonly answer: (approval: string, body: AnswerBody) => Promise<Accepted>;
  readonly editMessage: (body: MessageEditBody) => Promise<Accepted>;
  readonly command: (body: CommandBody) => Promise<Accepted>;
  readonly rules: () => Promise<RulesBody>;
  /** What the rule would have decided so far, and which open approvals it would answer. */
  readonly rulePreview: (rule: LiveRule) => Promise<RulePreviewBody>;
  readonly plan: () => Promise<PlanBody>;
  /** What the patch would do; throws with every reason why it would be refused. */
  readonly planDiff: (body: PatchBody) => Promise<PlanDiffBody>;
  /** What there is of a deliberation that came to nothing. */
  readonly acceptPartial: (body: AcceptBody) => Promise<PartialBody>;
  readonly patchPlan: (body: PatchBody) => Promise<Accepted>;
  /** Recorded events after `after`, then live ones, until the run rests or `signal` aborts. */
  readonly events: (after: number, signal: AbortSignal) => AsyncGenerator<Recorded>;
};

export function createClient(send: Send): Client {
  const get = async <T>(path: string): Promise<T> => (await accepted(await send(path))).json() as Promise<T>;
  const post = async <T>(path: string, body: unknown): Promise<T> => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
    return (await accepted(await send(path, init))).json() as Promise<T>;
  };
  return {
    status: () => get(""),
    approvals: async () => (await get<ApprovalsBody>("/approvals")).approvals,
    approval: (approval) => get(`/approvals/${encodeURIComponent(approval)}`),
    answer: (approval, body) => post(`/approvals/${encodeURIComponent(approval)}/answer`, body),
    editMessage: (body) => post("/message-edits", body),
    command: (body) => post("/commands", body),
    acceptPartial: (body) => post("/accept", body),
    rules: () => get("/rules"),
    rulePreview: (rule) => post("/rules/preview", { rule }),
    plan: () => get("/plan"),
    planDiff: (body) => post("/plan/diff", body),
    patchPlan: (body) => post("/plan/patch", body),
    events: (after, signal) => readEvents(send, after, signal),
  };
}

async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const problem = (await response.json().catch(() => undefined)) as ProblemBody | undefined;
  if (typeof problem?.detail !== "string") {
    throw new CliFault("run_unreachable", `the run answered with status ${response.status}`, "See `tutti status`");
  }
  throw new CliFault(problem.code, problem.detail, problem.remedy);
}

async function* readEvents(send: Send, after: number, signal: AbortSignal): AsyncGenerator<Recorded> {
  const headers = { accept: "text/event-stream", "last-event-id": String(after) };
  const response = await accepted(await send("/stream", { headers, signal }));
  let last = after;
  for await (const message of readMessages(response)) {
    const { kind, data } = message;
    // Too far behind for the stream: what lies between is read from the log.
    if (kind === "snapshot") yield* readLog(send, last, (data as StreamFrames["snapshot"]).seq);
    else if (kind === "records") yield* (data as StreamFrames["records"]).records;
    last = message.id ?? last;
  }
}

async function* readLog(send: Send, after: number, until: number): AsyncGenerator<Recorded> {
  for (let from: number | null = after; from !== null;) {
    const answer = await accepted(await send(`/log?after=${from}&until=${until}`));
    const { records, next } = (await answer.json()) as LogBody;
    yield* records;
    from = next;
  }
}

type Message = { readonly kind: string | undefined; readonly id: number | undefined; readonly data: unknown };

async function* readMessages(response: Response): AsyncGenerator<Message> {
  if (response.body === null) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const bytes of response.body) {
    rest += decoder.decode(bytes, { stream: true });
    const messages = rest.split("\n\n");
    rest = messages.pop() ?? "";
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      const id = /^id: (\d+)$/m.exec(message)?.[1];
      const kind = /^event: (\w+)$/m.exec(message)?.[1];
      if (data !== undefined) yield { kind, id: id === undefined ? undefined : Number(id), data: JSON.parse(data) };
    }
  }
}
