// run: one shell command in the sandbox. There is no argument that asks for more rights, another folder or less sandbox.

import { z } from "zod";
import type { CommandResult, Sandbox, ToolContext, ToolResult } from "../../engine/ports.ts";
import { withHidden } from "./show-diff.ts";
import { makeTool, outputBytes, refuse, type Tool, type ToolCallOptions } from "./tool.ts";

const schema = z.strictObject({
  command: z.string().min(1).max(32_768).describe("Shell command, run by /bin/sh -c in the repository's top folder"),
  timeoutSeconds: z.number().min(1).max(86_400).optional().describe("Stop it sooner than the limit that is set anyway"),
});

type Arguments = z.infer<typeof schema>;

export type RunToolOptions = {
  readonly sandbox: Sandbox;
  /** Folders commands may read besides the worktree, such as its git directory. */
  readonly readable: readonly string[];
};

export function makeRunTool({ sandbox, readable }: RunToolOptions): Tool {
  const runCommand = async (args: Arguments, { context, signal }: ToolCallOptions): Promise<ToolResult> => {
    const { command } = args;
    if (context.root === "") return refuse("this run has no folder to run a command in");
    if (command.includes("\0") || !command.isWellFormed())
      return refuse("the command holds a NUL or half a character; nothing was run");
    const timeoutMs = timeoutOf(args, context);
    return toResult(await sandbox.run({ command, root: context.root, timeoutMs, outputBytes, readable }, signal));
  };
  return makeTool({
    name: "run",
    class: "effectful",
    description:
      "Runs a shell command in the repository's top folder, in a sandbox: no network, nothing writable but the " +
      "repository, and when it ends so does every process it started. Each call is a fresh shell. The first line of " +
      "the result is the exit code.",
    schema,
    run: runCommand,
    preview: async (args, context) => preview(args, context),
  });
}

const timeoutOf = ({ timeoutSeconds }: Arguments, { commandMs }: ToolContext): number =>
  timeoutSeconds === undefined ? commandMs : Math.min(commandMs, Math.round(timeoutSeconds * 1_000));

function toResult({ exitCode, ended, output, ms }: CommandResult): ToolResult {
  const seconds = `${(ms / 1_000).toFixed(1)} s`;
  const head =
    ended === "exit"
      ? `exit code ${exitCode ?? "unknown"}, ${seconds}`
      : ended === "signal"
        ? `ended by a signal, ${seconds}`
        : `${ended === "timeout" ? "stopped at the time limit" : "cancelled"}, ${seconds}`;
  return { ok: ended === "exit" && exitCode === 0, output: `[${head}]\n${output}`, changed: [] };
}

function preview(args: Arguments, context: ToolContext): string {
  const { command } = args;
  const lines = command.split("\n").length;
  const size = `${command.length} characters${lines > 1 ? ` in ${lines} lines` : ""}`;
  const shown = command
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
  return `/bin/sh -c, ${size}, at most ${timeoutOf(args, context) / 1_000} s:\n${withHidden(shown)}`;
}
