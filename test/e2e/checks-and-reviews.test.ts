// Hints of tier 4 and reviews of tier 2 on a real repository with a check that is really red: the real command, git and
// SQLite, with scripted models, and with a provider on the wire.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formats, startFakeProvider, type Behaviour, type Format } from "../fake-provider/fake-provider.ts";
import { killLeftovers, parseRun, startTutti, tutti, type Done, type JsonRecord, type Started } from "./support/cli.ts";
import { finish, makeProject, ticket, turn, write, type Project } from "./support/project.ts";

/** Node's own test, red until the sum is right; the trace names sum.mjs. */
const files = {
  "README.md": "# Start\n",
  "sum.mjs":
    'export function sum(a, b) {\n  if (b === undefined) throw new TypeError("b is missing");\n  return a + b;\n}\n',
  "check.mjs": 'import { total } from "./total.mjs";\nif (total([1, 2, 3]) !== 6) throw new Error("total is wrong");\n',
  "tutti.toml": `verify = ["${process.execPath} check.mjs"]\n\n[tiers.4]\nmodels = ["scripted/cheap"]\n\n[tiers.2]\nmodels = ["scripted/lead"]\n`,
  "agents.toml": "[archetypes.careful]\nreview = true\n",
};

const bad = 'import { sum } from "./sum.mjs";\nexport const total = (all) => sum(all[0]);\n';
const good = 'import { sum } from "./sum.mjs";\nexport const total = (all) => all.reduce((a, b) => sum(a, b), 0);\n';
const makes = (text: string, ...more: ReturnType<typeof write>[]) => turn(write("total.mjs", text), ...more);

let project: Project;
beforeEach(() => {
  project = makeProject(files);
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const said = (value: unknown, more: object = {}) => ({
  text: typeof value === "string" ? value : JSON.stringify(value),
  ...more,
});

function start(
  consults: Readonly<Record<string, readonly unknown[]>>,
  turns: readonly unknown[],
  more: Readonly<Record<string, unknown>> = {},
  ...args: string[]
): Started {
  const file = project.write("tickets.json", [ticket("A", more)]);
  const scenario = project.write("scenario.json", { tickets: { A: [{ turns }] }, consults });
  const flags = ["--model", "scripted/one", "--trust", "auto", "--no-sandbox", "--json", "--scenario", scenario];
  return startTutti(["run", file, "--repo", project.repo, ...flags, ...args], project);
}

const call = (...args: string[]): Promise<Done> => tutti([...args, "--repo", project.repo], project);
const typesOf = (records: readonly JsonRecord[]): readonly string[] => records.map(({ event }) => event.type);
const all = (records: readonly JsonRecord[], type: string): readonly JsonRecord["event"][] =>
  records.flatMap(({ event }) => (event.type === type ? [event] : []));
const textOf = (value: unknown): string =>
  typeof value === "string" ? value : ((value as { head?: string } | undefined)?.head ?? "");

describe("a red check", () => {
  const mends = [makes(bad), turn(finish()), makes(good), turn(finish())];

  it("QA1 QA2 QA5 tier 4 sees the trace and the code it names; the worker gets the hint and mends it", async () => {
    const hint = "sum.mjs:2 throws because total passes one argument; fold the list with sum.";
    const done = await start({ "diagnosis:A": [said({ hint })] }, mends).done;
    const { records, final } = parseRun(done.stdout);
    expect(done.code).toBe(0);
    expect(final).toMatchObject({ outcome: "completed", attempts: 1, merged: 1 });
    const [asked] = all(records, "consult.replied");
    const question = textOf(asked?.["input"]);
    expect(question).toContain("TypeError: b is missing");
    expect(question).toMatch(/"lines 1 to 5 of sum\.mjs, around the line the output names"/);
    expect(question).toContain('> 2 |   if (b === undefined) throw new TypeError("b is missing");');
    expect(question).toContain("of total.mjs");
    const [note] = all(records, "note.added");
    expect(note).toMatchObject({ kind: "diagnosis", hint });
    expect(textOf(note?.["text"])).not.toContain("b is missing");
    expect(textOf(all(records, "verify.failed")[0]?.["output"])).toContain("TypeError: b is missing");
    expect((await call("log")).stdout).toContain(`gets a hint about the red check: ${hint}`);
  });

  it("QA3 a tier 4 that answers with prose or not at all: the worker gets the output, and mends it", async () => {
    for (const consults of [
      { diagnosis: [said("It looks like sum is called wrongly.")] },
      { diagnosis: [said("", { faults: [{ code: "auth" }] })] },
    ]) {
      const done = await start(consults, mends).done;
      const { records, final } = parseRun(done.stdout);
      expect(final).toMatchObject({ outcome: "completed", attempts: 1 });
      expect(all(records, "note.added")).toMatchObject([{ kind: "verification" }]);
      expect(all(records, "consult.ended")).toMatchObject([{ result: "given_up" }]);
      expect(typesOf(records)).not.toContain("run.paused");
    }
  });

  it("QA1 switched off, nobody is asked", async () => {
    writeFileSync(join(project.repo, "tutti.toml"), `${files["tutti.toml"]}\n[planning]\ndiagnosis = false\n`);
    const done = await start({}, mends, {}, "--allow-dirty").done;
    const { records, final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed", attempts: 1 });
    expect(typesOf(records)).not.toContain("consult.started");
  });

  it("QA4 the next attempt's brief has the hint and the end of the output", async () => {
    const settings = `${files["tutti.toml"]}\n[limits]\nverify_rounds = 0\nattempts = 2\n`;
    writeFileSync(join(project.repo, "tutti.toml"), settings);
    const done = await start(
      { diagnosis: [said({ hint: "fold the list" })] },
      [makes(bad), turn(finish())],
      {},
      "--allow-dirty",
    ).done;
    const { records } = parseRun(done.stdout);
    const [, second] = all(records, "attempt.prepared");
    const log = JSON.stringify(all(records, "attempt.failed")[0]);
    expect(log).toContain("fold the list");
    expect(log).toContain("[exited with 1]");
    expect(textOf(second?.["prompt"])).toContain("fold the list");
    // Asked once: no attempt follows the second.
    const purposes = all(records, "consult.started").map(({ purpose }) => purpose);
    expect(purposes.filter((purpose) => purpose === "diagnosis")).toHaveLength(1);
  });

  it("QA10 RUN10 killed while tier 4 thinks, it is asked again after the resume", async () => {
    const slow = start({ diagnosis: [said({ hint: "fold the list" }, { delayMs: 3_000 })] }, mends);
    await slow.seen(/"type":"consult.started"/);
    slow.kill("SIGKILL");
    await slow.done;
    const done = await call("resume", "--json");
    expect(done.code).toBe(0);
    const { records, final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed", attempts: 1 });
    expect(all(records, "consult.failed")).toMatchObject([{ code: "cut" }]);
    expect(all(records, "note.added")).toMatchObject([{ kind: "diagnosis" }]);
  });
});

describe("a review", () => {
  const careful = { archetype: "careful" };
  const finding = {
    name: "no-empty-case",
    severity: "medium",
    file: "total.mjs",
    what: "An empty list is not handled.",
  };
  const works = [
    makes(good),
    turn(finish("Total added")),
    turn(write("total.test.txt", "empty: 0\n")),
    turn(finish("Mended")),
  ];

  it("QA6 QA7 QA9 QA11 tier 2 reads the diff, sends it back with a finding, and approves what comes then", async () => {
    const consults = {
      "review:A#1/2": [said({ verdict: "send_back", findings: [finding] })],
      "review:A#1/4": [said({ verdict: "approve", findings: [{ ...finding, severity: "low", name: "wording" }] })],
    };
    const done = await start(consults, works, careful).done;
    expect(done.code).toBe(0);
    const { records, final } = parseRun(done.stdout);
    expect(final).toMatchObject({ outcome: "completed", attempts: 1, merged: 1 });
    expect(all(records, "review.closed")).toMatchObject([{ verdict: "sent_back" }, { verdict: "approved" }]);
    const [first, second] = all(records, "consult.replied").map(({ input }) => textOf(input));
    expect(first).toContain("+export const total = (all) => all.reduce");
    expect(first).toContain("Total added");
    expect(first).toContain("check.mjs");
    expect(second).toContain("no-empty-case (medium, total.mjs)");
    expect(second).toContain("+empty: 0");
    expect(typesOf(records).lastIndexOf("review.closed")).toBeLessThan(typesOf(records).indexOf("merge.queued"));
    expect((await call("status")).stdout).toContain("reviewed (wording (low, total.mjs))");
    expect((await call("log")).stdout).toContain("is sent back by its review: no-empty-case (medium, total.mjs)");
  });

  it("QA7 sent back too often, the attempt fails and the next climbs", async () => {
    const settings = `${files["tutti.toml"]}\n[limits]\nreview_rounds = 0\nattempts = 1\n`;
    writeFileSync(join(project.repo, "tutti.toml"), settings);
    const done = await start(
      { review: [said({ verdict: "send_back", findings: [finding] })] },
      works,
      careful,
      "--allow-dirty",
    ).done;
    expect(done.code).toBe(2);
    const { records } = parseRun(done.stdout);
    expect(all(records, "ticket.blocked")).toMatchObject([{ cause: "review_rejected" }]);
    expect((await call("status")).stdout).toContain("the review sent it back for no-empty-case");
  });

  it("QA8 a reviewer that only talks holds no merge up, and the report says so", async () => {
    const done = await start({ review: [said("Approve!")] }, works, careful).done;
    expect(done.code).toBe(0);
    const { records } = parseRun(done.stdout);
    expect(all(records, "consult.returned")).toHaveLength(2);
    expect(all(records, "review.closed")).toMatchObject([{ verdict: "missed" }]);
    expect((await call("status")).stdout).toContain("not reviewed");
  });
});

describe("over the wire", () => {
  const models = {
    anthropic: "anthropic/claude-sonnet-4-5",
    openai: "openai/gpt-5",
    gemini: "google/gemini-2.5-pro",
    chat: "local/small",
  } as const satisfies Record<Format, string>;
  const kinds = { anthropic: "anthropic", openai: "openai", gemini: "google", chat: "openai-compatible" } as const;

  const reply = (text: string, ...calls: readonly (readonly [name: string, args: unknown])[]): Behaviour => ({
    reply: {
      text,
      calls: calls.map(([name, args], at) => ({ id: `call_${text.length}_${at}`, name, args: JSON.stringify(args) })),
    },
  });

  it.each(formats)("QA1 QA6 %s: hint and verdict come by structured output, tools off", async (format) => {
    const provider = await startFakeProvider();
    try {
      const model = models[format];
      const name = model.split("/")[0] ?? "";
      const key = project.write("key", "sk-test-0123456789\n");
      const kind = name === kinds[format] ? "" : `kind = "${kinds[format]}"\n`;
      project.write(
        "home/config/config.toml",
        `[providers.${name}]\n${kind}baseUrl = "${provider.baseUrl(format)}"\nkey = "file:${key}"\n`,
      );
      const settings = files["tutti.toml"].replaceAll(/scripted\/\w+/g, model);
      writeFileSync(join(project.repo, "tutti.toml"), settings);
      const tickets = project.write("tickets.json", [ticket("A", { archetype: "careful" })]);
      provider.will(
        reply("I write it.", ["write", { path: "total.mjs", content: bad }]),
        reply("So it is done.", ["finish", { outcome: "completed", summary: "done" }]),
        reply('{"hint": "fold the list with sum"}'),
        reply("I fold the list.", ["write", { path: "total.mjs", content: good }]),
        reply("Now it is done.", ["finish", { outcome: "completed", summary: "folded" }]),
        reply('{"verdict": "approve", "findings": []}'),
      );
      const flags = ["--model", model, "--trust", "auto", "--no-sandbox", "--allow-dirty", "--json"];
      const done = await tutti(["run", tickets, "--repo", project.repo, ...flags], project);
      const { records, final } = parseRun(done.stdout);
      expect(final).toMatchObject({ outcome: "completed", attempts: 1, merged: 1 });
      expect(all(records, "note.added")).toMatchObject([{ kind: "diagnosis", hint: "fold the list with sum" }]);
      expect(all(records, "review.closed")).toMatchObject([{ verdict: "approved" }]);
      const bodies = provider.received.map(({ body }) => JSON.stringify(body));
      expect(bodies).toHaveLength(6);
      expect(bodies[2]).toContain("b is missing");
      expect(bodies[2]).toContain("You compress a failed command");
      expect(bodies[3]).toContain("fold the list with sum");
      expect(bodies[3]).not.toContain("TypeError");
      expect(bodies[5]).toContain("all.reduce");
    } finally {
      await provider.close();
    }
  });
});
