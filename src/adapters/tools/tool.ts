// One tool: its words for the model, the schema of its arguments, what it does and what a person sees before it.

import { z } from "zod";
import type { ToolClass } from "../../domain/tool.ts";
import type { ToolContext, ToolResult, ToolSpec } from "../../engine/ports.ts";

export type ToolCallOptions = {
  readonly context: ToolContext;
  /** The call may have taken effect before a crash. */
  readonly repeat: boolean;
  readonly signal: AbortSignal;
};

/** Arguments that passed `parse` only. */
export type Tool = {
  readonly spec: ToolSpec;
  readonly parse: (args: unknown) => { readonly ok: true } | { readonly ok: false; readonly problem: string };
  readonly run: (args: unknown, options: ToolCallOptions) => Promise<ToolResult>;
  /** Undefined: the arguments themselves are what is shown. */
  readonly preview: ((args: unknown, context: ToolContext) => Promise<string>) | undefined;
};

export type ToolDefinition<A> = {
  readonly name: string;
  readonly class: ToolClass;
  readonly description: string;
  /** A strict object: a key nobody asked for is refused. */
  readonly schema: z.ZodType<A>;
  readonly run: (args: A, options: ToolCallOptions) => Promise<ToolResult>;
  readonly preview?: (args: A, context: ToolContext) => Promise<string>;
};

export function makeTool<A>(definition: ToolDefinition<A>): Tool {
  const { name, description, schema, preview } = definition;
  const { $schema: _, ...parameters } = z.toJSONSchema(schema, { io: "input" });
  return {
    spec: { name, description, class: definition.class, parameters },
    parse: (args) => {
      const parsed = schema.safeParse(args);
      return parsed.success ? { ok: true } : { ok: false, problem: parsed.error.issues.map(toSentence).join("; ") };
    },
    run: (args, options) => definition.run(schema.parse(args), options),
    preview: preview && ((args, context) => preview(schema.parse(args), context)),
  };
}

function toSentence(issue: z.core.$ZodIssue): string {
  const path = issue.path.map(String).join(".");
  return path === "" ? issue.message : `${path}: ${issue.message}`;
}

export const done = (output: string, changed: readonly string[] = []): ToolResult => ({ ok: true, output, changed });

export const refuse = (output: string): ToolResult => ({ ok: false, output, changed: [] });

/** Bytes of any one result that a model is given. */
export const outputBytes = 32 * 1024;
