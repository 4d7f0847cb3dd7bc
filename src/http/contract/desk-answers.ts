// What a person decides on, and what a run may spend: approvals, the plan and its changes, budgets, the log.

import { z } from "zod";
import { budgetScopeSchema } from "../../domain/budget.ts";
import { decisionSchema, eventSchema, gateSchema, type Recorded } from "../../domain/event.ts";
import type { Actor } from "../../domain/ids.ts";
import { textSchema } from "../../domain/text.ts";
import { trustSchema } from "../../domain/ticket.ts";
import { usageSchema } from "../../domain/usage.ts";
import { toolClassSchema } from "../../domain/tool.ts";
import type { BudgetLine } from "../../views/budget.ts";
import type { MessageBody, PrecedentsBody, ToolsBody } from "../inbox-wire.ts";
import type {
  Accepted,
  ApprovalBody,
  ApprovalsBody,
  BudgetBody,
  ContextBody,
  CodeBody,
  LogBody,
  PlanBody,
  PlanDiffBody,
  ProblemBody,
  SessionBody,
} from "../wire.ts";
import { approvalId, count, criticalPath, epochMs, modelId, ticketId, ticketIds, ticketStatus } from "./parts.ts";

const worker = z.strictObject({
  archetype: z.string(),
  tier: count,
  model: modelId,
  rung: count,
  rungs: count,
  tools: z.array(z.string()),
  checks: z.array(z.string()),
  trust: trustSchema,
});

const calls = z.array(z.strictObject({ tool: z.string(), args: z.string().describe("JSON text.") }));

const detail = z.strictObject({
  preview: z.string(),
  editable: z.string().describe("What an edit replaces, whole."),
  message: z.strictObject({ text: z.string(), calls }).exactOptional(),
});

export const approval = z.strictObject({
  id: approvalId,
  gate: gateSchema,
  ticket: ticketId.nullable(),
  title: z.string(),
  attempt: count.nullable(),
  turn: count,
  call: count,
  model: modelId,
  worker: worker.nullable(),
  tool: z.string(),
  asks: z.string(),
  shown: textSchema,
  head: z.string(),
  args: textSchema.nullable(),
  hidden: z.array(
    z.strictObject({
      kind: z.enum(["control", "bidi", "zero-width", "tag", "blank", "unpaired", "look-alike"]),
      name: z.string(),
      count,
    }),
  ),
  digest: z.string().describe("Send it back with the answer: an answer counts only for what was shown."),
  askedAt: epochMs,
  choices: z.array(z.strictObject({ decision: decisionSchema, means: z.string() })),
  lastMessage: textSchema.nullable(),
  holdsUp: z
    .number()
    .nullable()
    .describe("Weight of the longest path that waits for the answer; null: the whole run does."),
  detail: detail.nullable(),
  problem: z.string().exactOptional().describe("Why there is no detail."),
}) satisfies z.ZodType<ApprovalBody>;

export const approvals = z.strictObject({ approvals: z.array(approval) }) satisfies z.ZodType<ApprovalsBody>;

export const accepted = z.strictObject({
  seq: count.describe("Number of the run's last record after it."),
  events: count,
}) satisfies z.ZodType<Accepted>;

export const plan = z.strictObject({ text: z.string().describe("A ticket file.") }) satisfies z.ZodType<PlanBody>;

const answers = z.strictObject({ approve: count, edit: count, reject: count, abort: count });

export const precedents = z.strictObject({
  requests: z.array(z.strictObject({ gate: gateSchema, tool: z.string(), subject: z.string(), answers })),
  tools: z.array(z.strictObject({ gate: gateSchema, tool: z.string(), answers, medianMs: z.number() })),
}) satisfies z.ZodType<PrecedentsBody>;

export const tools = z.strictObject({
  tools: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      class: toolClassSchema,
      parameters: z.record(z.string(), z.unknown()),
    }),
  ),
}) satisfies z.ZodType<ToolsBody>;

const named = { id: ticketId, title: z.string() };
const waiting = z.strictObject({ ...named, dependsOn: ticketIds });

export const planDiff = z.strictObject({
  diff: z.strictObject({
    reason: z.string(),
    added: z.array(waiting),
    dropped: z.array(z.strictObject({ ...named, status: ticketStatus })),
    split: z.array(z.strictObject({ ...named, status: ticketStatus, into: z.array(waiting) })),
    rewired: z.array(z.strictObject({ ...named, before: ticketIds, after: ticketIds })),
    stopped: z.array(
      z.strictObject({ ticket: ticketId, attempt: count, model: modelId, step: z.string(), turns: count }),
    ),
    tickets: z.strictObject({ before: count, after: count }),
    criticalPath: z.strictObject({ before: criticalPath, after: criticalPath }),
  }),
  lines: z.array(z.string()),
}) satisfies z.ZodType<PlanDiffBody>;

const amount = z.strictObject({ tokens: count, costMicros: count });
const bounds = z.strictObject({
  costMicros: count.exactOptional(),
  tokens: count.exactOptional(),
  turns: count.exactOptional(),
  minutes: z.number().exactOptional(),
  spawns: count.exactOptional(),
});
const budgetLine = z.strictObject({
  scope: budgetScopeSchema,
  caps: bounds.nullable(),
  spent: usageSchema.extend({ turns: count, minutes: z.number(), spawns: count }),
  counted: amount,
  assumed: amount,
  reserved: amount,
  left: bounds,
}) satisfies z.ZodType<BudgetLine>;

const contextMessage = z.strictObject({ what: z.string(), turn: count.nullable(), tokens: count });

export const context = z.strictObject({
  run: z.string(),
  workers: z.array(
    z.strictObject({
      ticket: ticketId,
      title: z.string(),
      attempt: count,
      model: modelId,
      turn: count.describe("The last turn begun; 0 before the first."),
      tokens: count.describe("Estimated, of the next call's request."),
      window: count.nullable().describe("Null where it is not known."),
      percent: count.nullable(),
      colour: z.enum(["green", "yellow", "red", "unknown"]),
      isCounted: z.boolean().describe("The estimate is set right by what the provider counted."),
      headroom: z.number().int().nullable(),
      parts: z.array(
        z.strictObject({
          part: z.enum(["system", "tools", "brief", "files", "history"]),
          tokens: count,
          percent: count,
        }),
      ),
      messages: z.array(contextMessage).describe("In the order they are sent."),
      compactAt: count.describe("Per cent of the window from which on old turns are told in short."),
      compacted: count,
      willCompact: z.boolean(),
      preview: z
        .strictObject({ upTo: count, texts: count, tokens: count, first: z.array(contextMessage) })
        .nullable()
        .describe("What would be cut now; null: nothing."),
      input: z.strictObject({ fresh: count, cachedRead: count, cacheWrite: count }),
    }),
  ),
}) satisfies z.ZodType<ContextBody>;

export const budget = z.strictObject({
  run: z.string(),
  budget: z.strictObject({
    isBounded: z.boolean(),
    run: budgetLine,
    orchestration: usageSchema,
    work: usageSchema,
    tiers: z.array(budgetLine),
    tracks: z.array(budgetLine),
    tickets: z.array(budgetLine),
  }),
}) satisfies z.ZodType<BudgetBody>;

export const recorded = z.strictObject({
  seq: count,
  at: epochMs,
  by: z.string() as unknown as z.ZodType<Recorded["by"]>,
  event: eventSchema,
}) satisfies z.ZodType<Recorded>;

export const log = z.strictObject({
  records: z.array(recorded),
  next: count.nullable().describe("Ask again with this as `after`; null at the end."),
  head: count.describe("Number of the last record there is."),
}) satisfies z.ZodType<LogBody>;

export const session = z.strictObject({
  person: z.string(),
  by: z.enum(["token", "session"]),
  expiresAt: epochMs.nullable(),
}) satisfies z.ZodType<SessionBody>;

export const code = z.strictObject({
  code: z.string(),
  expiresAt: epochMs,
  home: z.string(),
}) satisfies z.ZodType<CodeBody>;

export const problem = z.strictObject({
  type: z.literal("about:blank"),
  title: z.string(),
  status: count,
  code: z.string().describe("What is wrong, for programs."),
  detail: z.string().describe("What is wrong, for people."),
  remedy: z.string().describe("What to do next."),
  by: z.string().exactOptional(),
  decision: z.string().exactOptional(),
  problems: z
    .array(
      z.strictObject({
        index: z.number().int(),
        id: z.string().exactOptional(),
        field: z.string(),
        problem: z.string(),
        remedy: z.string(),
      }),
    )
    .exactOptional(),
}) satisfies z.ZodType<ProblemBody>;

export const message = z.strictObject({
  versions: z
    .array(
      z.strictObject({
        seq: count,
        at: epochMs,
        by: z.string() as unknown as z.ZodType<Actor>,
        reason: z.string(),
        text: z.string(),
        calls,
      }),
    )
    .describe("The model's own, then each that a person put in its place."),
  done: count.describe("Calls from the first on that have a result: they stay as they are."),
}) satisfies z.ZodType<MessageBody>;
