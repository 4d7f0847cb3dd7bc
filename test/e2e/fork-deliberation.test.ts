// `tutti fork` and `tutti replay` of a run that is one deliberation, with the real program.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { createDesk } from "../../src/compose/desk.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { questionIn } from "../../src/views/pipeline.ts";
import { killLeftovers, parseLines, tutti, type Done, type JsonRecord } from "./support/cli.ts";
import { pairScenario } from "./support/deliberation.ts";
import { makeProject, type Project } from "./support/project.ts";

type Marker = { readonly run: RunId; readonly outcome: string; readonly pipeline_id: string | null };

function markersOf({ stdout }: Done): readonly Marker[] {
  const word = "ORCHESTRATION_RESULT:";
  const lines = stdout.split("\n").filter((line) => line.startsWith(word));
  return lines.map((line) => JSON.parse(line.slice(word.length)) as Marker);
}

describe("going back in a deliberation", () => {
  let project: Project;
  let origin: RunId;
  let records: readonly JsonRecord[];
  const inProject = (...args: readonly string[]): Promise<Done> => tutti([...args, "--repo", project.repo], project);
  const lookAt = async (run: RunId) => createDesk(project.env, project.folder).look({ repo: project.repo, run });

  beforeAll(async () => {
    project = makeProject();
    const scenario = project.write("scenario.json", pairScenario({ rounds: 6, agreesIn: 5 }));
    const asked = ["deliberate", "--scenario", scenario, "--recover", "none", "--no-sandbox", "--plain"];
    const done = await tutti([...asked, "--repo", project.repo], {
      ...project,
      env: { ...project.env, PIPELINE_ID: "P-1" },
    });
    expect(done.code, done.stderr).toBe(0);
    origin = markersOf(done)[0]?.run ?? ("" as RunId);
    records = parseLines((await inProject("log", origin, "--json")).stdout) as readonly JsonRecord[];
  });
  afterEach(killLeftovers);
  afterAll(() => project.remove());

  it("FORK15 DLB24 a fork goes on from the middle of it to its own end, and prints what a deliberation prints", async () => {
    const middle = records.findLastIndex(({ event }) => event.type === "consult.started");
    const done = await inProject("fork", origin, "--at", String(middle + 1), "--plain");
    expect(done.code, done.stderr + done.stdout).toBe(0);
    const [marker, ...more] = markersOf(done);
    expect(more).toEqual([]);
    expect(marker).toMatchObject({ outcome: "consensus", pipeline_id: null });
    expect(done.stdout).toContain("PERFORMANCE REPORT");
    expect(done.stdout).not.toMatch(/0 of 0 tickets|all 0 tickets/);
    const { state } = await lookAt(marker?.run ?? origin);
    expect(state.origin).toMatchObject({ from: origin, at: middle + 1 });
    const before = questionIn((await lookAt(origin)).state);
    const after = questionIn(state);
    expect(after?.result?.agreed).toEqual(before?.result?.agreed);
    for (const seat of after?.setup.seats ?? []) {
      expect(seat.capability).toMatch(/^[0-9a-f]{64}$/);
      expect(before?.setup.seats.map(({ capability }) => capability)).not.toContain(seat.capability);
    }
  });

  it("FORK15 what has ended, and what a deliberation does not have, are refused in words", async () => {
    const over = await inProject("fork", origin);
    expect(over.code).toBe(1);
    expect(over.stderr).toMatch(/would end at once.*Fork from a record before its end began\./s);
    const models = await inProject("fork", origin, "--at", "20", "--model", "scripted/other");
    expect(models.code).toBe(1);
    expect(models.stderr).toMatch(/one deliberation, whose seats have models of their own/);
    expect((await inProject("runs", "--json")).stdout.match(/"from":"run_/g)).toHaveLength(1);
  });

  it("FORK15 REC1 a recording of it says how many replies it holds, and is played as a deliberation", async () => {
    const file = `${project.folder}/recording.json`;
    const exported = await inProject("export", origin, "--out", file);
    const replied = (await inProject("log", origin, "--json")).stdout.match(/"type":"consult\.replied"/g) ?? [];
    expect(exported.stdout).toContain(`holds ${replied.length} replies and`);
    expect(replied.length).toBeGreaterThan(3);
    const done = await inProject("replay", file, "--no-sandbox", "--plain");
    expect(done.code, done.stderr).toBe(0);
    expect(markersOf(done)).toMatchObject([{ outcome: "consensus" }]);
    expect(done.stdout).toContain("PERFORMANCE REPORT");
  });
});
