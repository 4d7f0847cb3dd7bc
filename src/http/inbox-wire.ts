// What the decision inbox asks for beside the approvals themselves.

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
