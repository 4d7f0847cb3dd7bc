// What bad input gets: one clear line saying what, where and what to do; a non-zero exit; nothing half written.

import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { killLeftovers, parseRun, startTutti, tutti } from "./support/cli.ts";
import { diamond, finish, makeProject, scenarioOf, ticket, turn, type Project } from "./support/project.ts";

type BadInput = {
  readonly name: string;
  /** Arguments after `run`. */
  readonly args: (project: Project) => readonly string[];
  readonly says: readonly RegExp[];
  readonly spoil?: (project: Project) => void;
  readonly env?: Readonly<Record<string, string>>;
};

const good = (project: Project): string => project.write("tickets.json", [ticket("A")]);
const scripted = (project: Project): readonly string[] => [
  "--scenario",
  project.write("scenario.json", scenarioOf({ A: [turn(finish())] })),
  "--model",
  "scripted/one",
  "--no-sandbox",
];
const standard = (project: Project): readonly string[] => [good(project), "--repo", project.repo, ...scripted(project)];

const cases: readonly BadInput[] = [
  {
    name: "not a git repository",
    args: (project) => [good(project), "--repo", project.folder, ...scripted(project)],
    says: [/is not inside a git repository/, /git init/],
  },
  {
    name: "no such folder",
    args: (project) => [good(project), "--repo", join(project.folder, "gone")],
    says: [/does not exist/],
  },
  {
    name: "uncommitted changes",
    args: standard,
    spoil: ({ repo }) => writeFileSync(join(repo, "README.md"), "changed\n"),
    says: [/uncommitted changes in "README.md"/, /--allow-dirty/],
  },
  {
    name: "detached HEAD",
    args: standard,
    spoil: ({ git }) => void git("switch", "--quiet", "--detach"),
    says: [/detached HEAD/, /--base/],
  },
  {
    name: "no commits",
    args: (project) => {
      const repo = join(project.folder, "empty");
      mkdirSync(repo);
      project.git("init", "--quiet", repo);
      return [good(project), "--repo", repo, ...scripted(project)];
    },
    says: [/has no commit/, /git commit/],
  },
  {
    name: "bare repository",
    args: (project) => {
      const repo = join(project.folder, "bare.git");
      project.git("init", "--quiet", "--bare", repo);
      return [good(project), "--repo", repo, ...scripted(project)];
    },
    says: [/is a bare repository/, /checkout/],
  },
  {
    name: "unknown base",
    args: (project) => [...standard(project), "--base", "nope"],
    says: [/"nope" names no commit/],
  },
  {
    name: "unknown model provider",
    args: (project) => [good(project), "--repo", project.repo, "--model", "antropic/claude", "--no-sandbox"],
    says: [/antropic\/claude cannot be used/, /anthropic/],
  },
  {
    name: "missing key",
    args: (project) => [good(project), "--repo", project.repo, "--model", "anthropic/claude-x", "--no-sandbox"],
    says: [/anthropic\/claude-x cannot be used/, /ANTHROPIC_API_KEY/],
  },
  {
    name: "no model at all",
    args: (project) => [good(project), "--repo", project.repo, "--no-sandbox"],
    says: [/no model is named/, /--model/],
  },
  {
    name: "a scripted model without a scenario",
    args: (project) => [good(project), "--repo", project.repo, "--model", "scripted/one", "--no-sandbox"],
    says: [/there is no scenario/, /scenario file/],
  },
  {
    name: "ticket file is missing",
    args: (project) => [join(project.folder, "none.json"), "--repo", project.repo],
    says: [/there is no such file/],
  },
  {
    name: "ticket file is a folder",
    args: (project) => [project.folder, "--repo", project.repo],
    says: [/it is a folder/],
  },
  {
    name: "A-23 a ticket file that never ends",
    args: (project) => ["/dev/zero", "--repo", project.repo],
    says: [/has more than \d+ bytes/],
  },
  {
    name: "ticket file is not JSON",
    args: (project) => [project.write("tickets.json", "[\n  {,}\n]"), "--repo", project.repo],
    says: [/line 2, column 4/],
  },
  {
    name: "ticket file is not UTF-8",
    args: (project) => {
      const file = project.write("tickets.json", "");
      writeFileSync(file, Buffer.from([0x5b, 0xff, 0xfe, 0x5d]));
      return [file, "--repo", project.repo];
    },
    says: [/is not UTF-8/],
  },
  {
    name: "every fault of a ticket file at once",
    args: (project) => [
      project.write("tickets.json", [
        ticket("A", { dependsOn: ["Z"] }),
        ticket("A"),
        { id: "C" },
        ticket("D", { dependsOn: ["D"] }),
      ]),
      "--repo",
      project.repo,
    ],
    says: [
      /ticket 0 \(A\): dependsOn: "Z" is no ticket/,
      /ticket 1 \(A\): id/,
      /ticket 2 \(C\): description/,
      /ticket 3 \(D\): dependsOn: the ticket waits for itself/,
    ],
  },
  {
    name: "scenario file with a fault",
    args: (project) => [
      good(project),
      "--repo",
      project.repo,
      "--scenario",
      project.write("scenario.json", { tickets: { A: [] } }),
      "--model",
      "scripted/one",
    ],
    says: [/is not a scenario/, /tickets\.A/],
  },
  {
    name: "settings file of the repository with a fault",
    args: standard,
    spoil: ({ repo, git }) => {
      writeFileSync(join(repo, "tutti.toml"), "verifi = []\n");
      git("add", ".");
      git("commit", "--quiet", "-m", "settings");
    },
    says: [/tutti\.toml:1:1: verifi .*did you mean "verify"/],
  },
  {
    name: "settings file of the repository that leads out of it",
    args: standard,
    spoil: ({ repo, git }) => {
      symlinkSync("/etc/hostname", join(repo, "agents.toml"));
      git("add", ".");
      git("commit", "--quiet", "-m", "settings");
    },
    says: [/agents\.toml: cannot be read: it is not a plain file/],
  },
  {
    name: "unknown option",
    args: (project) => [...standard(project), "--lane", "2"],
    says: [/unknown option '--lane'; did you mean --lanes\?/],
  },
  {
    name: "lanes that are no number",
    args: (project) => [...standard(project), "--lanes", "many"],
    says: [/whole number from 1/],
  },
  { name: "unknown trust", args: (project) => [...standard(project), "--trust", "full"], says: [/step, ask, auto/] },
  {
    name: "no sandbox on this machine",
    args: (project) => [good(project), "--repo", project.repo, ...scripted(project).slice(0, -1)],
    env: { PATH: "" },
    says: [/apt-get install bubblewrap|bubblewrap/, /--no-sandbox/],
  },
];

describe("bad input", () => {
  let project: Project;
  beforeEach(() => {
    project = makeProject();
  });
  afterEach(() => {
    killLeftovers();
    project.remove();
  });

  it.each(cases)("CLI6 $name", async ({ args, says, spoil, env = {} }) => {
    const given = args(project);
    spoil?.(project);
    const before = project.git("for-each-ref");
    const path = env["PATH"] === "" ? { PATH: gitOnly(project) } : env;
    const done = await tutti(["run", ...given], { env: { ...project.env, ...path } });
    expect(done.code).toBe(1);
    for (const pattern of says) expect(done.stderr).toMatch(pattern);
    expect(done.stderr).not.toMatch(/\n\s+at /);
    expect(done.stdout).toBe("");
    expect(project.git("for-each-ref")).toBe(before);
    expect(runsOf(project)).toEqual([]);
  });

  it.each([
    ["unknown command", []],
    ["unknown option", ["run", "--"]],
    ["unknown choice", ["mode"]],
  ] as const)("CLI6 A-55 %s: what was typed is shown with its control characters as escapes", async (_, args) => {
    const odd = "x\u001b[2J\u009b1m\u202e\n";
    const done = await tutti(args.length === 2 ? [args[0], `${args[1]}${odd}`] : [...args, odd], project);
    expect(done.code).toBe(1);
    expect(done.stderr).toContain("x\\x1b[2J\\x9b1m\\u{202e}");
    expect(done.stderr.trim()).not.toMatch(/[^\P{Cc}]|\u202e/u);
  });

  it("CLI6 with --json the error is one object with code, message and remedy", async () => {
    const done = await tutti(["run", good(project), "--repo", project.folder, "--json"], project);
    expect(done.code).toBe(1);
    expect(JSON.parse(done.stdout)).toMatchObject({ error: { code: "not_a_repository" } });
    const mistyped = await tutti(["status", "--json", "--al"], project);
    expect(mistyped).toMatchObject({ code: 1, stderr: "" });
    expect(JSON.parse(mistyped.stdout)).toEqual({
      error: { code: "usage", message: "unknown option '--al'", remedy: "See `tutti help`" },
    });
  });

  it("CLI6 a state folder that cannot be written is said, with the way out", async () => {
    const home = project.write("not-a-folder", "");
    const done = await tutti(["run", ...standard(project)], { env: { ...project.env, TUTTI_HOME: home } });
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(/^error: .*not-a-folder/m);
    expect(done.stderr).not.toMatch(/\n\s+at /);
  });
});

/** A search path with git and without bubblewrap. */
function gitOnly(project: Project): string {
  const bin = join(project.folder, "bin");
  if (!existsSync(bin)) {
    mkdirSync(bin);
    for (const folder of (process.env["PATH"] ?? "").split(":")) {
      if (existsSync(join(folder, "git")) && !existsSync(join(bin, "git")))
        symlinkSync(join(folder, "git"), join(bin, "git"));
    }
    chmodSync(bin, 0o755);
  }
  return bin;
}

function runsOf({ folder }: Project): readonly string[] {
  const state = join(folder, "home", "state");
  if (!existsSync(state)) return [];
  return readdirSync(state).flatMap((key) => {
    const runs = join(state, key, "runs");
    return existsSync(runs) ? readdirSync(runs) : [];
  });
}

describe("bad input about a run", () => {
  let project: Project;
  let run: string;
  let folder: string;
  beforeAll(async () => {
    project = makeProject();
    const file = project.write("tickets.json", diamond.tickets);
    const args = [
      "run",
      file,
      "--repo",
      project.repo,
      "--scenario",
      project.write("scenario.json", diamond.scenario),
      "--trust",
      "auto",
      "--model",
      "scripted/one",
      "--no-sandbox",
      "--json",
    ];
    run = String(parseRun((await tutti(args, project)).stdout).final["run"]);
    ({ folder } = JSON.parse((await tutti(["status", "--repo", project.repo, "--json"], project)).stdout) as {
      folder: string;
    });
  });
  afterAll(() => {
    killLeftovers();
    project.remove();
  });

  const expectRefused = async (args: readonly string[], says: RegExp): Promise<void> => {
    const done = await tutti([...args, "--repo", project.repo], project);
    expect(done.code).toBe(1);
    expect(done.stderr).toMatch(says);
    expect(done.stderr).not.toMatch(/\n\s+at /);
  };

  it("CLI7 a run, ticket, approval or command that does not exist is named, with where to look", async () => {
    await expectRefused(["status", "run_zzzz"], /There is no run "run_zzzz".*tutti --repo \S+ runs/);
    await expectRefused(["approve", "A9999"], /there is no approval "A9999".*tutti --repo \S+ approvals/);
    await expectRefused(["abort", "--ticket", "nope"], /has ended/);
    await expectRefused(["resume", run, "--retry", "nope"], /has ended|no ticket/);
    await expectRefused(["watch"], /no process conducts/);
    await expectRefused(["resum"], /unknown command 'resum'; did you mean resume/);
  });

  it("CLI7 the beginning of more than one run is ambiguous", async () => {
    const file = project.write("again.json", [ticket("A")]);
    await tutti(
      [
        "run",
        file,
        "--repo",
        project.repo,
        "--scenario",
        project.write("again-scenario.json", scenarioOf({ A: [turn(finish())] })),
        "--model",
        "scripted/one",
        "--no-sandbox",
      ],
      project,
    );
    await expectRefused(["status", "run_"], /beginning of more than one run/);
  });

  it("CLI7 a store that another program holds locked is named, with what to do", async () => {
    const holder = new DatabaseSync(join(folder, "log.db"));
    holder.exec("BEGIN EXCLUSIVE");
    try {
      await expectRefused(["resume", run, "--retry", "A"], /log\.db/);
    } finally {
      holder.exec("ROLLBACK");
      holder.close();
    }
  });

  it("CLI7 a damaged log is told from a good one, and the record is named", async () => {
    const database = new DatabaseSync(join(folder, "log.db"));
    database.exec("UPDATE records SET body = replace(body, 'Ticket', 'Tricky') WHERE seq = 2");
    database.close();
    await expectRefused(["status", run], /Record 2 of run_.* cannot be trusted/);
  });

  it("CLI7 a second process on the same run is refused", async () => {
    const file = project.write("slow.json", [ticket("A")]);
    const scenario = project.write("slow-scenario.json", {
      tickets: { A: [{ turns: [{ delayMs: 60_000, calls: [finish()] }] }] },
    });
    const first = startTutti(
      [
        "run",
        file,
        "--repo",
        project.repo,
        "--scenario",
        scenario,
        "--model",
        "scripted/one",
        "--no-sandbox",
        "--json",
      ],
      project,
    );
    const [, conducted = ""] = await first.seen(/"type":"run.created","run":"(run_\w+)"/);
    await first.seen(/turn\.started/);
    await expectRefused(["resume", conducted], /is going on in another process.*tutti --repo \S+ watch/);
    await expectRefused(["clean", conducted], /conducts/);
    first.kill("SIGTERM");
    expect((await first.done).code).toBe(2);
  });
});
