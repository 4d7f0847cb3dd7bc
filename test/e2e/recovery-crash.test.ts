// A failing run that is cut off after every one of its records, as a crash would, and gone on with: one recovery each.

import { cpSync, existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { plantRun } from "../../src/adapters/log/plant-run.ts";
import { encodeRecord } from "../../src/adapters/log/record.ts";
import { runFiles } from "../../src/adapters/run-files.ts";
import type { Conducting, Desk } from "../../src/cli/desk.ts";
import { createDesk } from "../../src/compose/desk.ts";
import { placeOf } from "../../src/compose/place.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { Fault } from "../../src/engine/ports.ts";
import { pipelineOf } from "../../src/views/pipeline.ts";
import { pairScenario } from "./support/deliberation.ts";
import { makeProject, type Project } from "./support/project.ts";

let project: Project;
beforeAll(() => {
  project = makeProject();
});
afterAll(() => project.remove());

const deskIn = (home: string): Desk =>
  createDesk({ ...project.env, TUTTI_HOME: home }, join(import.meta.dirname, "../.."));
const placeIn = (home: string) => placeOf(project.repo, { ...project.env, TUTTI_HOME: home });

/** Until it is over; what follows from it is left. */
async function finish(conducting: Conducting): Promise<RunId> {
  conducting.start();
  const ending = await conducting.done;
  await conducting.close();
  if (ending.kind === "fault") throw ending.error;
  return conducting.run;
}

/** Asked three times at once: one of them gets it, and it is left as it is. */
async function follow(desk: Desk, run: RunId): Promise<number> {
  const all = await Promise.all([1, 2, 3].map(() => desk.followUp({ repo: project.repo, run })));
  const taken = all.filter((each) => each !== undefined);
  for (const conducting of taken) await conducting.close();
  return taken.length;
}

/** A run that was over before the crash is gone on with by what follows from it. */
async function resume(desk: Desk, run: RunId): Promise<RunId> {
  try {
    return await finish(await desk.resume({ repo: project.repo, run, reopen: [] }));
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "run_ended") throw error;
    return run;
  }
}

async function recordsOf(home: string, run: RunId): Promise<readonly Recorded[]> {
  const log = await placeIn(home).store.peek(run);
  try {
    return [...(log?.read() ?? [])];
  } finally {
    await log?.close();
  }
}

async function cutOff(from: string, to: string, run: RunId, records: readonly Recorded[]): Promise<void> {
  const [source, target] = [runFiles(placeIn(from).runs, run), placeIn(to).runs];
  mkdirSync(target, { recursive: true, mode: 0o700 });
  await plantRun({ dir: target, run, createdAt: 1 }, async (planting) => {
    for (const record of records) planting.add(encodeRecord(record));
    cpSync(source.scenario, join(planting.folder, "scenario.json"));
    const blobs = join(source.folder, "blobs");
    if (existsSync(blobs)) cpSync(blobs, join(planting.folder, "blobs"), { recursive: true });
  });
}

it("RCV9 P4 R-01 D-01 a crash after any record of a failing run leaves exactly one recovery", async () => {
  const first = join(project.folder, "home-first");
  const scenario = project.write("scenario.json", pairScenario({ rounds: 1 }));
  const asked = { constraints: [], success: [], subtasks: [], attended: false, sandbox: "none" } as const;
  const said = { seats: {}, thresholds: {}, limits: {}, recovery: "auto" } as const;
  const desk = deskIn(first);
  const run = await finish(
    await desk.deliberate({ repo: project.repo, objective: undefined, said, scenario, ...asked }),
  );
  const records = await recordsOf(first, run);
  expect(records.length).toBeGreaterThan(20);
  // The first two are one append: no crash parts them.
  for (let kept = 2; kept <= records.length; kept += 1) {
    const home = join(project.folder, `home-${kept}`);
    await cutOff(first, home, run, records.slice(0, kept));
    const other = deskIn(home);
    const over = await resume(other, run);
    const taken = (await follow(other, run)) + (await follow(other, run));
    // Where the run was over already, going on with it was going on with its recovery.
    expect(over === run ? taken : taken + 1, `cut off after record ${kept}`).toBeGreaterThanOrEqual(1);
    const looks = await other.list(project.repo);
    const recoveries = looks.filter(({ state }) => pipelineOf(state)?.prior === run);
    expect(recoveries, `cut off after record ${kept}`).toHaveLength(1);
    expect(looks.length).toBe(2);
    const claims = (await recordsOf(home, run)).filter(({ event }) => event.type === "deliberation.recovery_claimed");
    expect(claims).toHaveLength(1);
  }
}, 400_000);
