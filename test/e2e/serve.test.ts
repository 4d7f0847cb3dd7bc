// `tutti serve` beside other processes: one list of all runs, answers that reach the process that conducts a run, and
// runs that are begun and taken over from the page.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DoctorBody, PromptsBody } from "../../src/http/projects-wire.ts";
import type { RunCard } from "../../src/http/run-card.ts";
import type {
  BegunBody,
  InboxBody,
  LandedBody,
  ProjectsBody,
  ResumedBody,
  RunsBody,
} from "../../src/http/runs-wire.ts";
import type { ProblemBody, StatusBody } from "../../src/http/wire.ts";
import { killLeftovers, parseRun, startTutti, tutti, type Started } from "./support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

type Server = {
  readonly process: Started;
  readonly ask: (path: string, body?: unknown) => Promise<Response>;
  readonly get: <T>(path: string) => Promise<T>;
  readonly card: (run: string) => Promise<RunCard | undefined>;
};

async function serve(...more: string[]): Promise<Server> {
  const process = startTutti(["serve", "--port", "0", "--json", ...more], project);
  await process.seen(/"page":"http[^"]*#code=/);
  const file = join(project.env["TUTTI_HOME"] ?? "", "state", "server.json");
  const { port, token } = JSON.parse(readFileSync(file, "utf8")) as { port: number; token: string };
  const ask: Server["ask"] = (path, body) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
    });
  const get = async <T>(path: string): Promise<T> => (await ask(path)).json() as Promise<T>;
  return {
    process,
    ask,
    get,
    card: async (run) => (await get<RunsBody>("/api/runs")).runs.find((card) => card.run === run),
  };
}

/** Writes where somebody has to allow it: with trust `step` the run holds before and after every call. */
const turns = { A: [turn(write("a.txt", "one")), turn(finish())] };

const files = (): { readonly tickets: string; readonly scenario: string } => ({
  tickets: project.write("tickets.json", [ticket("A")]),
  scenario: project.write("scenario.json", scenarioOf(turns)),
});

function startRun(trust: string): Started {
  const { tickets, scenario } = files();
  const words = ["run", tickets, "--repo", project.repo, "--scenario", scenario, "--model", "scripted/one"];
  return startTutti([...words, "--trust", trust, "--no-sandbox", "--attended", "--json"], project);
}

/** `"run":"run_..."` of the first record. */
const idOf = async (running: Started): Promise<string> => {
  const [, id = ""] = await running.seen(/"run":"(run_[0-9a-z]+)"/);
  return id;
};

async function until<T>(look: () => Promise<T | undefined>, what: string): Promise<T> {
  for (let tries = 0; tries < 200; tries += 1) {
    const seen = await look();
    if (seen !== undefined) return seen;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for ${what}`);
}

/** Answers everything that waits in the inbox until the run has ended. */
const answerAll = (server: Server, run: string): Promise<RunCard> =>
  until(async () => {
    const { approvals } = await server.get<InboxBody>("/api/inbox");
    for (const item of approvals.filter((each) => each.run === run)) {
      const { id, digest } = item.approval;
      await server.ask(`/api/runs/${run}/approvals/${id}/answer`, { decision: "approve", digest });
    }
    const card = await server.card(run);
    return card?.phase === "ended" ? card : undefined;
  }, "the end of the run");

describe("tutti serve", () => {
  it("HUB3 HUB4 lists a run of another process and answers it through that process; its own terminal sees who did", async () => {
    const done = startRun("auto");
    const first = await idOf(done);
    expect((await done.done).code).toBe(0);
    const running = startRun("step");
    const second = await idOf(running);
    const server = await serve();
    const { runs } = await server.get<RunsBody>("/api/runs");
    expect(runs.map(({ run, conducted, phase, outcome }) => [run, conducted, phase, outcome])).toEqual([
      [second, "elsewhere", "running", null],
      [first, "nobody", "ended", "completed"],
    ]);
    const ended = await answerAll(server, second);
    expect(ended).toMatchObject({ outcome: "completed", needsYou: 0, counts: { completed: 1 } });
    const { stdout, code } = await running.done;
    expect(code).toBe(0);
    const answers = parseRun(stdout).records.filter(({ event }) => event.type === "approval.answered");
    expect(answers.length).toBeGreaterThan(0);
    expect(answers.every(({ by }) => by.startsWith("person:"))).toBe(true);
    // Read from the log once its process is gone, by the same address.
    const status = await server.get<StatusBody>(`/api/runs/${second}`);
    expect(status.summary).toMatchObject({ outcome: "completed", merged: 1 });
    const landed = (await (await server.ask(`/api/runs/${second}/land`, {})).json()) as LandedBody;
    expect(landed).toMatchObject({ into: "main", how: "fast_forward", files: 1 });
    expect(project.git("show", "main:a.txt")).toBe("one");
    server.process.kill("SIGTERM");
    expect((await server.process.done).code).toBe(0);
  });

  it("HUB2 HUB5 a run whose process is killed is nobody's; what is said to it is recorded; taken over, this server conducts it", async () => {
    const running = startRun("step");
    const id = await idOf(running);
    const server = await serve();
    await until(async () => ((await server.card(id))?.needsYou === 1 ? true : undefined), "a question");
    expect((await server.ask(`/api/runs/${id}/resume`, {})).status).toBe(409);
    running.kill("SIGKILL");
    await running.done;
    const dead = await until(async () => {
      const card = await server.card(id);
      return card?.conducted === "nobody" ? card : undefined;
    }, "the card of a run that nobody conducts");
    expect(dead).toMatchObject({ phase: "running", needsYou: 1 });
    const { approvals } = await server.get<InboxBody>("/api/inbox");
    expect(approvals).toMatchObject([{ run: id, conducted: "nobody", approval: { gate: "spawn" } }]);
    const { seq } = (await server.get<StatusBody>(`/api/runs/${id}`)).board;
    const lanes = await server.ask(`/api/runs/${id}/commands`, { type: "lanes", lanes: 2 });
    expect(lanes.status).toBe(200);
    const held = (await server.get<StatusBody>(`/api/runs/${id}`)).board;
    expect(held).toMatchObject({ lanes: { limit: 2 }, pause: { reason: "nobody conducts this run" } });
    expect(held.seq).toBeGreaterThan(seq);
    const [item] = approvals;
    const answer = { decision: "approve", digest: item?.approval.digest };
    expect((await server.ask(`/api/runs/${id}/approvals/${item?.approval.id}/answer`, answer)).status).toBe(200);
    expect(await server.get<InboxBody>("/api/inbox")).toEqual({ approvals: [] });
    const resumed = await server.ask(`/api/runs/${id}/resume`, {});
    expect([resumed.status, ((await resumed.json()) as ResumedBody).run]).toEqual([200, id]);
    expect(await server.card(id)).toMatchObject({ conducted: "here", isPaused: false });
    const again = (await (await server.ask(`/api/runs/${id}/resume`, {})).json()) as ProblemBody;
    expect([again.status, again.code]).toEqual([409, "run_held"]);
    expect(await answerAll(server, id)).toMatchObject({ outcome: "completed" });
    await until(async () => ((await server.card(id))?.conducted === "nobody" ? true : undefined), "the run's release");
  });

  it("HUB6 a run is begun from the page, in a project that was named and in no other; the server's end leaves it to be resumed", async () => {
    const server = await serve("--project", project.repo);
    const { projects } = await server.get<ProjectsBody>("/api/projects");
    expect(projects).toMatchObject([{ root: project.repo, runs: 0, lastAt: null }]);
    const { scenario } = files();
    const order = { tickets: [ticket("A")], models: ["scripted/one"], trust: "step", scenario };
    const asked = async (body: object): Promise<readonly [number, string]> => {
      const response = await server.ask("/api/runs", body);
      return [response.status, ((await response.json()) as ProblemBody).code];
    };
    const wanted = { ...order, tickets: { tickets: order.tickets } };
    expect(await asked({ ...wanted, project: "/etc" })).toEqual([404, "project_unknown"]);
    expect(await asked({ ...wanted, project: project.repo, goal: "both" })).toEqual([422, "body_invalid"]);
    expect(await asked({ project: project.repo, tickets: "[]" })).toEqual([422, "tickets_invalid"]);
    expect(await asked({ ...wanted, project: project.repo, models: ["nobody/x"] })).toEqual([422, "model_unusable"]);
    const begun = await server.ask("/api/runs", { ...wanted, project: projects[0]?.key });
    expect(begun.status).toBe(201);
    const { run: id } = (await begun.json()) as BegunBody;
    await until(async () => ((await server.card(id))?.needsYou === 1 ? true : undefined), "a question");
    expect(await server.card(id)).toMatchObject({ conducted: "here", title: expect.any(String) as unknown });
    const forecast = await server.ask("/api/forecast", { ...wanted, project: project.repo });
    expect(forecast.status).toBe(200);
    server.process.kill("SIGTERM");
    const { code, stderr } = await server.process.done;
    expect([code, stderr]).toEqual([0, expect.stringContaining(`resume ${id}`)]);
    const { stdout } = await tutti(["status", id, "--repo", project.repo, "--json"], project);
    expect(JSON.parse(stdout)).toMatchObject({ pid: null, board: { approvals: 1, outcome: null } });
  });

  it("HUB11 tells of a project what the commands tell, and shows no file that lies outside of it", async () => {
    const running = startRun("step");
    const id = await idOf(running);
    const server = await serve();
    const { projects } = await server.get<ProjectsBody>("/api/projects");
    const of = `/api/projects/${projects[0]?.key}`;
    const same = async (path: string, ...command: string[]): Promise<void> => {
      const { stdout } = await tutti([...command, "--json"], { ...project, cwd: project.repo });
      expect(await server.get(path), path).toEqual(JSON.parse(stdout));
    };
    await same(`${of}/config`, "config");
    await same(`${of}/view?path=README.md&as=raw`, "view", "README.md", "--as", "raw");
    await same(`/api/runs/${id}/context`, "context", "--run", id);
    const { checks } = await server.get<DoctorBody>(`${of}/doctor`);
    expect(checks.find(({ what }) => what === "repository")).toMatchObject({ ok: true });
    const { prompts } = await server.get<PromptsBody>("/api/prompts");
    expect(prompts.map(({ name, origin }) => `${name} ${origin}`)).toContain("worker tutti");
    const refusals = ["view?path=../../etc/passwd", "view?path=%2Fetc%2Fpasswd", "view?path=no/such", "view?as=all"];
    const answers = await Promise.all(refusals.map((path) => server.ask(`${of}/${path}`)));
    expect(answers.map(({ status }) => status)).toEqual([422, 422, 404, 400]);
    expect((await server.ask("/api/projects/none-0/config")).status).toBe(404);
  });

  it("HUB7 a log that cannot be read is a card that says so; the port that is taken is told with what to do", async () => {
    const { code, stdout } = await startRun("auto").done;
    expect(code).toBe(0);
    const id = String(parseRun(stdout).final["run"]);
    const server = await serve();
    expect((await server.card(id))?.problem).toBeNull();
    const [key = ""] = (await server.get<ProjectsBody>("/api/projects")).projects.map((each) => each.key);
    writeFileSync(join(project.env["TUTTI_HOME"] ?? "", "state", key, "runs", id, "log.db"), "no database");
    const broken = await server.card(id);
    expect(broken).toMatchObject({ run: id, conducted: "nobody", problem: expect.any(String) as unknown });
    const opened = await server.ask(`/api/runs/${id}`);
    expect(opened.headers.get("content-type")).toContain("application/problem+json");
    const [, port = ""] = await server.process.seen(/"port":(\d+)/);
    expect((await tutti(["help", "serve"], project)).stdout).toContain("default: 4680");
    const second = await tutti(["serve", "--port", port], project);
    expect([second.code, second.stderr]).toEqual([1, expect.stringContaining(`port ${port}. Give another --port`)]);
  });

  it("HUB8 a run prints the address of its page early, beside what it prints of itself", async () => {
    const running = startRun("step");
    const [, address = ""] = await running.seen(
      /^Page: (http:\/\/127\.0\.0\.1:\d+\/runs\/run_[0-9a-z]+#code=[\w-]+)$/m,
    );
    expect((await fetch(address.replace(/#.*/, ""), { headers: { accept: "text/html" } })).status).not.toBe(401);
    running.kill("SIGTERM");
    const { stdout } = await running.done;
    expect(stdout).not.toContain("Page:");
  });
});
