// What a run is made with. Recorded whole in `run.created`, so that a resumed run needs no file to be unchanged.

import { z } from "zod";
import { modelIdSchema, shellCommandSchema, trustSchema } from "./ticket.ts";

export const modeSchema = z.enum(["async", "linear"]);
export type Mode = z.infer<typeof modeSchema>;

export const tierSchema = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
export type Tier = z.infer<typeof tierSchema>;

export const archetypeSchema = z.strictObject({
  name: z.string(),
  tier: tierSchema,
  /** Model ladder, rung 0 first. */
  models: z.array(modelIdSchema).min(1),
  trust: trustSchema,
  /** Names of the tools it may call; `ask` and `finish` are always granted. */
  tools: z.array(z.string()),
  /** Put before the ticket's own text. */
  prompt: z.string(),
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
  gate: z.enum(["spawn", "call", "result", "unknown", "question"]),
  /** Tool name, or "*" for any. */
  tool: z.string(),
  decision: z.enum(["approve", "reject", "ask"]),
});
export type Rule = z.infer<typeof ruleSchema>;

export const runConfigSchema = z.strictObject({
  title: z.string(),
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
  /** Scenario file of the scripted model, where one plays. */
  scenario: z.string().optional(),
});
export type RunConfig = z.infer<typeof runConfigSchema>;

export const defaultLimits: Limits = {
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
};

/** Where the usual package managers install; one that is not there is passed over. */
export const defaultShare: readonly string[] = ["node_modules", ".venv"];

export const defaultLanes: Lanes = { run: 4, tiers: {}, providers: {} };
