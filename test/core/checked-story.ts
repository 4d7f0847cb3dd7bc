// The words in which stories of diagnoses and reviews are told: tier 4 reads a red check, tier 2 a result.

import type { CommandOf } from "../../src/domain/command.ts";
import { defaultLimits, type Limits, type RunConfig } from "../../src/domain/config.ts";
import type { ProviderFaultCode } from "../../src/domain/outcome.ts";
import type { Given, Taken } from "../support/given.ts";
import { answers, consultFails } from "./planned-story.ts";
import { finish, gitRun, ladder, merged, model, prepared, red, replied, verified } from "./story.ts";

/** Tiers 2 and 4 have models, and every result is reviewed. */
export const checkedConfig = ({
  review = true,
  limits = {},
  ...changes
}: { review?: boolean; limits?: Partial<Limits> } & Omit<Partial<RunConfig>, "limits"> = {}): Partial<RunConfig> => ({
  tiers: { "2": [model("alpha/lead")], "4": [model("gamma/cheap")] },
  archetypes: [{ name: "coder", tier: 3, models: ladder, trust: "auto", tools: ["read", "run"], prompt: "", review }],
  limits: { ...defaultLimits, ...limits },
  ...changes,
});

/** The attempt reports finish in this turn. */
export const finishes = (story: Taken, step: string): Taken => story.when(replied(step, [finish("completed", "done")]));

/** Ticket A is done and being verified. */
export const finishedRun = (changes: Parameters<typeof checkedConfig>[0] = {}): Taken =>
  finishes(gitRun(["A"], checkedConfig(changes)).when(prepared("A#1")), "A#1/1");

/** ... and its check is red. */
export const redRun = (changes: Parameters<typeof checkedConfig>[0] = {}): Taken =>
  finishedRun(changes).when(red("A#1", 1));

/** ... or green, and under review. */
export const reviewedRun = (changes: Parameters<typeof checkedConfig>[0] = {}): Taken =>
  finishedRun(changes).when(verified("A#1"));

export const hint = (text = "parse.ts:4 reads past the end; return early."): string => JSON.stringify({ hint: text });

export const finding = {
  name: "lost-update",
  severity: "high",
  file: "store.ts",
  what: "Two writers overwrite each other.",
};
export const approves = (...findings: readonly object[]): string => JSON.stringify({ verdict: "approve", findings });
export const sendsBack = (...names: readonly string[]): string =>
  JSON.stringify({
    verdict: "send_back",
    findings: (names.length === 0 ? ["lost-update"] : names).map((name) => ({ ...finding, name })),
  });

export const says = (story: Given, answer: string, more: Partial<CommandOf<"report.consulted">> = {}): Taken =>
  story.when(answers(story, answer, more));

export const faults = (story: Given, code: ProviderFaultCode, retryAfterMs?: number): Taken =>
  story.when({ ...consultFails(story, code), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) });

/** A run that meets a hint, a review that sends it back, one that cannot be had and one that approves. */
export function checkedStory(): Taken {
  const hinted = says(redRun({ limits: { planRounds: 1 } }), hint());
  const reviewed = finishes(hinted, "A#1/2").when(verified("A#1", 2));
  const sentBack = says(reviewed, sendsBack());
  const again = finishes(sentBack, "A#1/3").when(verified("A#1", 2));
  const missed = says(again, "Looks fine.").when({
    type: "report.failed",
    ticket: "A" as never,
    attempt: 1,
    failure: { cause: "conflict", detail: "merge conflict in a.ts", fingerprint: "conflict:a.ts" },
  });
  const second = finishes(missed.when(prepared("A#2")), "A#2/1").when(verified("A#2"));
  return says(second, approves({ ...finding, severity: "low" })).when(merged("A#2"));
}
