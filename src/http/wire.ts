// What goes over the loopback API: request bodies, parsed strictly, and the shapes of the answers.

import { z } from "zod";
import { readRaises } from "../domain/budget.ts";
import { modeSchema, tierSchema, type Rule } from "../domain/config.ts";
import { liveRuleSchema, type LiveRule } from "../domain/live-rule.ts";
import { decisionSchema } from "../domain/event.ts";
import type { AttemptDiff } from "../domain/check-question.ts";
import type { Actor, RunId } from "../domain/ids.ts";
import type { PlanProblem } from "../domain/rejection.ts";
import { trustSchema } from "../domain/ticket.ts";
import type { Recorded } from "../domain/event.ts";
import type { ApprovalDetail } from "../engine/approval-detail.ts";
import type { ApprovalView } from "../views/approvals.ts";
import type { BudgetView } from "../views/budget.ts";
import type { ContextMeter } from "../views/context-meter.ts";
import type { Board } from "../views/board.ts";
import type { ComparedRow } from "../views/forecast-lines.ts";
import type { Stretch } from "../views/marks.ts";
import type { Forecast } from "../views/forecast.ts";
import type { Ladders } from "../views/ladders.ts";
import type { PendingKinds } from "../views/pending-kinds.ts";
import type { PlanDiff } from "../views/plan-diff.ts";
import type { RulePreview } from "../views/rules.ts";
import type { StreamFrames } from "./stream-wire.ts";
import type { Summary } from "../views/summary.ts";

const reason = z.string().max(4_000);
/** A display name beside the authenticated one; see `actorOf`. */
const as = z.string().max(80).optional();

export const answerSchema = z.strictObject({
  decision: decisionSchema,
  reason: reason.default(""),
  edited: z.string().optional(),
  digest: z.string().max(128).optional(),
  as,
});
export type AnswerBody = z.input<typeof answerSchema>;

export const messageEditSchema = z.strictObject({
  approval: z.string().max(32),
  text: z.string(),
  calls: z
    .array(z.strictObject({ tool: z.string().max(200), args: z.string() }))
    .max(1_000)
    .optional(),
  reason: reason.default(""),
  as,
});
export type MessageEditBody = z.input<typeof messageEditSchema>;

/** The one-time code of the page's address. */
export const sessionSchema = z.strictObject({ code: z.string().min(1).max(200) });

/** `by`: what let the caller in. `expiresAt`: epoch ms; null for a token, which does not expire. */
export type SessionBody = {
  readonly person: string;
  readonly by: "token" | "session";
  readonly expiresAt: number | null;
};

/** A new one-time code, until when it counts (epoch ms), and the server's own address. */
export type CodeBody = { readonly code: string; readonly expiresAt: number; readonly home: string };

const ticket = z.string().max(1_000);

/** `<provider>/<model>`. */
export const modelIdText = z
  .string()
  .max(300)
  .regex(/^[^\s/]+\/\S+$/, { error: "must be <provider>/<model>" });

/** As a person writes them: `run usd 12.50, ticket T7 tokens 200000`. */
export const boundsSchema = z
  .string()
  .max(10_000)
  .transform((text, context) => {
    const read = readRaises(text);
    if (read.ok) return read.raises;
    context.addIssue({ code: "custom", message: read.problem });
    return z.NEVER;
  });

export const commandSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("pause"), drain: z.boolean().default(false), reason: reason.default(""), as }),
  z.strictObject({ type: z.literal("resume"), as }),
  z.strictObject({ type: z.literal("mode"), mode: modeSchema, as }),
  z.strictObject({ type: z.literal("trust"), trust: trustSchema.nullable(), as }),
  z.strictObject({ type: z.literal("ticket.trust"), ticket, trust: trustSchema.nullable(), as }),
  z.strictObject({ type: z.literal("context.compact"), ticket, as }),
  z.strictObject({ type: z.literal("lanes"), lanes: z.number().int().min(1).max(1_000), as }),
  z.strictObject({ type: z.literal("attended"), attended: z.boolean(), as }),
  z.strictObject({ type: z.literal("budget.raise"), bounds: boundsSchema, as }),
  z.strictObject({ type: z.literal("abort"), reason: reason.default(""), now: z.boolean().default(false), as }),
  z.strictObject({ type: z.literal("ticket.abort"), ticket, reason: reason.default(""), as }),
  z.strictObject({ type: z.literal("ticket.steer"), ticket, text: z.string().trim().min(1).max(100_000), as }),
  /** A person's word on a deliberation's bus: to one role, or to "all". */
  z.strictObject({
    type: z.literal("deliberation.tell"),
    deliberation: z.string().max(32),
    to: z.string().max(16),
    text: z.string().trim().min(1).max(100_000),
    as,
  }),
  /** Of one ticket, from its next attempt on; or of a tier, from its next attempt or question on. */
  z
    .strictObject({
      type: z.literal("models.set"),
      ticket: ticket.optional(),
      tier: tierSchema.optional(),
      models: z.array(modelIdText).min(1).max(20),
      as,
    })
    .refine((body) => (body.ticket === undefined) !== (body.tier === undefined), {
      error: "names either a ticket or a tier",
    }),
  /** Takes every rewriting of the model's last message back. */
  z.strictObject({ type: z.literal("message.restore"), approval: z.string().max(32), reason: reason.default(""), as }),
  /** `answer`: approvals that are open and that it is to answer at once. */
  z.strictObject({
    type: z.literal("rule.add"),
    rule: liveRuleSchema,
    answer: z.array(z.string().max(32)).max(1_000).default([]),
    as,
  }),
  z.strictObject({ type: z.literal("rule.remove"), id: z.string().max(32), as }),
  z.strictObject({ type: z.literal("ticket.pause"), ticket, reason: reason.default(""), as }),
  z.strictObject({ type: z.literal("ticket.resume"), ticket, as }),
  z.strictObject({ type: z.literal("ticket.reopen"), ticket, guidance: z.string().max(100_000).optional(), as }),
]);
export type CommandBody = z.input<typeof commandSchema>;

/** A patch as its file writes it; read by the same rules as the file. */
export const patchSchema = z.strictObject({ patch: z.record(z.string(), z.unknown()), as });
export type PatchBody = z.input<typeof patchSchema>;

/** The plan as a ticket file. */
export type PlanBody = { readonly text: string };

export type PlanDiffBody = { readonly diff: PlanDiff; readonly lines: readonly string[] };

/** What every accepted change is answered with: the log's place after it. */
export type Accepted = { readonly seq: number; readonly events: number };

export type StatusBody = {
  readonly run: string;
  readonly board: Board;
  readonly summary: Summary;
  /** open approvals by kind. */
  readonly pending: PendingKinds;
  /** Null before there is a plan. */
  readonly forecast: Forecast | null;
};

/** What was forecast beside what came of it, in words; no rows before there is a plan. */
export type ForecastBody = { readonly run: string; readonly isDone: boolean; readonly rows: readonly ComparedRow[] };

export type ContextBody = { readonly run: string; readonly workers: readonly ContextMeter[] };
export type BudgetBody = { readonly run: string; readonly budget: BudgetView };

export type ApprovalBody = ApprovalView & {
  readonly detail: ApprovalDetail | null;
  /** Why there is no detail. */
  readonly problem?: string;
};
export type ApprovalsBody = { readonly approvals: readonly ApprovalBody[] };

export const rulePreviewSchema = z.strictObject({ rule: liveRuleSchema });

/** `made`: in this run, by persons; `standing`: those of the person's configuration, as the run began. */
export type RulesBody = {
  readonly made: readonly {
    readonly id: string;
    readonly by: Actor;
    readonly at: number;
    readonly rule: LiveRule;
    readonly words: string;
  }[];
  readonly standing: readonly Rule[];
};
export type RulePreviewBody = RulePreview;

export type ModelsBody = Ladders;

export type LogBody = {
  readonly records: readonly Recorded[];
  /** Ask again with this as `after`; null at the end. */
  readonly next: number | null;
  /** The last seq there is. */
  readonly head: number;
};

/** The state after record `seq`, as core/snapshot writes it in `format`. */
export type SnapshotBody = StreamFrames["snapshot"];

/** Records after a place, with the state before them: in place of a snapshot's text, what it parses to. */
export type PassageBody = LogBody & {
  readonly run: RunId;
  /** Of `before`, as a snapshot's. */
  readonly format: string;
  readonly before: unknown;
};

/** A state without the words of workers' conversations before their last turn. */
export type OutlineBody = {
  readonly run: RunId;
  readonly seq: number;
  readonly head: number;
  /** Of `state`, as a snapshot's. */
  readonly format: string;
  /** Digest of its plan: `state` leaves the plan out where the asker named the same one. */
  readonly plan: string;
  readonly state: unknown;
};

export type MarksBody = { readonly stretches: readonly Stretch[]; readonly head: number };

export type DiffBody = AttemptDiff;

/** RFC 9457, with the remedy and, for rejections, their own fields. */
export type ProblemBody = {
  readonly type: "about:blank";
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly remedy: string;
  readonly by?: string;
  readonly decision?: string;
  /** What is wrong with a plan or a patch, one by one. */
  readonly problems?: readonly PlanProblem[];
};
