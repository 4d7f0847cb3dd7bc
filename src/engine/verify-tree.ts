// Runs verify commands on a tree, in the sandbox, in order, until the first red one.

import type { ShellCommand } from "../domain/ticket.ts";
import type { Ports, VerifyOutcome } from "./ports.ts";

const outputBytes = 12 * 1024;
/** Characters of a command that are repeated before its output. */
const longestLine = 1000;

export async function verifyTree(
  ports: Pick<Ports, "sandbox" | "digest">,
  what: {
    readonly root: string;
    readonly commands: readonly ShellCommand[];
    readonly timeoutMs: number;
    readonly signal: AbortSignal;
  },
): Promise<VerifyOutcome> {
  const { root, commands, timeoutMs, signal } = what;
  for (const command of commands) {
    const result = await ports.sandbox.run({ command, root, timeoutMs, outputBytes }, signal);
    if (result.ended === "cancelled" || signal.aborted) return { kind: "cancelled" };
    if (result.ended === "exit" && result.exitCode === 0) continue;
    const line = typeof command === "string" ? command : command.join(" ");
    const how = result.ended === "exit" ? `exited with ${result.exitCode ?? "a signal"}` : `ended by ${result.ended}`;
    // Cut where it is long, so that the whole stays a text of the event and reaches the worker inside its fence.
    const output = `$ ${line.slice(0, longestLine)}\n${result.output.trimEnd()}\n[${how}]`;
    return { kind: "red", command: line, output, fingerprint: fingerprintOf(ports.digest, line, result.output) };
  }
  return { kind: "passed", commands: commands.length };
}

/** Times, counts and addresses change from run to run; a failure that differs only there is the same failure. */
const fingerprintOf = (digest: Ports["digest"], line: string, output: string): string =>
  digest(`${line}\n${output.replace(/0x[0-9a-f]+/gi, "0x").replace(/[0-9]+([.,][0-9]+)*/g, "0")}`).slice(0, 16);
