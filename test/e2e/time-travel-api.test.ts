// Going back in a run over the API of the process that conducts it.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killLeftovers, parseLines, startTutti, tutti, type JsonRecord, type Started } from "./support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

type Status = {
  readonly pid: number | null;
  readonly board: { readonly outcome: string | null; readonly approvals: number };
};

describe("time travel over the API", () => {
  let project: Project;
  let running: Started;
  let run: string;
  let send: (method: string, path: string, body?: unknown, type?: string) => Promise<Response>;
  const at = (...args: string[]) => tutti([...args, "--repo", project.repo, "--json"], project);

  beforeAll(async () => {
    project = makeProject();
    const file = project.write("tickets.json", [ticket("A"), ticket("B", { dependsOn: ["A"], trust: "ask" })]);
    const turns = (name: string) => [turn(write(`${name}.txt`, `${name}\n`)), turn(finish())];
    const script = project.write("scenario.json", scenarioOf({ A: turns("a"), B: turns("b") }));
    const flags = ["--scenario", script, "--model", "scripted/one", "--no-sandbox", "--json", "--attended"];
    running = startTutti(["run", file, "--repo", project.repo, ...flags, "--trust", "ask"], project);
    [, run = ""] = await running.seen(/"type":"run\.created","run":"(run_\w+)"/);
    await running.seen(/approval\.requested/);
    const state = join(project.folder, "home", "state");
    const [key = ""] = readdirSync(state).filter((name) => name.startsWith("repo-"));
    const server = JSON.parse(readFileSync(join(state, key, "runs", run, "server.json"), "utf8")) as {
      port: number;
      token: string;
    };
    send = (method, path, body, type = "application/json") =>
      fetch(`http://127.0.0.1:${server.port}${path}`, {
        method,
        headers: { authorization: `Bearer ${server.token}`, ...(body === undefined ? {} : { "content-type": type }) },
        ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
      });
  });
  afterAll(() => {
    killLeftovers();
    project.remove();
  });

  it("EXP6 the download is what the command writes, beside the process that conducts the run", async () => {
    const answer = await send("GET", `/api/runs/${run}/export.jsonl`);
    const file = await answer.text();
    expect(file).toBe((await at("export", run, "--format", "jsonl")).stdout);
    const again = await send("POST", "/api/import", file, "application/jsonl");
    expect([again.status, await again.json()]).toMatchObject([409, { code: "run_exists" }]);
    const spoilt = await send("POST", "/api/import", file.replace(run, "run_aaaaaaaaaaaaaaaa"), "application/jsonl");
    expect(await spoilt.json()).toMatchObject({ code: "import_invalid", detail: expect.stringContaining("Line 3") });
  });

  it("FORK14 CMP4 a fork is conducted by the process that was asked, is in its list with where it is from, and compares", async () => {
    const answer = await send("POST", `/api/runs/${run}/fork`, {
      edit: { trust: "auto", guidance: [{ ticket: "A", text: "go" }] },
    });
    expect(answer.status).toBe(200);
    const { run: fork } = (await answer.json()) as { run: string };
    const { runs } = (await (await send("GET", "/api/runs")).json()) as { runs: { run: string; lineage: unknown }[] };
    expect(runs.find((card) => card.run === fork)).toMatchObject({ lineage: { kind: "fork", from: run } });
    let log: readonly JsonRecord[] = [];
    for (
      let tries = 0;
      tries < 100 && log.at(-1)?.event.type !== "run.ended" && !log.some(({ event }) => event.type === "run.ended");
      tries += 1
    ) {
      log = parseLines((await at("log", fork)).stdout) as readonly JsonRecord[];
    }
    expect(log.find(({ event }) => event.type === "run.ended")?.event).toMatchObject({ outcome: "completed" });
    const compared = await (await send("GET", `/api/runs/${run}/compare?with=${fork}`)).json();
    expect(compared).toMatchObject({ a: { run, phase: "running" }, b: { run: fork, outcome: "completed" }, same: 0 });
    expect(JSON.parse((await at("compare", run, "--with", fork)).stdout)).toEqual(compared);
    expect(project.git("ls-tree", "-r", "--name-only", `tutti/${fork}/integration`)).toContain("b.txt");
  });

  it("FORK14 HUB6 a fork outlives the run whose process it was begun in, and is left to be resumed when that is told to end", async () => {
    const made = await send("POST", `/api/runs/${run}/fork`, { edit: { trust: "ask" } });
    const { run: fork } = (await made.json()) as { run: string };
    const status = async (of: string) => JSON.parse((await at("status", of)).stdout) as Status;
    await expect.poll(async () => (await status(fork)).board.approvals, { timeout: 20_000 }).toBe(1);
    const ended = await send("POST", `/api/runs/${run}/commands`, { type: "abort" });
    expect(ended.status).toBe(200);
    await running.seen(new RegExp(`${fork} was begun beside this run and goes on here`));
    expect(await status(run)).toMatchObject({ pid: null, board: { outcome: "aborted" } });
    expect(await status(fork)).toMatchObject({ pid: expect.any(Number) as unknown, board: { outcome: null } });
    running.kill("SIGTERM");
    const { stderr } = await running.done;
    expect(stderr).toContain(`resume ${fork}`);
    expect(await status(fork)).toMatchObject({ pid: null, board: { outcome: null, approvals: 1 } });
  });
});
