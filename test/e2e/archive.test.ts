// `tutti archive` as a person calls it: a run that is over leaves its store for a file and can be read again from it.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { describeNeeding } from "../support/needs.ts";
import { durable, startRedis, type RedisServer } from "../support/redis-server.ts";
import { killLeftovers, parseRun, startTutti, tutti, type Done } from "./support/cli.ts";
import { diamond, makeProject, type Project } from "./support/project.ts";

let project: Project;
let env: Record<string, string>;
beforeEach(() => {
  project = makeProject();
  env = { ...project.env };
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const ask = (...args: readonly string[]): Promise<Done> => tutti([...args, "--repo", project.repo], { env });
const runArgs = (): string[] => {
  const scenario = project.write("scenario.json", diamond.scenario);
  const file = project.write("tickets.json", diamond.tickets);
  return [file, "--scenario", scenario, "--model", "scripted/one", "--trust", "auto", "--no-sandbox", "--json"];
};
const runOnce = async (): Promise<string> => String(parseRun((await ask("run", ...runArgs())).stdout).final["run"]);
const recordsOf = async (run: string): Promise<string> => (await ask("log", run, "--json")).stdout;

async function movesOutAndBack(): Promise<void> {
  const run = await runOnce();
  const before = await recordsOf(run);
  const folder = join(project.folder, "archive");
  const done = await ask("archive", run, "--to", folder, "--json");
  expect(done, done.stderr).toMatchObject({ code: 0 });
  const file = join(folder, `${run}.jsonl`);
  const { archived } = JSON.parse(done.stdout) as { readonly archived: readonly unknown[] };
  expect(archived).toEqual([{ run, file, bytes: readFileSync(file).byteLength }]);
  expect((await ask("runs")).stdout).not.toContain(run);
  expect((await ask("import", file)).code).toBe(0);
  expect(await recordsOf(run)).toBe(before);
}

describe("runs that are over, moved to files", () => {
  it("CLI22 every ended run is moved, one that is old enough where that is asked; a second time there is nothing", async () => {
    const runs = [await runOnce(), await runOnce()];
    const folder = join(project.folder, "archive");
    const young = await ask("archive", "--to", folder, "--ended-before", "1");
    expect(young).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing to archive") as string });
    const done = await ask("archive", "--to", folder);
    expect(done, done.stderr).toMatchObject({ code: 0 });
    for (const run of runs) expect(done.stdout).toContain(`${run} is in ${join(folder, run)}.jsonl now`);
    expect((await ask("runs", "--json")).stdout).toContain('"runs":[]');
    expect((await ask("archive", "--to", folder)).stdout).toContain("nothing to archive");
  });

  it("CLI22 one that is not over is refused; nothing of it is gone", async () => {
    const running = startTutti(["run", ...runArgs(), "--repo", project.repo], { env });
    const [, run = ""] = await running.seen(/"type":"run\.created","run":"(run_\w+)"/);
    running.kill("SIGKILL");
    await running.done;
    const folder = join(project.folder, "archive");
    const refused = await ask("archive", run, "--to", folder, "--json");
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('"code":"run_open"');
    expect(existsSync(folder)).toBe(false);
    expect((await ask("resume", run, "--json")).code).toBe(0);
  });

  it("CLI22 a move that was cut off after the file was there is finished; a file with anything else in it stops it", async () => {
    const run = await runOnce();
    const folder = join(project.folder, "archive");
    const file = join(folder, `${run}.jsonl`);
    expect((await ask("archive", run, "--to", folder)).code).toBe(0);
    const whole = readFileSync(file);
    const second = await runOnce();
    const other = join(folder, `${second}.jsonl`);
    writeFileSync(other, whole);
    const refused = await ask("archive", second, "--to", folder, "--json");
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/"code":"file_exists".*nothing was removed/);
    expect((await ask("export", second, "--format", "jsonl", "--out", other, "--force")).code).toBe(0);
    expect((await ask("archive", second, "--to", folder)).code).toBe(0);
    expect((await ask("runs", "--json")).stdout).toContain('"runs":[]');
  });

  it("CLI22 it is read again with `tutti import`, the same records", movesOutAndBack);
});

describeNeeding("redis", "runs that are over, moved from a server to files", () => {
  let server: RedisServer;
  beforeAll(async () => {
    server = await startRedis(...durable);
  });
  afterAll(() => server.dispose());

  it("CLI22 RDS12 a run on a server leaves it for a file and comes back the same", async () => {
    env = { ...project.env, TUTTI_STORE: server.address };
    await movesOutAndBack();
  });
});
