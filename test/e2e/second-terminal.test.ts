// Answers from a second terminal: the held run goes on with exactly what was released; the first answer counts.

import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { killLeftovers, parseRun, startTutti, tutti, type Started } from "./support/cli.ts";
import { finish, makeProject, run, scenarioOf, ticket, turn, write, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

type Open = {
  readonly id: string;
  readonly gate: string;
  readonly ticket: string;
  readonly asks: string;
  readonly worker: { readonly tools: readonly string[] } | null;
  readonly detail: { readonly preview: string; readonly editable: string };
};

const at = (): readonly string[] => ["--repo", project.repo];
const call = (...args: string[]) => tutti([...args, ...at()], project);
const approvals = async (): Promise<readonly Open[]> =>
  (JSON.parse((await call("approvals", "--json")).stdout) as { approvals: Open[] }).approvals;

function start(turns: Parameters<typeof scenarioOf>[0], trust: string, ...more: string[]): Started {
  const file = project.write(
    "tickets.json",
    Object.keys(turns).map((id) => ticket(id)),
  );
  const scenario = project.write("scenario.json", scenarioOf(turns));
  return startTutti(
    [
      "run",
      file,
      ...at(),
      "--scenario",
      scenario,
      "--model",
      "scripted/one",
      "--trust",
      trust,
      "--no-sandbox",
      "--attended",
      "--json",
      ...more,
    ],
    project,
  );
}

const asked = async (running: Started, count = 1): Promise<string> => {
  const [, id = ""] = await running.seen(
    new RegExp(`(?:"type":"approval.requested"[^\\n]*"approval":"(A\\d+)"[\\s\\S]*?){${count}}`),
  );
  return id;
};

const fileAt = (final: Record<string, unknown>, path: string): string =>
  project.git("show", `tutti/${String(final["run"])}/integration:${path}`);

describe("answers from a second terminal", () => {
  it("A-95 shows a diff, approves it, and the call runs exactly as shown", async () => {
    const running = start({ A: [turn(write("a.txt", "one\n")), turn(finish())] }, "ask");
    const id = await asked(running);
    const [open] = await approvals();
    expect(open).toMatchObject({
      id,
      gate: "call",
      ticket: "A",
      detail: { editable: JSON.stringify({ path: "a.txt", content: "one\n" }) },
    });
    expect(open?.detail.preview).toMatch(/^\+one$/m);
    expect((await call("approvals")).stdout).toContain(`--repo ${project.repo} approve ${id}\n`);
    const approved = await call("approve", id);
    expect(approved.stdout).toContain(`${id} approved`);
    const done = await running.done;
    const { records, final } = parseRun(done.stdout);
    expect(done.code).toBe(0);
    expect(fileAt(final, "a.txt")).toBe("one");
    const answered = records.find(({ event }) => event.type === "approval.answered");
    expect(answered?.by).toMatch(/^person:/);
    const late = await call("approve", id);
    expect(late).toMatchObject({ code: 1, stderr: expect.stringMatching(/was approved by \S+ before/) as unknown });
  });

  it("A-96 edited arguments are what is executed; arguments that do not fit are refused and change nothing", async () => {
    const running = start({ A: [turn(write("a.txt", "one\n")), turn(finish())] }, "ask");
    const id = await asked(running);
    const wrong = await call("edit", id, "--text", '{"path":"a.txt"}');
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringContaining("content") as unknown });
    const edited = await call("edit", id, "--text", '{"path":"b.txt","content":"two\\n"}');
    expect(edited.stdout).toContain(`${id} edited`);
    const { records, final } = parseRun((await running.done).stdout);
    expect(fileAt(final, "b.txt")).toBe("two");
    expect(() => fileAt(final, "a.txt")).toThrow(/exists on disk|does not exist|not in/);
    // The model's own words stay in the log beside what ran.
    expect(records.find(({ event }) => event.type === "turn.replied")?.event["calls"]).toMatchObject([
      { args: JSON.stringify({ path: "a.txt", content: "one\n" }) },
    ]);
  });

  it("A-96 the editor of the second terminal is opened on the arguments", async () => {
    const running = start({ A: [turn(write("a.txt", "one\n")), turn(finish())] }, "ask");
    const id = await asked(running);
    const edited = await tutti(["edit", id, ...at()], { env: { ...project.env, EDITOR: "sed -i s/one/three/" } });
    expect(edited.stdout).toContain(`${id} edited`);
    const { final } = parseRun((await running.done).stdout);
    expect(fileAt(final, "a.txt")).toBe("three");
  });

  it("DA-37 a rejection reaches the model with its reason, is not retried, and asks nobody again", async () => {
    const give = { tool: "finish", args: { outcome: "blocked", summary: "I was not allowed to" } };
    const running = start({ A: [turn(write("a.txt", "one\n")), turn(give)] }, "ask");
    await call("reject", await asked(running), "--reason", "not that file");
    const done = await running.done;
    const { records, final } = parseRun(done.stdout);
    expect(done.code).toBe(2);
    expect(final).toMatchObject({ attempts: 1, tickets: { blocked: 1 } });
    expect(records.find(({ event }) => event.type === "tool.refused")?.event["output"]).toContain("not that file");
    expect(records.filter(({ event }) => event.type === "approval.requested")).toHaveLength(1);
    expect(records.find(({ event }) => event.type === "ticket.blocked")?.event["cause"]).toBe("user_rejected");
  });

  it("GATE19 A-108 step mode holds at the start, before a tool and after it; the output can be rewritten", async () => {
    const running = start({ A: [turn(write("a.txt", "one\n")), turn(finish())] }, "step");
    const gates: string[] = [];
    for (let count = 1; count <= 3; count += 1) {
      const id = await asked(running, count);
      const [open] = await approvals();
      gates.push(open?.gate ?? "none");
      // GATE19: who would start, in words and for programs; at no other gate.
      const words = (await call("approvals")).stdout;
      expect(words.includes("Worker  worker, tier 3")).toBe(count === 1);
      expect(open?.worker?.tools.includes("write")).toBe(count === 1 ? true : undefined);
      const answer = count === 3 ? ["edit", open?.id ?? id, "--text", "all went well"] : ["approve", open?.id ?? id];
      expect((await call(...answer)).stderr).toBe("");
    }
    const { records } = parseRun((await running.done).stdout);
    expect(gates).toEqual(["spawn", "call", "result"]);
    expect(records.find(({ event }) => event.type === "result.edited")?.event["output"]).toBe("all went well");
  });

  it("A-111 the model's last message is rewritten, and the run goes on as if it had written that", async () => {
    const running = start({ A: [turn(write("a.txt", "one\n")), turn(finish())] }, "ask");
    const first = await asked(running);
    const message = project.write("message.txt", "I will do something else.");
    expect((await call("edit", first, "--message", "--file", message, "--reason", "clearer")).stdout).toContain(
      "rewritten",
    );
    await asked(running, 2);
    const [second] = await approvals();
    expect(second?.id).not.toBe(first);
    await call("approve", second?.id ?? "");
    const { records } = parseRun((await running.done).stdout);
    expect(records.find(({ event }) => event.type === "message.edited")?.event).toMatchObject({
      text: "I will do something else.",
      reason: "clearer",
    });
  });

  it("GATE16 A-107 one running ticket's worker is put on step from here, and only that worker holds; and back again", async () => {
    const go = join(project.folder, "go");
    const wait = run(`while [ ! -e '${go}' ]; do sleep 0.05; done`);
    const turns = (id: string) => [turn(wait), turn(write(`${id}.txt`, id)), turn(run("true")), turn(finish())];
    const running = start({ A: turns("A"), B: turns("B") }, "auto");
    await running.seen(/(?:"type":"tool\.called"[\s\S]*?){2}/);
    const switched = await call("mode", "--trust", "step", "--ticket", "A");
    expect(switched.stdout).toContain("the trust override of A is step");
    expect((await call("mode", "--trust", "step", "--ticket", "A")).stderr).toContain(
      "the trust override of A is step",
    );
    expect((await call("mode", "--trust", "step", "--ticket", "C")).stderr).toContain("C");
    project.write("go", "");
    // B goes its whole way while A holds at the result of its command, then before its next one.
    await running.seen(/"type":"ticket\.completed","ticket":"B"/);
    await call("approve", await asked(running));
    const next = await asked(running, 2);
    const [open, ...others] = await approvals();
    expect(others).toEqual([]);
    expect(open).toMatchObject({ id: next, gate: "call", ticket: "A" });
    // Back to what was configured: what was asked before stays asked, and nothing holds after it.
    expect((await call("mode", "--trust", "off", "--ticket", "A")).code).toBe(0);
    await call("approve", next);
    const { records, final } = parseRun((await running.done).stdout);
    expect(final).toMatchObject({ outcome: "completed", tickets: { completed: 2 } });
    const held = records.filter(({ event }) => event.type === "approval.requested").map(({ event }) => event["ticket"]);
    expect(held).toEqual(["A", "A"]);
    const toggles = records.filter(({ event }) => event.type === "ticket.trust_changed");
    expect(toggles.map(({ by, event }) => [by.startsWith("person:"), event["ticket"], event["trust"]])).toEqual([
      [true, "A", "step"],
      [true, "A", null],
    ]);
  });

  it("CLI10 of two terminals that answer at once the first wins, and the second is told who", async () => {
    const running = start({ A: [turn(write("a.txt", "one\n")), turn(finish())] }, "ask");
    const id = await asked(running);
    const answers = await Promise.all([call("approve", id), call("reject", id, "--reason", "no")]);
    expect(answers.map(({ code }) => code).toSorted((a, b) => Number(a) - Number(b))).toEqual([0, 1]);
    expect(answers.find(({ code }) => code === 1)?.stderr).toMatch(/was (?:approved|rejected) by \S+ before/);
    const { records } = parseRun((await running.done).stdout);
    expect(records.filter(({ event }) => event.type === "approval.answered")).toHaveLength(1);
  });

  it("CLI8 a worker's question is answered, and only as a question", async () => {
    const ask = { tool: "ask", args: { question: "Which colour?" } };
    const running = start({ A: [turn(ask), turn(finish())] }, "auto");
    const id = await asked(running);
    expect((await call("approve", id)).stderr).toContain("answer");
    expect((await call("answer", id, "blue")).stdout).toContain(`${id} answered`);
    const { records } = parseRun((await running.done).stdout);
    expect(records.find(({ event }) => event.type === "tool.returned")?.event["output"]).toBe("blue");
  });

  it("CLI9 a restart keeps what waits; an answer given while no process runs is kept too", async () => {
    const running = start({ A: [turn(run("echo ran >> ran.txt")), turn(finish())] }, "ask");
    const id = await asked(running);
    running.kill("SIGKILL");
    await running.done;
    expect((await approvals()).map((open) => open.id)).toEqual([id]);
    const approved = await call("approve", id);
    expect(approved.stdout).toMatch(/tutti --repo \S+ resume run_/);
    const resumed = await call("resume", "--json");
    expect(resumed.code).toBe(0);
    const { final } = parseRun(resumed.stdout);
    // Released once, run once: not lost with the process that recorded the answer.
    expect(fileAt(final, "ran.txt")).toBe("ran");
  });

  it("A-93 unattended and without a rule, what would be asked is refused", async () => {
    const give = { tool: "finish", args: { outcome: "blocked", summary: "refused" } };
    const file = project.write("tickets.json", [ticket("A")]);
    const scenario = project.write("scenario.json", scenarioOf({ A: [turn(write("a.txt", "x")), turn(give)] }));
    const done = await tutti(
      [
        "run",
        file,
        ...at(),
        "--scenario",
        scenario,
        "--model",
        "scripted/one",
        "--trust",
        "ask",
        "--no-sandbox",
        "--json",
      ],
      project,
    );
    const { records } = parseRun(done.stdout);
    expect(records.some(({ event }) => event.type === "tool.called")).toBe(false);
    expect(records.find(({ event }) => event.type === "tool.refused")?.event).toMatchObject({ by: "rule" });
  });
});
