// Two tickets through a workspace the way the engine drives it: every step first asks what is already done, so that
// the same drive begins a run and takes it up again after a crash. Run as a program it is the process that crashes.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createGitWorkspace } from "../../../src/adapters/workspace/git-workspace.ts";
import type { Project } from "../../../src/domain/config.ts";
import type { RunId, TicketId } from "../../../src/domain/ids.ts";
import type { MergeOutcome, Workspace } from "../../../src/engine/ports.ts";

export const driven = ["A", "B"] as const;

const merge = (workspace: Workspace, id: string, index: number): Promise<MergeOutcome> => {
  const ticket = {
    id: id as TicketId,
    title: id,
    description: "",
    dependsOn: [],
    contextFiles: [],
    touches: [],
    verify: [],
    models: [],
    archetype: "worker",
    weight: 1,
    startRung: 0,
  };
  const ref = { ticket: ticket.id, attempt: 1 };
  const verify = async () => ({ kind: "passed", commands: 1 }) as const;
  return workspace.merge(ref, ticket, { index, message: `Do ${id}`, verify, signal: new AbortController().signal });
};

export async function drive(options: { project: Project; run: RunId; dir: string }): Promise<readonly MergeOutcome[]> {
  const workspace = await createGitWorkspace(options);
  const outcomes: MergeOutcome[] = [];
  for (const [index, id] of driven.entries()) {
    const ref = { ticket: id as TicketId, attempt: 1 };
    const { root } = await workspace.prepare(ref, index);
    writeFileSync(join(root, `${id}.txt`), `${id}\n`);
  }
  for (const [index, id] of driven.entries()) outcomes.push(await merge(workspace, id, index));
  await workspace.publish();
  for (const [index, id] of driven.entries()) await workspace.dispose({ ticket: id as TicketId, attempt: 1 }, index);
  return outcomes;
}

const [, program = "", settings] = process.argv;
if (program.endsWith("drive.ts") && settings !== undefined) await drive(JSON.parse(settings));
