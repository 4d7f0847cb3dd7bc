// Why a run recovers from another, and how often that happens by itself.

import { z } from "zod";

/** `policy`: by itself, or at a person's word as it would by itself. The others are what a person chose instead. */
export const recoveryWhySchema = z.enum(["policy", "rerun", "rerun_mediated", "escalate"]);
export type RecoveryWhy = z.infer<typeof recoveryWhySchema>;

/** Runs of one chain, the first one counted. What a person chooses instead of the policy begins a chain of its own. */
export const mostGenerations = 3;
