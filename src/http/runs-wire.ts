// What goes over the routes of all runs: what is asked, parsed strictly, and the shapes of the answers.

import { z } from "zod";
import { readBudgets } from "../domain/budget.ts";
import { modeSchema, tierSchema, type Tier } from "../domain/config.ts";
import { longestGoal } from "../domain/goal.ts";
import type { ModelId, RunId } from "../domain/ids.ts";
import { runOutcomeSchema, type RunOutcome } from "../domain/outcome.ts";
import { trustSchema } from "../domain/ticket.ts";
import type { ApprovalView } from "../views/approvals.ts";
import type { Forecast } from "../views/forecast.ts";
import type { RunCard } from "./run-card.ts";
import { boundsSchema, modelIdText } from "./wire.ts";

export const runsQuerySchema = z.strictObject({
  /** Words, each of which the title, the id, the project or the goal has to hold. */
  q: z.string().max(200).default(""),
  /** A project's key. */
  project: z.string().max(200).exactOptional(),
  outcome: runOutcomeSchema.exactOptional(),
  phase: z.enum(["empty", "planning", "running", "ended"]).exactOptional(),
  /** `next` of the page before. */
  cursor: z.string().max(200).exactOptional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type RunsQuery = z.output<typeof runsQuerySchema>;

export type RunsBody = {
  readonly runs: readonly RunCard[];
  /** Ask again with this as `cursor`; null at the end. */
  readonly next: string | null;
};

export type Project = {
  readonly key: string;
  /** Top folder of the repository; empty where no run of it can be read. */
  readonly root: string;
  readonly name: string;
  readonly runs: number;
  /** Runs that have not ended. */
  readonly open: number;
  readonly needsYou: number;
  /** Epoch ms of the newest record; null where there is no run yet. */
  readonly lastAt: number | null;
};
export type ProjectsBody = { readonly projects: readonly Project[] };

/** One thing that waits for a person. Where nobody conducts its run, an answer is recorded and counts once it is resumed. */
export type InboxItem = {
  readonly run: RunId;
  readonly title: string;
  readonly project: RunCard["project"];
  readonly conducted: RunCard["conducted"];
  readonly approval: ApprovalView;
};
export type InboxBody = { readonly approvals: readonly InboxItem[] };

const models = z
  .array(z.string().max(300))
  .max(20)
  .transform((ids) => ids as unknown as readonly ModelId[]);

const budgets = z
  .string()
  .max(10_000)
  .transform((text, context) => {
    const read = readBudgets(text);
    if (read.ok) return read.budgets;
    context.addIssue({ code: "custom", message: read.problem });
    return z.NEVER;
  });

/** A run as the page asks for one. Everything that is left out is as the settings say. */
const workSchema = z.strictObject({
  /** A project's key, or the top folder of its repository. */
  project: z.string().min(1).max(4_096),
  goal: z.string().max(longestGoal).exactOptional(),
  /** A ticket file: its text, or the object that it holds. */
  tickets: z.union([z.string(), z.record(z.string(), z.unknown())]).exactOptional(),
  base: z.string().min(1).max(1_000).exactOptional(),
  allowDirty: z.boolean().default(false),
  lanes: z.number().int().min(1).max(1_000).exactOptional(),
  mode: modeSchema.exactOptional(),
  trust: trustSchema.exactOptional(),
  models: models.default([]),
  planner: models.exactOptional(),
  lead: models.exactOptional(),
  /** The plan of a goal is made by a deliberation. */
  deliberate: z.boolean().exactOptional(),
  /** As `tutti run --budget` takes them: `run usd 12.50, tickets usd 2`. */
  budgets: budgets.exactOptional(),
  attended: z.boolean().default(true),
  /** File with what models named `scripted/...` play. */
  scenario: z.string().min(1).max(4_096).exactOptional(),
});

const hasOneWork = ({ goal, tickets }: { readonly goal?: unknown; readonly tickets?: unknown }): boolean =>
  (goal === undefined) !== (tickets === undefined);

const oneWork = "give either `goal` or `tickets`";

export const beginSchema = workSchema
  .extend({
    /** Ends once the plan is settled. */
    only: z.literal("plan").exactOptional(),
  })
  .refine(hasOneWork, oneWork);
export type BeginBody = z.input<typeof beginSchema>;
export type BeginOrder = z.output<typeof beginSchema>;

export type BegunBody = { readonly run: RunId; readonly notes: readonly string[] };

export const resumeSchema = z.strictObject({
  /** Tickets to open again. */
  reopen: z.array(z.string().max(1_000)).max(10_000).default([]),
  /** What their next attempts are told. */
  guidance: z.string().max(100_000).exactOptional(),
  raises: boundsSchema.exactOptional(),
  attended: z.boolean().default(true),
});
export type ResumeOrder = z.output<typeof resumeSchema>;

/** How the run was found. */
export type ResumedBody = {
  readonly run: RunId;
  /** Completed tickets, which stay so. */
  readonly kept: number;
  /** Steps begun anew where the last owner left them. */
  readonly continued: readonly string[];
  /** Steps that may have had an effect nobody saw. */
  readonly unknown: readonly string[];
};

/** What the project's tutti.toml says of each tier; no models: nothing. */
export type ProjectModelsBody = {
  readonly file: string;
  readonly tiers: readonly { readonly tier: Tier; readonly models: readonly ModelId[] }[];
};

export const saveModelsSchema = z.strictObject({
  tiers: z
    .array(
      z.strictObject({
        tier: tierSchema,
        models: z
          .array(modelIdText.transform((id) => id as ModelId))
          .min(1)
          .max(20),
      }),
    )
    .min(1)
    .max(4)
    .refine((tiers) => new Set(tiers.map(({ tier }) => tier)).size === tiers.length, "names a tier twice"),
});
export type SaveModelsBody = z.input<typeof saveModelsSchema>;
export type SaveModelsOrder = z.output<typeof saveModelsSchema>;

export type SavedModelsBody = {
  readonly file: string;
  /** False: it said so already. */
  readonly isChanged: boolean;
  /** Why some of them will not count. */
  readonly notes: readonly string[];
};

export const landSchema = z.strictObject({
  /** The branch; the one the run started from where absent. */
  into: z.string().min(1).max(1_000).exactOptional(),
  how: z.enum(["ff", "merge"]).default("ff"),
});
export type LandBody = z.input<typeof landSchema>;
export type LandOrder = z.output<typeof landSchema>;

export type LandedBody = {
  readonly run: RunId;
  /** Null where the run can go on: these are the tickets merged so far. */
  readonly outcome: RunOutcome | null;
  readonly into: string;
  readonly how: "already_there" | "fast_forward" | "merge";
  readonly from: string;
  readonly to: string;
  readonly files: number;
};

export type ForecastBody = { readonly title: string; readonly forecast: Forecast; readonly notes: readonly string[] };
