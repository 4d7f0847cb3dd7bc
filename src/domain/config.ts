// What a run is made with. Recorded whole in `run.created`, so that a resumed run needs no file to be unchanged.

import { z } from "zod";
import { deliberationConfigSchema, setupSchema } from "./deliberation.ts";
import { priorsSchema } from "./priors.ts";
import { textSchema } from "./text.ts";
import { modelIdSchema, shellCommandSchema, strategySchema, trustSchema } from "./ticket.ts";

export const modeSchema = z.enum(["async", "linear"]);
export type Mode = z.infer<typeof modeSchema>;

export const tierSchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export type Tier = z.infer<typeof tierSchema>;

export const archetypeSchema = z.strictObject({
  name: z.string(),
  tier: tierSchema,
  /** Its result is reviewed by tier 2 before it merges. */
  review: z.boolean().optional(),
  /** Of its tickets that do not say themselves; missing: its worker alone. */
  strategy: strategySchema.optional(),
  /** Model ladder, rung 0 first. */
  models: z.array(modelIdSchema).min(1),
  /** What a machine must have to work on its tickets. */
  labels: z.array(z.string()).optional(),
  trust: trustSchema,
  /** Names of the tools it may call; `ask` and `finish` are always granted. */
  tools: z.array(z.string()),
  /** Put before the ticket's own text. */
  prompt: z.string(),
  /** Bytes of its tools' specifications, which go with every call. */
  overheadBytes: z.number().int().nonnegative().optional(),
});
export type Archetype = z.infer<typeof archetypeSchema>;

export const limitsSchema = z.strictObject({
  /** Attempts per ticket, all causes together. */
  attempts: z.number().int().min(1),
  /** Model calls per attempt. */
  turns: z.number().int().min(1),
  /** How often red `verify` output goes back to the same worker. */
  verifyRounds: z.number().int().min(0),
  /** Tool calls honoured in one turn. */
  callsPerTurn: z.number().int().min(1),
  /** Tries of one model call on provider faults. */
  providerTries: z.number().int().min(1),
  /** Working time of one attempt in ms; time held at a gate does not count. */
  attemptMs: z.number().int().min(1),
  /** One model call, in ms: in all, and between two bytes. */
  turnMs: z.number().int().min(1),
  idleMs: z.number().int().min(1),
  /** One command, in ms. */
  commandMs: z.number().int().min(1),
  /** Attempts that may wait for a person at once before no further ticket is started. */
  held: z.number().int().min(1),
  /** Output tokens of one model call. */
  maxOutputTokens: z.number().int().min(1),
  /** Replies to one planning question before a person is asked: the first, and how often it goes back. */
  planRounds: z.number().int().min(1).optional(),
  /** Tickets of one plan that tier 2 made. */
  planTickets: z.number().int().min(1).optional(),
  /** How often tier 2 is asked to re-plan in one run. */
  replans: z.number().int().min(0).optional(),
  /** How often a review sends one attempt back. */
  reviewRounds: z.number().int().min(0).optional(),
  /** Per cent of the model's window from which on the old turns of a conversation are told in short. */
  compactAt: z.number().int().min(1).max(100).optional(),
});
export type Limits = z.infer<typeof limitsSchema>;

export const lanesSchema = z.strictObject({
  run: z.number().int().min(1),
  /** By tier ("3") or by provider ("anthropic"); a missing key means no limit of its own. */
  tiers: z.record(z.string(), z.number().int().min(1)),
  providers: z.record(z.string(), z.number().int().min(1)),
});
export type Lanes = z.infer<typeof lanesSchema>;

export const projectSchema = z.strictObject({
  /** Canonical path of the repository's top folder. */
  root: z.string(),
  /** The branch the run started from, or null where a commit was given. */
  branch: z.string().nullable(),
  /** The commit the integration branch starts at. */
  base: z.string(),
});
export type Project = z.infer<typeof projectSchema>;

/** A standing answer for a gate, given by the person's own configuration. First match wins. */
export const ruleSchema = z.strictObject({
  name: z.string(),
  gate: z.enum(["spawn", "call", "result", "unknown", "question", "plan"]),
  /** Tool name, or "*" for any. */
  tool: z.string(),
  decision: z.enum(["approve", "reject", "ask"]),
});
export type Rule = z.infer<typeof ruleSchema>;

/** What a person wants done, in their own words; tiers 1 and 2 make the plan of it. */
export const goalSchema = z.strictObject({
  epic: textSchema,
  /** The run ends with its signed plan: `tutti plan`. */
  only: z.literal("plan").optional(),
});

/** Bounds on what may be spent; a missing one is no bound. Money in millionths of a US dollar. */
export const capsSchema = z.strictObject({
  costMicros: z.number().int().nonnegative().optional(),
  /** All four classes of the provider's count, for the bound alone; what is shown keeps them apart. */
  tokens: z.number().int().nonnegative().optional(),
  /** Model calls. */
  turns: z.number().int().nonnegative().optional(),
  /** Working time, gates excluded. */
  minutes: z.number().nonnegative().optional(),
  /** Attempts started. */
  spawns: z.number().int().nonnegative().optional(),
});
export type Caps = z.infer<typeof capsSchema>;

export const budgetsSchema = z.strictObject({
  run: capsSchema.optional(),
  /** For each ticket, each track. */
  ticket: capsSchema.optional(),
  track: capsSchema.optional(),
  /** By tier: "1" to "4". */
  tiers: z.record(z.string(), capsSchema).optional(),
  /** For all runs of this person in one calendar day (UTC); kept beside the runs, not in their logs. */
  day: capsSchema.optional(),
});
export type Budgets = z.infer<typeof budgetsSchema>;

/** Price in millionths of a US dollar per million tokens. */
export const priceSchema = z.strictObject({
  input: z.number().nonnegative(),
  cachedRead: z.number().nonnegative(),
  cacheWrite: z.number().nonnegative(),
  /** Reasoning is charged as output. */
  output: z.number().nonnegative(),
});

export type Price = z.infer<typeof priceSchema>;

/** What is known of a model; null: unknown. */
export const modelCardSchema = z.strictObject({
  price: priceSchema.nullable(),
  /** Tokens that a request and its reply may have together. */
  window: z.number().int().positive().nullable(),
  /** The price is the person's own: what a call cost is reckoned by it, whatever else is known. */
  isOwn: z.literal(true).optional(),
});
export type ModelCard = z.infer<typeof modelCardSchema>;

export const promptNames = [
  "worker",
  "tracks",
  "tickets",
  "replan",
  "review",
  "diagnosis",
  "deliberate",
  "mediate",
  "synthesise",
] as const;

/** Which prompt a model call was made with; `hash` is the hex sha-256 of its text. */
export const promptRefSchema = z.strictObject({ name: z.string(), version: z.string(), hash: z.string() });
export type PromptRef = z.infer<typeof promptRefSchema>;

export const promptSchema = promptRefSchema.extend({ text: z.string() });
export type Prompt = z.infer<typeof promptSchema>;

export const runConfigSchema = z.strictObject({
  title: z.string(),
  /** Undefined: the run came with its tickets. */
  goal: goalSchema.optional(),
  /** This run is one deliberation: it has no plan and no tickets. */
  deliberation: deliberationConfigSchema.optional(),
  /** Who deliberates inside this run, where a ticket's strategy or a conflict calls for it. */
  deliberations: z
    .strictObject({
      setup: setupSchema,
      /** A conflict that an attempt did not resolve becomes a deliberation between the authors of both sides. */
      conflicts: z.boolean(),
      /** The plan of a goal is made at a table; missing: by tiers 1 and 2. */
      planning: z.boolean().optional(),
    })
    .optional(),
  /** Ladders of the tiers that are consulted, "1", "2", "4"; a missing tier is not consulted. */
  tiers: z.record(z.string(), z.array(modelIdSchema).min(1)).optional(),
  /** What the consulted tiers do in this run. */
  planning: z
    .strictObject({
      /** Tier 2 proposes a plan patch after a ticket is blocked. */
      replan: z.boolean(),
      /** Tier 4 compresses a red check to a hint. */
      diagnosis: z.boolean(),
    })
    .optional(),
  budgets: budgetsSchema.optional(),
  /** By model id, every model this run may call. */
  cards: z.record(z.string(), modelCardSchema).optional(),
  prompts: z.array(promptSchema).optional(),
  /** What this run's forecast rests on; undefined: no past run was looked at. */
  priors: priorsSchema.optional(),
  project: projectSchema,
  /** `git`: worktree, branch and merge per attempt. `none`: tickets change no files. */
  workspace: z.enum(["git", "none"]),
  /** `bwrap`: commands run in the sandbox. `none`: the person opted out for this run. */
  sandbox: z.enum(["bwrap", "none"]),
  mode: modeSchema,
  /** Overrides every ticket's and archetype's trust level. */
  trust: trustSchema.optional(),
  /** False: nobody answers, so what would be held is refused. */
  attended: z.boolean(),
  lanes: lanesSchema,
  limits: limitsSchema,
  archetypes: z.array(archetypeSchema).min(1),
  rules: z.array(ruleSchema),
  /** The project's verify commands, before each ticket's own. */
  verify: z.array(shellCommandSchema),
  /** Untracked folders of the checkout that worktrees see read-only (installed dependencies); relative to the root. */
  share: z.array(z.string()).optional(),
  /**
   * Where its work is fetched from and pushed to by other machines: its own repository on the host where it was begun,
   * or an address of the person's. Undefined: no other machine works for it.
   */
  remote: z
    .union([z.strictObject({ host: z.string(), path: z.string() }), z.strictObject({ url: z.string() })])
    .optional(),
  /** Scenario file of the scripted model, where one plays. */
  scenario: z.string().optional(),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

export const defaultLimits: Record<keyof Limits, number> = {
  attempts: 3,
  turns: 60,
  verifyRounds: 1,
  callsPerTurn: 32,
  providerTries: 40,
  attemptMs: 60 * 60_000,
  turnMs: 10 * 60_000,
  idleMs: 2 * 60_000,
  commandMs: 10 * 60_000,
  held: 16,
  maxOutputTokens: 16_384,
  planRounds: 3,
  planTickets: 500,
  replans: 8,
  reviewRounds: 2,
  compactAt: 80,
};

/** Where the usual package managers install; one that is not there is passed over. */
export const defaultShare: readonly string[] = ["node_modules", ".venv"];

export const defaultLanes: Lanes = { run: 4, tiers: {}, providers: {} };
