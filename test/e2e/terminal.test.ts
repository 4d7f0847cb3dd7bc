// The terminal that runs the run, in a real terminal: the live view, a gate answered with keys, Ctrl-C.

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { describeNeeding } from "../support/needs.ts";
import { killLeftovers, parseLines, startTutti, tutti, type JsonRecord } from "./support/cli.ts";
import { finish, makeProject, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

const program = join(import.meta.dirname, "..", "..", "src", "main.ts");

describeNeeding("tmux", "the terminal that runs the run", () => {
  let project: Project;
  let socket: string;
  beforeEach(() => {
    project = makeProject();
    socket = join(project.folder, "tmux");
  });
  afterEach(() => {
    killLeftovers();
    tmux("kill-server");
    project.remove();
  });

  const tmux = (...args: string[]): string => {
    try {
      return execFileSync("tmux", ["-S", socket, "-f", "/dev/null", ...args], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
    } catch {
      return "";
    }
  };

  const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

  const open = (scenario: unknown): void => {
    const file = project.write("tickets.json", { title: "At the terminal", tickets: [ticket("A")] });
    const args = [
      "run",
      file,
      "--repo",
      project.repo,
      "--scenario",
      project.write("scenario.json", scenario),
      "--model",
      "scripted/one",
      "--trust",
      "ask",
      "--no-sandbox",
    ];
    const env = Object.entries({ ...project.env, TERM: "tmux-256color" }).filter(([name]) => name !== "CI");
    const settings = env.map(([name, value]) => `${name}=${quote(value)}`).join(" ");
    // CI would ask for plain lines; the shell stays, so that the last screen can be read.
    const line = `env -u CI ${settings} ${quote(process.execPath)} ${quote(program)} ${args.map(quote).join(" ")}; echo "ended with $?"; cat`;
    tmux("new-session", "-d", "-x", "100", "-y", "30", line);
  };

  /** A screen is drawn a moment after what it shows has happened; the terminal tells nobody when. */
  const screenWith = async (pattern: RegExp): Promise<string> => {
    const deadline = Date.now() + 30_000;
    for (;;) {
      const screen = tmux("capture-pane", "-p");
      if (pattern.test(screen)) return screen;
      if (Date.now() > deadline) throw new Error(`never saw ${pattern}:\n${screen}`);
      await new Promise((resolve) => void setTimeout(resolve, 50));
    }
  };

  const gated = scenarioOf({ A: [turn(write("a.txt", "one\n")), turn(finish("wrote it"))] });

  it("A-95 a held call is shown as a diff and approved with a key; the run then ends and says what to do next", async () => {
    open(gated);
    const asked = await screenWith(/r reject/);
    expect(asked).toMatch(/\+one/);
    expect(asked).toContain("a run it");
    // Keys typed ahead are not taken: the prompt has to have stood for a moment.
    const again = setInterval(() => tmux("send-keys", "a"), 400);
    const over = await screenWith(/ended with/).finally(() => clearInterval(again));
    expect(over).toContain("ended with 0");
    expect(over).toMatch(/tutti --repo \S+ land run_/);
    expect(project.git("show", `${project.git("branch", "--list", "tutti/*", "--format=%(refname)")}:a.txt`)).toBe(
      "one",
    );
  });

  it("CLI10 a gate that another terminal answers closes under the prompt, and says who it was", async () => {
    open(gated);
    await screenWith(/r reject/);
    const [open1] = (
      JSON.parse((await tutti(["approvals", "--repo", project.repo, "--json"], project)).stdout) as {
        approvals: { id: string }[];
      }
    ).approvals;
    await tutti(["approve", open1?.id ?? "", "--repo", project.repo], project);
    const over = await screenWith(/ended with/);
    expect(over).toContain("ended with 0");
    expect(over).toMatch(/A\d+: approved by /);
  });

  it("P10 Ctrl-C at the terminal drains, and says how to go on", async () => {
    open(scenarioOf({ A: [{ delayMs: 3_600_000, calls: [finish()] }] }));
    await screenWith(/thinking/);
    tmux("send-keys", "C-c");
    await screenWith(/no further step is started/);
    tmux("send-keys", "C-c");
    const over = await screenWith(/ended with/);
    expect(over).toContain("ended with 2");
    expect(over).toMatch(/tutti --repo \S+ resume run_/);
    const log = parseLines(
      (await startTutti(["log", "--repo", project.repo, "--json"], project).done).stdout,
    ) as readonly JsonRecord[];
    expect(log.at(-1)?.event.type).toBe("turn.started");
  });
});
