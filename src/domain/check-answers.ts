// What tier 4 answers about a red check, and tier 2 about a diff, as JSON. Everything that is wrong is told at once.

import { z } from "zod";
import { readAnswer, type Read } from "./read-answer.ts";

/** Characters; a hint of 20 to 50 tokens is well below. */
export const longestHint = 400;

export const hintAnswerSchema = z.strictObject({
  hint: z.string().describe("20 to 50 tokens: the cause, where it is, and what would mend it."),
});

const text = (most: number) =>
  z
    .string()
    .trim()
    .min(1, { error: "must not be empty" })
    .max(most, { error: `is longer than ${most} characters` });

export const findingSchema = z.strictObject({
  name: text(80).describe("A short name, for example lost-update."),
  severity: z.enum(["low", "medium", "high"], { error: 'must be "low", "medium" or "high"' }),
  /** Empty where it is about no single file. */
  file: z.string().max(300, { error: "is longer than 300 characters" }),
  what: text(1_000).describe("What is wrong, and what would mend it."),
});
export type Finding = z.infer<typeof findingSchema>;

export const reviewAnswerSchema = z.strictObject({
  verdict: z.enum(["approve", "send_back"], { error: 'must be "approve" or "send_back"' }),
  findings: z.array(findingSchema).max(10, { error: "holds more than ten findings; keep the gravest" }),
});
export type ReviewAnswer = z.infer<typeof reviewAnswerSchema>;

/** The hint as one line; one that is too long is cut, and says so. */
export function readHintAnswer(answer: string): Read<string> {
  const read = readAnswer(answer, hintAnswerSchema);
  if (!read.ok) return read;
  const hint = read.value.hint.replace(/\s+/g, " ").trim();
  if (hint === "") return { ok: false, problems: ["The hint is empty."] };
  const characters = Array.from(hint);
  if (characters.length <= longestHint) return { ok: true, value: hint };
  return { ok: true, value: `${characters.slice(0, longestHint).join("")} [cut]` };
}

export function readReviewAnswer(answer: string): Read<ReviewAnswer> {
  const read = readAnswer(answer, reviewAnswerSchema);
  if (!read.ok) return read;
  const { verdict, findings } = read.value;
  if (verdict === "send_back" && findings.length === 0)
    return { ok: false, problems: ['findings: "send_back" without a finding tells nobody what to mend.'] };
  const grave = findings.filter(({ severity }) => severity === "high").map(({ name }) => name);
  if (verdict === "approve" && grave.length > 0) {
    const problem = `verdict: "approve" beside a finding of severity high (${grave.join(", ")}): send it back, or say that it is less grave.`;
    return { ok: false, problems: [problem] };
  }
  return read;
}

/** The last word of tier 2 about a ticket's result; `missed`: it could not be had. */
export type Review = {
  readonly attempt: number;
  readonly verdict: "approved" | "sent_back" | "missed";
  readonly findings: readonly Finding[];
  readonly reason: string;
};
