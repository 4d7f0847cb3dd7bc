// The person's own config.toml, without its providers (user-config.ts): defaults, limits, rules, and what a repository
// may choose. Only this file and the command line can widen anything.

import { z } from "zod";
import { modeSchema, ruleSchema } from "./config.ts";
import type { Mode, Rule } from "./config.ts";
import type { ModelId } from "./ids.ts";
import { ladder, lanesTable, limitsTable, parseSettings, toLanes, toLimits } from "./settings-fields.ts";
import type { LanesSetting, LimitsSetting, ParsedSettings } from "./settings-fields.ts";
import { trustText } from "./ticket-fields.ts";
import type { Trust } from "./ticket.ts";

export type UserDefaults = {
  /** Ladder where neither ticket, plan nor repository names one. */
  readonly models: readonly ModelId[];
  /** Where nothing else says; also the most a repository may choose, unless it is trusted. */
  readonly trust: Trust;
  readonly mode: Mode;
  readonly lanes: LanesSetting;
  readonly limits: LimitsSetting;
  /** Canonical paths of repositories whose files may choose "auto"; "*" is every one. */
  readonly trusted: readonly string[];
  /** Models that repository and ticket files may name: ids, or prefixes that end in "*". Undefined: any. */
  readonly allowedModels: readonly string[] | undefined;
  readonly rules: readonly Rule[];
};

/** What an absent file says. */
export const emptyUserDefaults: UserDefaults = {
  models: [],
  trust: "ask",
  mode: "async",
  lanes: { tiers: {}, providers: {} },
  limits: {},
  trusted: [],
  allowedModels: undefined,
  rules: [],
};

const texts = (of: string) => z.array(z.string({ error: `must be ${of}` }), { error: `must be a list of ${of}` });

const ruleTable = z.strictObject({
  name: ruleSchema.shape.name.optional(),
  gate: z.enum(ruleSchema.shape.gate.options, { error: `must be one of ${ruleSchema.shape.gate.options.join(", ")}` }),
  tool: z.string({ error: 'must be the name of a tool, or "*"' }).optional(),
  decision: z.enum(ruleSchema.shape.decision.options, { error: 'must be "approve", "reject" or "ask"' }),
});

const userTable = z.strictObject({
  /** Checked by user-config.ts. */
  providers: z.unknown().optional(),
  defaults: z
    .strictObject({
      models: ladder.optional(),
      trust: trustText.optional(),
      mode: z.enum(modeSchema.options, { error: 'must be "async" or "linear"' }).optional(),
    })
    .optional(),
  lanes: lanesTable.optional(),
  limits: limitsTable.optional(),
  trusted: z.strictObject({ repositories: texts('absolute paths, or "*"') }).optional(),
  allow: z.strictObject({ models: texts("model ids") }).optional(),
  rules: z.array(ruleTable, { error: "must be tables like [[rules]]" }).optional(),
});

/** config.toml, already parsed as TOML. Provider tables are let through unchecked. */
export function parseUserDefaults(value: unknown): ParsedSettings<UserDefaults> {
  const parsed = parseSettings(userTable, value);
  if (!parsed.ok) return parsed;
  const { defaults, lanes, limits, trusted, allow, rules = [] } = parsed.value;
  return {
    ok: true,
    value: {
      models: defaults?.models ?? [],
      trust: defaults?.trust ?? emptyUserDefaults.trust,
      mode: defaults?.mode ?? emptyUserDefaults.mode,
      lanes: toLanes(lanes),
      limits: toLimits(limits),
      trusted: trusted?.repositories ?? [],
      allowedModels: allow?.models,
      rules: rules.map(({ name, gate, tool, decision }, index) => ({
        name: name ?? `rule-${index + 1}`,
        gate,
        tool: tool ?? "*",
        decision,
      })),
    },
  };
}
