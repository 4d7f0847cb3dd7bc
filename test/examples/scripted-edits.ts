// What a scenario's attempts do to files, without the product: applies edit and write calls as the tools define them.

import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { parseScenario } from "../../src/domain/scenario.ts";
import type { Scenario, ScriptedCall, ScriptedTurn } from "../../src/domain/scenario.ts";
import { parseTicketFile } from "../../src/domain/ticket-file.ts";
import type { Plan } from "../../src/domain/ticket-file.ts";
import type { ShellCommand } from "../../src/domain/ticket.ts";

/** Throws with every problem where the file does not parse. */
export function loadScenario(path: string): Scenario {
  const parsed = parseScenario(readFileSync(path, "utf8"));
  if (!parsed.ok) throw new Error(`${path}: ${JSON.stringify(parsed.problems)}`);
  return parsed.scenario;
}

/** Throws with every problem where the file does not parse. */
export function loadPlan(path: string): Plan {
  const parsed = parseTicketFile(readFileSync(path, "utf8"));
  if (!parsed.ok) throw new Error(`${path}: ${JSON.stringify(parsed.problems)}`);
  return parsed.plan;
}

/** The turns of attempt `number` (from 1), or of the last attempt there is. Throws for a ticket without a script. */
export function turnsOf(scenario: Scenario, ticket: string, number = Infinity): readonly ScriptedTurn[] {
  const attempts = scenario.tickets[ticket] ?? [];
  const attempt = attempts[Math.min(number, attempts.length) - 1];
  if (attempt === undefined) throw new Error(`the scenario has no attempt for ${ticket}`);
  return attempt.turns;
}

export const callsOf = (turns: readonly ScriptedTurn[]): readonly ScriptedCall[] =>
  turns.flatMap((turn) => turn.calls ?? []);

/** A copy of `source` in a temporary folder; `remove` deletes it. */
export function makeCopy(source: string): { root: string; remove: () => void } {
  const root = mkdtempSync(join(tmpdir(), "tutti-example-"));
  cpSync(source, root, { recursive: true });
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

/** Applies the turns' edits and writes under `root`; returns the changed paths. Throws where an edit does not fit. */
export function applyTurns(root: string, turns: readonly ScriptedTurn[]): readonly string[] {
  const changed = callsOf(turns).flatMap((call) => {
    const path = argument(call, "path");
    if (call.tool === "write") writeText(join(root, path), argument(call, "content"));
    else if (call.tool === "edit") editText(join(root, path), argument(call, "old"), argument(call, "new"));
    else return [];
    return [path];
  });
  return [...new Set(changed)];
}

/** A call's argument as text; "" where it has none of that name. */
export function argument(call: ScriptedCall, name: string): string {
  const args: Record<string, unknown> = typeof call.args === "string" ? {} : call.args;
  const value = args[name];
  return typeof value === "string" ? value : "";
}

function writeText(path: string, content: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

function editText(path: string, old: string, replacement: string): void {
  if (!existsSync(path)) throw new Error(`${path} does not exist, so it cannot be edited`);
  const pieces = readFileSync(path, "utf8").split(old);
  if (pieces.length !== 2) throw new Error(`${path}: found ${pieces.length - 1} times instead of once: ${old}`);
  writeFileSync(path, pieces.join(replacement));
}

export type Ran = { readonly code: number | null; readonly output: string };

/** Runs one verify command at `root`, with nothing of the test runner's own environment. */
export function runCommand(root: string, command: ShellCommand): Ran {
  const [file = "", ...args] = typeof command === "string" ? ["/bin/sh", "-c", command] : command;
  const env = { PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`, HOME: root };
  const ran = spawnSync(file, args, { cwd: root, env, encoding: "utf8", timeout: 60_000 });
  return { code: ran.status, output: `${ran.stdout}${ran.stderr}` };
}

/** Runs git at `root`, deaf to the machine's configuration. Throws where git fails. */
export function git(root: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-c", "core.hooksPath=/dev/null", ...args], {
    cwd: root,
    env: gitEnv,
    encoding: "utf8",
  }).trim();
}

const gitEnv = {
  PATH: process.env["PATH"] ?? "",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_AUTHOR_NAME: "Example",
  GIT_AUTHOR_EMAIL: "example@example.invalid",
  GIT_COMMITTER_NAME: "Example",
  GIT_COMMITTER_EMAIL: "example@example.invalid",
};
