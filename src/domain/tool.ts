// Tools as the model, the gates and the log see them.

import { z } from "zod";
import { textSchema } from "./text.ts";

/** `pure` may be re-run; `idempotent` may be re-run against an expected hash; `effectful` may not. */
export const toolClassSchema = z.enum(["pure", "idempotent", "effectful", "control"]);
export type ToolClass = z.infer<typeof toolClassSchema>;

/** The two control tools are answered by the core itself; no adapter runs them. */
export const finishTool = "finish";
export const askTool = "ask";

/** One tool call of a reply, as parsed. `problem` says why it cannot run; such a call is answered with an error. */
export const toolCallSchema = z.strictObject({
  /** The provider's id, echoed back; re-keyed where it was missing or repeated. */
  id: z.string(),
  tool: z.string(),
  /** JSON text of the arguments exactly as the model wrote them. */
  args: textSchema,
  class: toolClassSchema,
  problem: z.string().optional(),
});
export type ToolCall = z.infer<typeof toolCallSchema>;

/** What a worker says at its end. */
export const verdictSchema = z.strictObject({
  outcome: z.enum(["completed", "blocked", "needs_input"]),
  summary: z.string().min(1),
  evidence: z.string().optional(),
});
export type Verdict = z.infer<typeof verdictSchema>;

export const questionSchema = z.strictObject({ question: z.string().min(1) });
