// The tool duty: one approved call, run once, its result reported. The intent is on disk before this starts.

import type { Duty } from "../core/duties.ts";
import type { Report } from "../domain/command.ts";
import type { ToolContext } from "./ports.ts";
import { Fault } from "./ports.ts";
import type { AttemptRef } from "../domain/ids.ts";
import type { DutyScope } from "./duty-scope.ts";
import type { AttemptWorld, DutyPorts } from "./run-attempt-duty.ts";
import { loadText, storeText } from "./texts.ts";

type ToolDuty = Extract<Duty, { kind: "tool" }>;

export async function runTool(duty: ToolDuty, world: AttemptWorld): Promise<Report | undefined> {
  const { ports, scope, signal } = world;
  const context = await toolContext(ports, scope, duty);
  const args = await loadText(ports.log, duty.args);
  const started = ports.clock.elapsed();
  const result = await ports.tools.run({ tool: duty.tool, args, repeat: duty.repeat }, context, signal);
  if (signal.aborted) return undefined;
  const ms = Math.max(0, Math.round(ports.clock.elapsed() - started));
  const { turn, call } = duty;
  const output = await storeText(ports.log, result.output);
  return { type: "report.tool", ...duty.ref, turn, call, ok: result.ok, output, ms, changed: result.changed };
}

/** Where an attempt's tools work. A run without a workspace has no root: its tools touch no files. */
export async function toolContext(
  ports: Pick<DutyPorts, "workspace">,
  { ticket, config }: Pick<DutyScope, "ticket" | "config">,
  at: { index: number; ref: AttemptRef },
): Promise<ToolContext> {
  const { touches } = ticket;
  const { commandMs } = config.limits;
  if (ports.workspace === undefined) return { root: "", touches, commandMs };
  const found = await ports.workspace.find(at.ref, at.index);
  if (found === undefined) {
    throw new Fault("worktree_missing", `the worktree of ${at.ref.ticket} attempt ${at.ref.attempt} is gone`, {
      remedy: "someone removed it from the state folder; reopen the ticket to start a fresh attempt",
    });
  }
  return { root: found.root, touches, commandMs };
}
