// Deliberations inside a run: how a ticket is gone about, and a conflict that its worker did not resolve.

import { describe, expect, it } from "vitest";
import { outputOf } from "../../src/domain/consult-output.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { EventOf, EventType } from "../../src/domain/event.ts";
import type { Scenario } from "../../src/domain/scenario.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import type { MergeOutcome, Workspace } from "../../src/engine/ports.ts";
import { finishTurn, makeTicket } from "../support/conducted.ts";
import { agreeing, conductedBeside, done, makeDeliberation, says, vote, write } from "../support/deliberating.ts";

const { setup } = makeDeliberation();
const deliberations: RunConfig["deliberations"] = { setup, conflicts: true };

type Stage = {
  readonly tickets: readonly Ticket[];
  readonly consults: NonNullable<Scenario["consults"]>;
  readonly config?: Partial<RunConfig>;
  readonly workspace?: Workspace;
};

async function conduct({ tickets, consults, config = {}, workspace }: Stage) {
  const briefs: string[] = [];
  const run = await conductedBeside(tickets, {
    scenario: { tickets: {}, default: [{ turns: [finishTurn] }], consults },
    config: { deliberations, ...config },
    ...(workspace !== undefined && { workspace }),
    onBrief: (text) => briefs.push(text),
  });
  await run.drive();
  const recorded = [...run.ports.log.read()];
  const all = <T extends EventType>(type: T): EventOf<T>[] =>
    recorded.flatMap(({ event }) => (event.type === type ? [event as EventOf<T>] : []));
  return { briefs, recorded, all };
}

describe("a ticket whose strategy is to deliberate", () => {
  it("DSTR1 begins with what was agreed, and the others do not wait for it", async () => {
    const run = await conduct({
      tickets: [makeTicket("T1", { strategy: "deliberate" }), makeTicket("T2")],
      consults: agreeing,
    });
    expect(run.all("deliberation.opened")).toMatchObject([{ purpose: "ticket", ticket: "T1" }]);
    expect(run.all("ticket.completed")).toHaveLength(2);
    const [brief] = run.briefs;
    expect(run.briefs).toHaveLength(1);
    expect(brief).toContain("ALPHA, BETA agreed on what follows");
    expect(brief).toContain("plan after 0");
    const place = (type: string, ticket: string): number =>
      run.recorded.findIndex(({ event }) => event.type === type && "ticket" in event && event.ticket === ticket);
    expect(place("ticket.completed", "T2")).toBeLessThan(place("attempt.prepared", "T1"));
  });

  it("DSTR1 its archetype may say so for all its tickets, and a ticket may say no", async () => {
    const archetypes: RunConfig["archetypes"] = [
      {
        name: "worker",
        tier: 3,
        models: ["scripted/a"] as never,
        trust: "auto",
        tools: [],
        prompt: "",
        strategy: "deliberate",
      },
    ];
    const run = await conduct({
      tickets: [makeTicket("T1"), makeTicket("T2", { strategy: "work" })],
      consults: agreeing,
      config: { archetypes },
    });
    expect(run.all("deliberation.opened")).toMatchObject([{ ticket: "T1" }]);
  });

  it("DSTR5 no planner is offered the choice", () => {
    for (const purpose of ["tickets", "replan"] as const)
      expect(JSON.stringify(outputOf(purpose).schema)).not.toContain('"strategy"');
  });

  it("DSTR2 where they do not agree its worker is told that, with who said no and why", async () => {
    const consults = {
      "deliberate:ALPHA": [says({ entries: [write("synthesis", "plan")], votes: [vote("plan", 1)] }), done],
      "deliberate:BETA": [says({}), says({ status: "done", votes: [vote("plan", 1, "reject")] }), done],
      "mediate:GAMMA": [done],
    };
    const run = await conduct({ tickets: [makeTicket("T1", { strategy: "deliberate" })], consults });
    expect(run.all("deliberation.ended")).toMatchObject([{ outcome: "deadlock" }]);
    expect(run.briefs[0]).toContain("They did not agree (deadlock). This was proposed last; judge it yourself.");
    expect(run.all("ticket.completed")).toHaveLength(1);
    expect(run.all("deliberation.handed_off")).toHaveLength(1);
  });

  it("DSTR3 a ticket that is aborted meanwhile ends its deliberation, and the run ends after that", async () => {
    const consults = {
      "deliberate:ALPHA": [says({}, { delayMs: 60_000 })],
      "deliberate:BETA": [says({}, { delayMs: 60_000 })],
    };
    const ticket = makeTicket("T1", { strategy: "deliberate" });
    const run = await conductedBeside([ticket], {
      scenario: { tickets: {}, consults },
      config: { deliberations },
    });
    void run
      .once("consult.started")
      .then(() => run.conductor.submit({ type: "ticket.abort", ticket: ticket.id, reason: "not now" }, "person:kim"));
    await run.drive();
    expect(run.all("deliberation.ended")).toMatchObject([{ outcome: "cancelled" }]);
    expect(run.recorded.at(-1)?.event).toMatchObject({ type: "run.ended", outcome: "cancelled" });
  });
});

describe("a conflict that a worker did not resolve", () => {
  const workspaceOf = (conflicts: number): Workspace => {
    let left = conflicts;
    const conflict: MergeOutcome = { kind: "conflict", files: ["a.txt"], detail: "<<<<<<< ours", patch: "+mine" };
    return {
      prepare: async () => ({ root: "/tree", base: "b", branch: "x" }),
      find: async () => ({ root: "/tree", base: "b", branch: "x" }),
      merge: async () => ((left -= 1) >= 0 ? conflict : { kind: "published", commit: "c", verified: "none" }),
      findMerged: async () => undefined,
      dispose: async () => ({}),
      diff: async () => ({ patch: "", isCut: false, files: [], unread: [] }),
      diffLeft: async () => undefined,
      tryPatch: async () => ({ kind: "unfit", detail: "" }),
      survey: async () => ({ files: [], read: async () => undefined }),
      head: async () => "b",
      publish: async () => {},
    };
  };

  it("DSTR4 is deliberated between both sides, and the next attempt gets the agreed text", async () => {
    const run = await conduct({
      tickets: [makeTicket("T1")],
      consults: agreeing,
      config: { workspace: "git" },
      workspace: workspaceOf(2),
    });
    const opened = run.all("deliberation.opened");
    expect(opened).toMatchObject([{ purpose: "conflict", ticket: "T1" }]);
    expect(opened[0]?.setup.seats[0]?.brief).toContain("You speak for T1");
    expect(run.all("deliberation.written")).toContainEqual(
      expect.objectContaining({
        author: "ORCHESTRATOR",
        key: "conflict",
        text: expect.stringContaining("<<<<<<< ours") as string,
      }),
    );
    expect(run.briefs.map((brief) => brief.includes("between the authors of both sides"))).toEqual([
      false,
      false,
      true,
    ]);
    expect(run.all("ticket.completed")).toMatchObject([{ attempt: 3 }]);
  });

  it("DSTR4 one that its worker resolves is not deliberated, nor any where the run does not want it", async () => {
    const tickets = [makeTicket("T1")];
    const resolved = await conduct({
      tickets,
      consults: agreeing,
      config: { workspace: "git" },
      workspace: workspaceOf(1),
    });
    expect(resolved.all("deliberation.opened")).toEqual([]);
    const unwanted = await conduct({
      tickets,
      consults: agreeing,
      config: { workspace: "git", deliberations: { setup, conflicts: false } },
      workspace: workspaceOf(2),
    });
    expect(unwanted.all("deliberation.opened")).toEqual([]);
  });
});
