// The tools over a folder.

import { createTools } from "../../../src/adapters/tools/create-tools.ts";
import { createNoSandbox } from "../../../src/adapters/sandbox/no-sandbox.ts";
import type { ToolContext, ToolResult } from "../../../src/engine/ports.ts";

export const tools = createTools({ sandbox: createNoSandbox() });

export const contextOf = (root: string, touches: readonly string[] = []): ToolContext => ({
  root,
  touches,
  commandMs: 20_000,
});

type CallOptions = { readonly touches?: readonly string[]; readonly repeat?: boolean };

export const call = (root: string, tool: string, args: object, options: CallOptions = {}): Promise<ToolResult> =>
  tools.run(
    { tool, args: JSON.stringify(args), repeat: options.repeat ?? false },
    contextOf(root, options.touches),
    new AbortController().signal,
  );

export const preview = (root: string, tool: string, args: object, touches: readonly string[] = []): Promise<string> =>
  tools.preview({ tool, args: JSON.stringify(args) }, contextOf(root, touches));
