// The tools a worker has, by name: read, list, search, edit, write, run, ask, finish.

import { nearestName } from "../../domain/nearest-name.ts";
import type { Sandbox, ToolResult, Tools } from "../../engine/ports.ts";
import { codeOf } from "../confine.ts";
import { controlTools } from "./control-tools.ts";
import { editTool } from "./edit-tool.ts";
import { listTool } from "./list-tool.ts";
import { readTool } from "./read-tool.ts";
import { makeRunTool } from "./run-tool.ts";
import { searchTool } from "./search-tool.ts";
import { withHidden } from "./show-diff.ts";
import { refuse, type Tool } from "./tool.ts";
import { parseArguments } from "./tool-arguments.ts";
import { writeTool } from "./write-tool.ts";

export type ToolsOptions = {
  readonly sandbox: Sandbox;
  /** Folders that commands may read besides the worktree, such as its git directory. */
  readonly readable?: readonly string[];
};

export function createTools({ sandbox, readable = [] }: ToolsOptions): Tools {
  const all = [
    readTool,
    listTool,
    searchTool,
    editTool,
    writeTool,
    makeRunTool({ sandbox, readable }),
    ...controlTools,
  ];
  const byName = new Map(all.map((tool) => [tool.spec.name, tool]));
  const parse = (name: string, text: string): Parsed => parseCall(byName, name, text);
  return {
    specs: all.map((tool) => tool.spec),
    check: (name, text) => {
      const parsed = parse(name, text);
      return parsed.ok ? { ok: true } : parsed;
    },
    run: async (call, context, signal): Promise<ToolResult> => {
      const parsed = parse(call.tool, call.args);
      if (!parsed.ok) return refuse(parsed.problem);
      const { root } = context;
      return await parsed.tool
        .run(parsed.args, { context, repeat: call.repeat, signal })
        .catch((error: unknown) => refuse(toProblem(error, root)));
    },
    preview: async (call, context) => {
      const parsed = parse(call.tool, call.args);
      if (!parsed.ok) return `This call will be refused: ${withHidden(parsed.problem)}\n${withHidden(call.args)}`;
      const { preview } = parsed.tool;
      return preview === undefined
        ? withHidden(JSON.stringify(parsed.args, undefined, 2))
        : await preview(parsed.args, context).catch(
            (error: unknown) => `This call will be refused: ${withHidden(toProblem(error, context.root))}`,
          );
    },
  };
}

/** What a worker left in its tree may not be to be entered or opened: that is its own affair. All else is thrown on. */
function toProblem(error: unknown, root: string): string {
  const code = codeOf(error);
  const path = error instanceof Error && "path" in error ? error.path : undefined;
  const isInside = typeof path === "string" && root !== "" && (path === root || path.startsWith(`${root}/`));
  if (code === undefined || !isInside || /^(?:ENOSPC|EDQUOT|EIO|EMFILE|ENFILE)$/.test(code)) throw error;
  return `${JSON.stringify(path.slice(root.length + 1))} cannot be reached (${code})`;
}

type Parsed =
  | { readonly ok: true; readonly tool: Tool; readonly args: unknown }
  | { readonly ok: false; readonly problem: string };

function parseCall(tools: ReadonlyMap<string, Tool>, name: string, text: string): Parsed {
  const tool = tools.get(name);
  if (tool === undefined) {
    const near = nearestName(name, [...tools.keys()]);
    return {
      ok: false,
      problem: `there is no tool ${JSON.stringify(name)}${near === undefined ? "" : `; did you mean ${near}?`}`,
    };
  }
  const parsed = parseArguments(text);
  if (!parsed.ok) return parsed;
  const fits = tool.parse(parsed.args);
  return fits.ok ? { ok: true, tool, args: parsed.args } : fits;
}
