// A run with a provider, written as a recording and played again: no key, no provider, the same log.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Recorded } from "../../src/domain/event.ts";
import { startFakeProvider, type Behaviour, type FakeProvider } from "../fake-provider/fake-provider.ts";
import type { FakeToolCall } from "../fake-provider/wire.ts";
import { normalised } from "../support/normalise.ts";
import { killLeftovers, parseLines, startTutti, tutti } from "./support/cli.ts";
import { finish, makeProject, run, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
let provider: FakeProvider;
beforeEach(async () => {
  project = makeProject({ "README.md": "# Start\n", "check.sh": "grep -q right answer.txt\n" });
  provider = await startFakeProvider();
});
afterEach(async () => {
  killLeftovers();
  await provider.close();
  project.remove();
});

const says = (text: string, ...calls: readonly (readonly [name: string, args: unknown])[]): Behaviour => ({
  reply: {
    text,
    reasoning: "I look at what {{ticket}} asks.",
    signature: `sig-${text.length}`,
    calls: calls.map(([name, args], place): FakeToolCall => ({
      id: `toolu_${text.length}_${place}`,
      name,
      args: JSON.stringify(args),
    })),
  },
});
const done = ["finish", { outcome: "completed", summary: "done" }] as const;

const logOf = async (id: string): Promise<readonly Recorded[]> =>
  parseLines((await tutti(["log", id, "--repo", project.repo, "--json"], project)).stdout) as readonly Recorded[];

const runsOf = async (): Promise<readonly string[]> => {
  const { stdout } = await tutti(["runs", "--repo", project.repo, "--json"], project);
  return [...stdout.matchAll(/run_[0-9a-z]{10,32}/g)].map(([id]) => id).filter((id, at, all) => all.indexOf(id) === at);
};

const settings = (): void => {
  const key = join(project.folder, "key");
  writeFileSync(key, "sk-test-0123456789\n");
  const { env } = project;
  const config = join(env["TUTTI_HOME"] ?? "", "config", "config.toml");
  project.write(
    "home/config/config.toml",
    `[providers.anthropic]\nbaseUrl = "${provider.baseUrl("anthropic")}"\nkey = "file:${key}"\n`,
  );
  expect(readFileSync(config, "utf8")).toContain("anthropic");
};

describe("recordings", () => {
  it("REC1 REC2 REC3 a run with a provider is played again without one: the same log but for time and ids", async () => {
    settings();
    const tickets = project.write("tickets.json", {
      tickets: [ticket("A", { verify: ["sh check.sh"] }), ticket("B", { dependsOn: ["A"] })],
    });
    provider.will(
      says("I write a first answer.", ["write", { path: "answer.txt", content: "wrong {{attempt}}\n" }]),
      { status: 529, body: { type: "error", error: { type: "overloaded_error", message: "busy" } } },
      says("That should do it.", done),
      says("The check is red, so I mend it.", ["write", { path: "answer.txt", content: "right\n" }]),
      says("Done now.", done),
      says("B needs a command.", ["run", { command: "echo hello > b.txt" }]),
      says("Both.", ["run", { command: "ls" }], done),
    );
    const rules = 'rules = [{ gate = "call", tool = "write", decision = "approve" }]\n';
    const config = join(project.env["TUTTI_HOME"] ?? "", "config", "config.toml");
    writeFileSync(config, `${rules}${readFileSync(config, "utf8")}`);
    const started = startTutti(
      [
        "run",
        tickets,
        "--repo",
        project.repo,
        "--model",
        "anthropic/claude-sonnet-4-5",
        "--trust",
        "ask",
        "--mode",
        "linear",
        "--attended",
        "--no-sandbox",
        "--json",
      ],
      project,
    );
    const answer = async (args: readonly string[]): Promise<void> => {
      const [, approval = ""] = await started.seen(
        new RegExp(`"approval":"(A\\d+)"(?![\\s\\S]*"type":"approval.answered")`),
      );
      const [command = "", ...more] = args;
      expect((await tutti([command, approval, ...more, "--repo", project.repo], project)).code).toBe(0);
    };
    await answer(["edit", "--text", '{"command":"echo goodbye > b.txt"}', "--reason", "politer"]);
    await started.seen(/"approval.answered"[\s\S]*"type":"approval.requested"/);
    const [, second = ""] = await started.seen(/"approval.answered"[\s\S]*"approval":"(A\d+)"/);
    expect((await tutti(["reject", second, "--reason", "no need", "--repo", project.repo], project)).code).toBe(0);
    expect((await started.done).code).toBe(0);
    const [first = ""] = await runsOf();

    const recording = join(project.folder, "recording.json");
    const exported = await tutti(["export", first, "--repo", project.repo, "--out", recording], project);
    expect([exported.code, exported.stdout]).toEqual([
      0,
      expect.stringContaining("look through it before you share it"),
    ]);
    expect(readFileSync(recording, "utf8")).not.toContain(project.folder);
    const twice = await tutti(["export", first, "--repo", project.repo, "--out", recording], project);
    expect([twice.code, twice.stderr]).toEqual([1, expect.stringContaining("is there already")]);

    await provider.close();
    writeFileSync(config, "");
    const replayed = await tutti(["replay", recording, "--repo", project.repo, "--no-sandbox", "--json"], project);
    expect([replayed.code, replayed.stderr]).toEqual([0, expect.stringMatching(/^(?:Page: \S+\n)?$/)]);
    const again = (await runsOf()).find((id) => id !== first) ?? "";
    const same = { [project.folder]: "FOLDER", '"root":"FOLDER/repo"': '"root":""' };
    const [was, is] = [normalised(await logOf(first), same), normalised(await logOf(again), same)];
    expect(is).toEqual(was);
    expect(was.filter((line) => line.includes('"turn.failed"'))).toHaveLength(1);
    expect(project.git("show", `tutti/${again}/integration:b.txt`)).toBe("goodbye");
  });

  it("REC2 runs side by side give the same events ticket by ticket; what was done from outside is said", async () => {
    const file = project.write("tickets.json", { tickets: [ticket("A"), ticket("B"), ticket("C")] });
    const scenario = project.write(
      "scenario.json",
      scenarioOf(
        Object.fromEntries(
          ["A", "B", "C"].map((id) => [id, [turn(write(`${id}.txt`, "x"), run("true")), turn(finish())]]),
        ),
      ),
    );
    const args = [
      "run",
      file,
      "--repo",
      project.repo,
      "--scenario",
      scenario,
      "--model",
      "scripted/one",
      "--trust",
      "auto",
      "--no-sandbox",
    ];
    expect((await tutti(args, project)).code).toBe(0);
    const [first = ""] = await runsOf();
    const recording = project.write(
      "recording.json",
      (await tutti(["export", first, "--repo", project.repo], project)).stdout,
    );
    expect((await tutti(["replay", recording, "--repo", project.repo, "--no-sandbox"], project)).code).toBe(0);
    const again = (await runsOf()).find((id) => id !== first) ?? "";
    const byTicket = async (id: string): Promise<readonly string[]> => {
      const records = await logOf(id);
      // Whose tree was checked last depends on what was merged before it.
      const own = (name: string) =>
        records.filter(({ event }) => "ticket" in event && event.ticket === name && event.type !== "merge.published");
      return ["A", "B", "C"].flatMap((name) => normalised(own(name), {}).map((line) => line.replace(/"seq":\d+/, "")));
    };
    expect(await byTicket(again)).toEqual(await byTicket(first));
  });

  it.each([
    ["prose", "hello", "not JSON"],
    ["another file", '{"tickets":[]}', "it is no recording"],
    ["one from the future", '{"format":"tutti-recording/9"}', 'plays "tutti-recording/1"'],
    ["half of one", '{"format":"tutti-recording/1"}', "config:"],
  ])("REC4 %s is refused in one clear word and nothing is started", async (_, text, said) => {
    const file = project.write("recording.json", text);
    const refused = await tutti(["replay", file, "--repo", project.repo], project);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining(said)]);
    expect(await runsOf()).toEqual([]);
  });
});
