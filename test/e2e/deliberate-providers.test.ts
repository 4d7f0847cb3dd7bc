// A deliberation over providers' own wire formats, with agents that ask at the same time: what hazards of a provider and of
// an answer come to, seats at three providers at once, and what an agent that makes too many errors leaves.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  formats,
  startFakeProvider,
  type Behaviour,
  type FakeProvider,
  type Format,
} from "../fake-provider/fake-provider.ts";
import { killLeftovers, parseLines, tutti, type Done } from "./support/cli.ts";
import { makeProject, type Project } from "./support/project.ts";

let project: Project;
let provider: FakeProvider;
beforeEach(async () => {
  project = makeProject();
  provider = await startFakeProvider();
});
afterEach(async () => {
  killLeftovers();
  project.remove();
  await provider.close();
});

const providers = { anthropic: "anthropic", openai: "openai", chat: "desk", gemini: "google" } as const;
type Role = "ALPHA" | "BETA" | "GAMMA";
type Seats = Readonly<Record<Role, Format>>;

const settings = (seats: Seats, more: string): string => {
  const key = project.write("key", "sk-test-0123456789\n");
  const tables = [...new Set(Object.values(seats))].map((format) => {
    const kind = format === "chat" ? '\nkind = "openai-compatible"' : "";
    return `[providers.${providers[format]}]${kind}\nbaseUrl = "${provider.baseUrl(format)}"\nkey = "file:${key}"\n`;
  });
  return `${tables.join("")}${more}`;
};

/** Says whose question it is; a model of this family is asked in Anthropic's own way for a shape. */
const modelOf = (role: Role): string => `claude-sonnet-4-5-${role}`;
const seat = (role: Role, seats: Seats): string[] => ["--seat", `${role}=${providers[seats[role]]}/${modelOf(role)}`];

const deliberate = (seats: Seats, more = "", ...flags: string[]): Promise<Done> => {
  project.write("home/config/config.toml", settings(seats, more));
  const roles = (["ALPHA", "BETA", "GAMMA"] as const).flatMap((role) => seat(role, seats));
  const how = ["--repo", project.repo, ...roles, "--recover", "none", "--timeout", "60", "--json", ...flags];
  return tutti(["deliberate", "Which store keeps every write?", ...how], project);
};

const text = (value: unknown): Behaviour => ({
  reply: { text: typeof value === "string" ? value : JSON.stringify(value), step: 100 },
});
const says = (more: object = {}): Behaviour => text({ status: "working", progress: 0.5, confidence: 0.5, ...more });
const votes = [{ key: "plan", version: 1, stance: "accept", reasoning: "It holds." }];
const plans = says({ entries: [{ section: "synthesis", key: "plan", base: 0, text: "One file, synced." }], votes });
const agrees = says({ status: "done", votes });

/** Each agent's answers in its own order; the last one again and again. */
function play(script: Readonly<Partial<Record<Role, readonly Behaviour[]>>>): Map<Role, string[]> {
  const asked = new Map<Role, string[]>();
  provider.always(({ path, body }) => {
    const role = (["ALPHA", "BETA", "GAMMA"] as const).find((each) =>
      `${JSON.stringify(body["model"])} ${path}`.includes(modelOf(each)),
    );
    if (role === undefined) return undefined;
    const before = asked.get(role) ?? [];
    asked.set(role, [...before, JSON.stringify(body)]);
    const own = script[role] ?? [says({ status: "done" })];
    return own[Math.min(before.length, own.length - 1)];
  });
  return asked;
}

type Line = { readonly event: Readonly<Record<string, unknown>> & { readonly type: string } };

const isLine = (line: unknown): line is Line => typeof line === "object" && line !== null && "event" in line;

function told({ stdout, stderr }: Done) {
  const lines = parseLines(stdout);
  const records = lines.filter(isLine);
  const all = (type: string) => records.flatMap(({ event }) => (event.type === type ? [event] : []));
  const markers = stderr.split("\n").filter((line) => line.startsWith("ORCHESTRATION_RESULT:"));
  return { all, markers, final: lines.at(-1) as Readonly<Record<string, unknown>> };
}

const everywhere = (format: Format): Seats => ({ ALPHA: format, BETA: format, GAMMA: format });

describe.each(formats)("over %s", (format) => {
  it("CYC1 MOD30 B-53 agents that ask at once agree, each asked in the shape of an answer", async () => {
    const asked = play({ ALPHA: [plans, says({ status: "done" })], BETA: [says(), agrees] });
    const done = await deliberate(everywhere(format));
    const { all, final, markers } = told(done);
    expect([done.code, done.stderr.includes("error:")]).toEqual([0, false]);
    expect(final).toMatchObject({ outcome: "consensus", agreed: { key: "plan", version: 1 } });
    expect(markers).toHaveLength(1);
    expect(all("consult.returned")).toEqual([]);
    for (const body of [...asked.values()].flat()) {
      // What a server that only speaks like OpenAI's knows of shapes is not known: it has the words alone.
      if (format === "chat") expect(body).not.toContain("json_schema");
      else expect(body).toMatch(/json_schema|application\/json/);
      expect(body).toContain("Answer with one JSON object");
      expect(body).toContain("Which store keeps every write?");
    }
    const usage = all("consult.replied").map(({ usage: own }) => own);
    for (const each of usage) expect(each).toMatchObject({ output: expect.any(Number) });
  });

  it("CYC4 ERB2 prose, half a JSON, patience that is asked for and a stream that is cut off cost calls, not the agreement", async () => {
    const patience: Behaviour = {
      status: 429,
      headers: { "retry-after": "1" },
      body: { error: { type: "rate_limit_error", message: "slow down", code: 429, status: "RESOURCE_EXHAUSTED" } },
    };
    const cut: Behaviour = { ...plans, end: { after: 60, how: "reset" } };
    const half = '{"status":"working","progress":0.5,"entries":[{"section":"synth';
    const asked = play({
      ALPHA: [cut, plans, says({ status: "done" })],
      BETA: [patience, text("Certainly! Let us think about it."), text(half), says(), agrees],
    });
    const done = await deliberate(everywhere(format));
    const { all, final } = told(done);
    expect(final).toMatchObject({ outcome: "consensus", agreed: { key: "plan", version: 1 } });
    const failed = all("consult.failed").map(({ code }) => code);
    expect(failed).toContain("rate_limited");
    expect(failed).toHaveLength(2);
    expect(failed.some((code) => code === "cut" || code === "network")).toBe(true);
    const returned = all("consult.returned").map(({ problems }) => JSON.stringify(problems));
    expect(returned).toHaveLength(2);
    for (const problems of returned) expect(problems).toContain("JSON");
    // What was wrong with the last one goes along with the next.
    expect(asked.get("BETA")?.[2]).toContain("Your answer cannot be used");
    expect(all("deliberation.agent_lost")).toEqual([]);
  });
});

describe("seats at three providers", () => {
  it("CYC1 DB-78 each is asked in its own provider's format, and the mediator agrees with both", async () => {
    const seats: Seats = { ALPHA: "anthropic", BETA: "openai", GAMMA: "gemini" };
    play({ ALPHA: [plans, says()], BETA: [says(), says(), agrees], GAMMA: [says(), says({ votes }), says()] });
    const done = await deliberate(seats, "", "--mediate-at-once");
    const { all, final } = told(done);
    expect([done.code, final["outcome"]]).toEqual([0, "consensus"]);
    expect(all("deliberation.voted").map(({ role }) => role)).toContain("GAMMA");
    const paths = new Set(provider.received.map(({ path }) => path.split("/").filter(Boolean).at(-1)?.split(":")[0]));
    expect(paths).toEqual(new Set(["messages", "responses", modelOf("GAMMA")]));
  });

  it("DLB6 a provider that knows the model no more takes one seat with it, and the others agree without", async () => {
    const seats: Seats = { ALPHA: "anthropic", BETA: "openai", GAMMA: "gemini" };
    const unknown: Behaviour = {
      status: 404,
      body: {
        error: { message: "The model does not exist", type: "invalid_request_error", code: "model_not_found" },
      },
    };
    play({ ALPHA: [says(), plans, says()], BETA: [unknown], GAMMA: [says(), says({ votes }), says({ votes })] });
    const done = await deliberate(seats, "", "--mediate-at-once");
    const { all, final } = told(done);
    expect(all("deliberation.agent_lost")).toMatchObject([{ role: "BETA" }]);
    expect([done.code, final["outcome"]]).toEqual([0, "consensus"]);
  });
});

describe("a budget of errors", () => {
  const limits = "[deliberation.limits]\nerrors = 2\n";

  it("ERB1 ERB3 B-136 two who never answer in the given shape are revoked, and the run that recovers agrees", async () => {
    const prose = text("I would rather talk about it.");
    const asked = play({
      ALPHA: [prose, prose, plans, says({ status: "done" })],
      BETA: [prose, prose, says(), agrees],
    });
    const done = await deliberate(everywhere("anthropic"), limits, "--recover", "auto");
    const { all, final, markers } = told(done);
    const dismissed = all("deliberation.revoked").filter((event) => event["dismissed"] === true);
    // Whoever is quicker comes first.
    expect(new Set(dismissed.map(({ role }) => role))).toEqual(new Set(["ALPHA", "BETA"]));
    for (const { reason } of dismissed) expect(reason).toBe("2 errors within 600 s of work are as many as are allowed");
    expect(all("deliberation.ended").map(({ outcome }) => outcome)).toEqual(["crashed", "consensus"]);
    expect([done.code, final["outcome"]]).toEqual([0, "consensus"]);
    expect(markers).toHaveLength(1);
    expect(asked.get("ALPHA")?.length).toBeGreaterThanOrEqual(3);
  });

  it("ERB3 at a terminal without a recovery the reason stands there, and the exit code is a crash's", async () => {
    play({ ALPHA: [text("prose")], BETA: [text("prose")] });
    project.write("home/config/config.toml", settings(everywhere("chat"), limits));
    const roles = (["ALPHA", "BETA"] as const).flatMap((role) => seat(role, everywhere("chat")));
    const model = ["--model", "desk/m", "--recover", "none", "--plain"];
    const done = await tutti(["deliberate", "Which store?", "--repo", project.repo, ...roles, ...model], project);
    expect(done.code).toBe(1);
    expect(done.stdout).toContain(
      "ERROR [high] agent_failure: BETA is revoked: 2 errors within 600 s of work are as many as are allowed",
    );
    expect(done.stdout).toContain("no proposer is left: revoked ALPHA, BETA for too many errors");
    const status = await tutti(["status", "--repo", project.repo], project);
    expect(status.stdout).toMatch(/ALPHA +revoked .*2 errors within 600 s/);
  });
});
