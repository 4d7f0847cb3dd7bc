// A rule that a person makes while a run goes on: what it is about, and what is answered in their place.

import { z } from "zod";
import { isOpenEnded } from "./argv.ts";
import { parseGlob } from "./glob.ts";
import { ticketIdSchema } from "./ticket.ts";

const words = z.array(z.string().min(1).max(4_096)).min(1).max(64);

export const liveRuleSchema = z.strictObject({
  gate: z.enum(["spawn", "call", "result", "unknown", "question"]),
  /** A tool's name; "*": any. */
  tool: z.string().min(1).max(200),
  /** The call's path argument matches this glob. */
  path: z.string().min(1).max(1_000).optional(),
  /** The command of a `run` call has exactly these words. */
  argv: words.optional(),
  /** It begins with these words. */
  argvPrefix: words.optional(),
  /** Only this ticket's workers; only workers of this kind. */
  ticket: ticketIdSchema.optional(),
  archetype: z.string().min(1).max(200).optional(),
  decision: z.enum(["approve", "reject", "ask"]),
});
export type LiveRule = z.infer<typeof liveRuleSchema>;

/** Why a rule can not be made; undefined where it can. */
export function ruleProblem(rule: LiveRule): string | undefined {
  const { gate, tool, path, argv, argvPrefix, decision } = rule;
  const matches = [path, argv, argvPrefix].filter((each) => each !== undefined).length;
  if (matches > 1) return "says more than one of path, argv and argvPrefix";
  if (matches > 0 && (gate === "spawn" || gate === "question"))
    return `at the ${gate} gate there is no argument to match`;
  if ((argv ?? argvPrefix) !== undefined && tool !== "run") return "argv and argvPrefix are about the tool run";
  if ((gate === "spawn" || gate === "question") && tool !== "*") return `at the ${gate} gate the tool is "*"`;
  if (decision === "approve" && argvPrefix !== undefined && isOpenEnded(argvPrefix))
    return `${argvPrefix[0] ?? ""} can do anything its further arguments say: name the whole command with argv`;
  const glob = path === undefined ? undefined : parseGlob(path);
  return typeof glob === "object" ? glob.problem : undefined;
}
