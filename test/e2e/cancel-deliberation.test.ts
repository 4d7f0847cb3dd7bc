// A person's abort of a deliberation with the real program: in its order, and at once where nobody wants to wait.

import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  killLeftovers,
  parseLines,
  startTutti,
  tutti,
  type Done,
  type JsonRecord,
  type Started,
} from "./support/cli.ts";
import { makeProject, type Project } from "./support/project.ts";

const thinks = (more: object = {}, delayMs = 0) => ({
  answer: { status: "working", progress: 0.3, confidence: 0.5, ...more },
  delayMs,
});
const proposed = thinks({ entries: [{ section: "solutions", key: "files", base: 0, text: "One file." }] });

/** Nothing of it would end within the time of a test: neither a thought, nor the grace, nor the mediator's last word. */
const scenario = {
  deliberation: {
    objective: "Which store?",
    limits: { rounds: 5, timeout_seconds: 600, grace_seconds: 120, synthesis_seconds: 120 },
  },
  consults: {
    "deliberate:ALPHA": [proposed, thinks({}, 300_000)],
    "deliberate:BETA": [thinks(), thinks({}, 300_000)],
    "synthesise:GAMMA": [{ answer: { key: "rest", text: "What there is." }, delayMs: 300_000 }],
  },
};

describe("a person's abort", () => {
  let project: Project;
  beforeAll(() => {
    project = makeProject();
  });
  afterEach(killLeftovers);
  afterAll(() => project.remove());

  const begin = async (): Promise<{ readonly run: string; readonly running: Started }> => {
    const asked = ["--scenario", project.write("slow.json", scenario), "--recover", "auto", "--no-sandbox", "--json"];
    const running = startTutti(["deliberate", ...asked, "--repo", project.repo], project);
    const [, run = ""] = await running.seen(/"type":"run\.created","run":"(run_\w+)"/);
    await running.seen(/"type":"deliberation\.round_closed"/);
    return { run, running };
  };
  const inProject = (...args: readonly string[]): Promise<Done> => tutti([...args, "--repo", project.repo], project);
  const endOf = async (run: string): Promise<readonly string[]> => {
    const records = parseLines((await inProject("log", run, "--json")).stdout) as readonly JsonRecord[];
    const types = records.map(({ event }) => event.type.replace("deliberation.", ""));
    return types.slice(types.indexOf("aborting"));
  };
  const rest = ["handed_off", "revoked", "revoked", "measured", "failure_recorded", "ended", "run.ended"];

  it("DLB27 B-85 says that it comes to its end and how to end it at once; the second abort does, with the handoff stored first", async () => {
    const { run, running } = await begin();
    const first = await inProject("abort", run, "--reason", "enough");
    expect(first.stdout).toMatch(/coming to its end.*To end it at once: .*abort --now/);
    expect(await endOf(run)).toEqual(["aborting"]);
    const second = await inProject("abort", run);
    // It may have ended by the time it is looked at.
    expect(second.stdout).toMatch(/: (?:ends now, with what there is|aborted)\.$/m);
    const done = await running.done;
    expect(done.code).toBe(3);
    expect(done.stderr).toContain('"outcome":"cancelled"');
    expect((await endOf(run)).filter((type) => type !== "consult.ended")).toEqual(["aborting", "synthesised", ...rest]);
  });

  it("DLB27 `--now` does so at the first word, also where nobody conducts the run any more", async () => {
    const { run, running } = await begin();
    expect((await inProject("abort", run, "--now")).stdout).toMatch(/: (?:ends now, with what there is|aborted)\.$/m);
    expect((await running.done).code).toBe(3);
    const dead = await begin();
    dead.running.kill("SIGKILL");
    await dead.running.done;
    const done = await inProject("abort", dead.run, "--now");
    expect(done.code, done.stderr).toBe(0);
    for (const each of [run, dead.run]) expect((await endOf(each)).filter((type) => rest.includes(type))).toEqual(rest);
    const ticket = await inProject("abort", dead.run, "--now", "--ticket", "T1");
    expect(ticket.stderr).toMatch(/--now is about the whole run/);
  });
});
