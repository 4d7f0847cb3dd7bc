// What the decision inbox asks for beside the approvals themselves.

import type { Actor } from "../domain/ids.ts";
import type { Precedents } from "../views/precedents.ts";
import type { ToolClass } from "../domain/tool.ts";

/** Answers to earlier requests of this run. */
export type PrecedentsBody = Precedents;

/** Every tool a worker of this run may be given. `parameters`: JSON schema of its arguments. */
export type ToolsBody = {
  readonly tools: readonly {
    readonly name: string;
    readonly description: string;
    readonly class: ToolClass;
    readonly parameters: Readonly<Record<string, unknown>>;
  }[];
};

/** The message that can be rewritten at a gate: what the model wrote, then what people put in its place; texts whole. */
export type MessageBody = {
  readonly versions: readonly {
    readonly seq: number;
    readonly at: number;
    readonly by: Actor;
    readonly reason: string;
    readonly text: string;
    readonly calls: readonly { readonly tool: string; readonly args: string }[];
  }[];
  /** Calls from the first on that have a result: they stay as they are. */
  readonly done: number;
};
