// The conductor over a real log and core, on a clock that the test moves: durability, fencing, cancelling, resuming.

import { expect, it, describe } from "vitest";
import { adoptRun } from "../../src/engine/open-run.ts";
import type { EventLog, ModelReply, ModelRequest, Models } from "../../src/engine/ports.ts";
import { Fault } from "../../src/engine/ports.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import type { ApprovalId, TicketId } from "../../src/domain/ids.ts";
import { createScriptedModels } from "../../src/adapters/models/scripted-model.ts";
import { conducted, finishTurn, lookTurn, makePorts, makeTicket, watch, type RunTool } from "../support/conducted.ts";

const seen = { ok: true, output: "seen", changed: [] };

/** A promise that a test opens by hand. */
const gate = () => Promise.withResolvers<void>();

/** Calls a model that never answers until it is cancelled. */
const silentModels = (calls: ModelRequest[]): Models => ({
  check: () => Promise.resolve(undefined),
  call: (request, { signal }) => {
    calls.push(request);
    return new Promise((resolve) => {
      signal.addEventListener("abort", () => resolve({ kind: "cancelled", usage: zeroUsage }));
    });
  },
});

describe("conductor", () => {
  it("C1 a run of a diamond ends completed, every ticket once, in dependency order", async () => {
    const { conductor, all } = await conducted([
      makeTicket("D", { dependsOn: ["B", "C"] as TicketId[] }),
      makeTicket("B", { dependsOn: ["A"] as TicketId[] }),
      makeTicket("C", { dependsOn: ["A"] as TicketId[] }),
      makeTicket("A"),
    ]);
    conductor.start();
    expect(await conductor.done).toEqual({ kind: "ended" });
    const order = all("ticket.completed").map((event) => event.ticket);
    expect(order[0]).toBe("A");
    expect(order[3]).toBe("D");
    expect(new Set(order).size).toBe(4);
    expect(conductor.state().ended?.outcome).toBe("completed");
  });

  it("C1 no model is called before the turn's start is on disk", async () => {
    const disk = gate();
    const calls: ModelRequest[] = [];
    let isHeld = false;
    const slow = (log: EventLog): EventLog => ({
      ...log,
      append: async (batch) => {
        if (batch.records.some(({ event }) => event.type === "turn.started")) {
          isHeld = true;
          await disk.promise;
        }
        return log.append(batch);
      },
    });
    const begun = conducted([makeTicket("A")], { log: slow, models: silentModels(calls) });
    for (let turn = 0; turn < 50 && !isHeld; turn += 1) await new Promise(setImmediate);
    expect(isHeld).toBe(true);
    expect(calls).toHaveLength(0);
    disk.resolve();
    const { conductor, clock } = await begun;
    conductor.start();
    for (let turn = 0; turn < 50 && calls.length === 0; turn += 1) await new Promise(setImmediate);
    expect(calls).toHaveLength(1);
    const stopped = conductor.stop(10);
    clock.pass(10);
    await stopped;
  });

  it("C1 what came to nothing is not over before what made it so is on disk: else its duty would be begun again at once", async () => {
    const disk = gate();
    const slow = (log: EventLog): EventLog => ({
      ...log,
      append: async (batch) => {
        if (batch.records.some(({ event }) => event.type === "run.attended_changed")) await disk.promise;
        return log.append(batch);
      },
    });
    const { conductor } = await conducted([makeTicket("A")], { log: slow, models: silentModels([]) });
    const attended = !conductor.state().attended;
    const first = conductor.submit({ type: "run.set_attended", attended }, "person:ann");
    const second = conductor.submit({ type: "run.set_attended", attended }, "person:ann");
    expect(await Promise.race([second, new Promise((resolve) => setTimeout(resolve, 20, "late"))])).toBe("late");
    disk.resolve();
    await first;
    expect(await second).toMatchObject({ ok: true, records: [] });
    expect(conductor.state().attended).toBe(attended);
  });

  it("P9 a full disk is a pause: nothing is lost or begun, and it goes on by itself", async () => {
    let refusals = 0;
    let isFull = false;
    const filling = (log: EventLog): EventLog => ({
      ...log,
      append: (batch) => {
        if (!isFull) return log.append(batch);
        refusals += 1;
        return Promise.resolve({ kind: "disk_full", detail: "no room" });
      },
    });
    const tool = gate();
    const { conductor, clock, all } = await conducted([makeTicket("A"), makeTicket("B")], {
      log: filling,
      runTool: async () => {
        isFull = true;
        await tool.promise;
        return seen;
      },
    });
    const stalls: (string | null)[] = [];
    const stalled = gate();
    conductor.feed.subscribe((item) => {
      if (item.kind !== "stalled") return;
      stalls.push(item.detail);
      stalled.resolve();
    });
    conductor.start();
    tool.resolve();
    await stalled.promise;
    expect(all("tool.returned")).toHaveLength(0);
    clock.pass(10_000);
    await new Promise(setImmediate);
    expect(refusals).toBeGreaterThan(1);
    isFull = false;
    clock.pass(10_000);
    await conductor.done;
    expect(stalls).toEqual(["no room", null]);
    expect(conductor.state().counts.completed).toBe(2);
    expect(all("tool.returned")).toHaveLength(2);
  });

  it("P6 a process that lost the run to another stops and writes nothing more", async () => {
    const tool = gate();
    const stage = { runTool: async () => (await tool.promise, seen) };
    const first = await conducted([makeTicket("A")], stage);
    first.conductor.start();
    await first.once("tool.called");
    first.store.abandon(first.run);
    const opened = await first.store.open(first.run);
    if (!("log" in opened)) expect.fail("the run could not be taken over");
    const second = await adoptRun(makePorts({}, opened, first.clock), "second");
    tool.resolve();
    const done = await first.conductor.done;
    expect(done.kind === "fault" && done.error).toBeInstanceOf(Fault);
    expect(done.kind === "fault" && (done.error as Fault).code).toBe("lost_claim");
    second.conductor.start();
    await second.conductor.done;
    expect(second.conductor.state().ended?.outcome).toBe("completed");
  });

  it("C2 an aborted ticket's tool is cancelled, and its worktree goes only after the tool has ended", async () => {
    const order: string[] = [];
    const runTool: RunTool = (_call, signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          order.push("cancelled");
          setImmediate(() => {
            order.push("tool ended");
            resolve(seen);
          });
        });
      });
    const { conductor, once } = await conducted([makeTicket("A")], {
      runTool,
      config: { workspace: "git" },
      workspace: {
        prepare: () => Promise.resolve({ root: "/w", base: "b", branch: "x" }),
        find: () => Promise.resolve({ root: "/w", base: "b", branch: "x" }),
        merge: () => Promise.resolve({ kind: "published", commit: null, verified: "none" }),
        findMerged: () => Promise.resolve(undefined),
        diff: () => Promise.resolve({ patch: "", isCut: false, files: [], unread: [] }),
        diffLeft: () => Promise.resolve(undefined),
        dispose: () => {
          order.push("disposed");
          return Promise.resolve({});
        },
        tryPatch: () => Promise.resolve({ kind: "unfit", detail: "no patch here" }),
        survey: () => Promise.resolve({ files: [], read: () => Promise.resolve(undefined) }),
        head: () => Promise.resolve("b"),
        publish: () => Promise.resolve(),
      },
    });
    conductor.start();
    await once("tool.called");
    await new Promise(setImmediate);
    await conductor.submit({ type: "ticket.abort", ticket: "A" as TicketId, reason: "enough" }, "person:test");
    await conductor.done;
    expect(order).toEqual(["cancelled", "tool ended", "disposed"]);
    expect(conductor.state().ended?.outcome).toBe("cancelled");
  });

  it("L-04 an overloaded provider is tried again only when its time has come", async () => {
    const { conductor, clock, once, all } = await conducted([makeTicket("A")], {
      scenario: {
        tickets: {},
        default: [{ turns: [{ ...finishTurn, faults: [{ code: "overloaded" }, { code: "overloaded" }] }] }],
      },
    });
    conductor.start();
    const failed = await once("turn.failed");
    await new Promise(setImmediate);
    expect(all("turn.failed")).toHaveLength(1);
    expect(clock.next()).toBe(failed.retryAt);
    clock.pass((failed.retryAt ?? 0) - clock.now());
    const again = await once("turn.failed", (event) => event.try === 2);
    await new Promise(setImmediate);
    clock.pass((again.retryAt ?? 0) - clock.now());
    await conductor.done;
    expect(conductor.state().ended?.outcome).toBe("completed");
  });
});

describe("a resumed run", () => {
  it("E-03 goes on at the last recorded step, and an effectful step in flight is put to a person", async () => {
    const runs: string[] = [];
    const stuck: RunTool = (call) => {
      runs.push(call.tool);
      return new Promise(() => {});
    };
    const poke = { text: "Poking.", calls: [{ tool: "poke", args: { it: 1 } }] };
    const scenario = { tickets: {}, default: [{ turns: [poke, finishTurn] }] };
    const first = await conducted([makeTicket("A")], { scenario, runTool: stuck });
    first.conductor.start();
    await first.once("tool.called");
    await new Promise(setImmediate);
    first.store.abandon(first.run);
    const opened = await first.store.open(first.run);
    if (!("log" in opened)) expect.fail("the run could not be taken over");
    const again: RunTool = async (call) => (runs.push(`again ${call.tool}`), seen);
    const { conductor, adoption } = await adoptRun(
      makePorts({ scenario, runTool: again }, opened, first.clock),
      "second",
    );
    expect(adoption.unknown).toEqual(["A#1 turn 1 call 0"]);
    const second = watch(conductor);
    conductor.start();
    await new Promise(setImmediate);
    expect(runs).toEqual(["poke"]);
    const [approval] = [...conductor.state().approvals.values()];
    expect(approval?.gate).toBe("unknown");
    const answer = {
      type: "approval.answer",
      approval: approval?.id as ApprovalId,
      decision: "edit",
      reason: "",
      edited: "it was poked",
    } as const;
    await conductor.submit(answer, "person:test");
    await conductor.done;
    expect(runs).toEqual(["poke"]);
    expect(second.all("tool.returned").map((event) => event.output)).toEqual(["it was poked"]);
    expect(conductor.state().ended?.outcome).toBe("completed");
  });

  it("E-01 a pure step in flight is simply run again, told that it may have run", async () => {
    const first = await conducted([makeTicket("A")], { runTool: () => new Promise(() => {}) });
    first.conductor.start();
    await first.once("tool.called");
    first.store.abandon(first.run);
    const opened = await first.store.open(first.run);
    if (!("log" in opened)) expect.fail("the run could not be taken over");
    const repeats: boolean[] = [];
    const runTool: RunTool = async (call) => (repeats.push(call.repeat), seen);
    const { conductor } = await adoptRun(makePorts({ runTool }, opened, first.clock), "second");
    conductor.start();
    await conductor.done;
    expect(repeats).toEqual([true]);
  });
});

describe("a turn", () => {
  const replyWith = (replies: readonly Partial<ModelReply>[], requests: ModelRequest[]): Models => {
    const scripted = createScriptedModels(
      { tickets: {}, default: [{ turns: [] }] },
      { sleep: () => Promise.resolve() },
    );
    return {
      ...scripted,
      call: (request) => {
        requests.push(request);
        const reply = replies[requests.length - 1] ?? {};
        return Promise.resolve({
          kind: "reply",
          text: "",
          reasoning: "",
          calls: [],
          finish: "calls",
          usage: zeroUsage,
          ...reply,
        });
      },
    };
  };
  const finish = { id: "f", name: "finish", args: '{"outcome":"completed","summary":"done"}' };

  it("L-21 repeated and empty tool ids are made unique, each call runs once, results match", async () => {
    const requests: ModelRequest[] = [];
    const calls = ["x", "x", ""].map((id, place) => ({ id, name: "look", args: `{"n":${place}}` }));
    const ran: string[] = [];
    const { conductor } = await conducted([makeTicket("A")], {
      models: replyWith(
        [{ calls }, { calls: [{ id: "x", name: "look", args: '{"n":3}' }] }, { calls: [finish] }],
        requests,
      ),
      runTool: async (call) => (ran.push(call.args), { ok: true, output: call.args, changed: [] }),
    });
    conductor.start();
    await conductor.done;
    expect(ran).toEqual(['{"n":0}', '{"n":1}', '{"n":2}', '{"n":3}']);
    const sent = requests[2]?.messages.flatMap((message) => (message.role === "assistant" ? message.calls : [])) ?? [];
    const results = requests[2]?.messages.flatMap((message) => (message.role === "tool" ? message.results : [])) ?? [];
    expect(new Set(sent.map((call) => call.id)).size).toBe(4);
    expect(results.map((result) => [result.id, result.output])).toEqual(sent.map((call) => [call.id, call.args]));
  });

  it("L-15 an unknown or ungranted tool and broken arguments are answered, never run", async () => {
    const requests: ModelRequest[] = [];
    const ran: string[] = [];
    const bad = [
      { id: "1", name: "Look", args: "{}" },
      { id: "2", name: "hidden", args: "{}" },
      { id: "3", name: "look", args: '{"at":' },
    ];
    const { conductor, all } = await conducted([makeTicket("A")], {
      models: replyWith([{ calls: bad }, { calls: [finish] }], requests),
      runTool: async (call) => (ran.push(call.tool), seen),
    });
    conductor.start();
    await conductor.done;
    expect(ran).toEqual([]);
    expect(all("tool.refused").map((event) => event.by)).toEqual(["check", "check", "check"]);
    expect(conductor.state().ended?.outcome).toBe("completed");
  });

  it("L-16 a reply cut by the output limit runs none of its calls", async () => {
    const ran: string[] = [];
    const { conductor } = await conducted([makeTicket("A")], {
      models: replyWith(
        [{ finish: "length", calls: [{ id: "1", name: "look", args: "{}" }] }, { calls: [finish] }],
        [],
      ),
      runTool: async (call) => (ran.push(call.tool), seen),
    });
    conductor.start();
    await conductor.done;
    expect(ran).toEqual([]);
    expect(conductor.state().ended?.outcome).toBe("completed");
  });

  it("LOG long texts live beside the log and come back whole", async () => {
    const requests: ModelRequest[] = [];
    const long = "x".repeat(200_000);
    const { conductor, all } = await conducted([makeTicket("A")], {
      models: replyWith([{ calls: [{ id: "1", name: "look", args: "{}" }] }, { calls: [finish] }], requests),
      runTool: async () => ({ ok: true, output: long, changed: [] }),
    });
    conductor.start();
    await conductor.done;
    const [returned] = all("tool.returned");
    expect(returned?.output).toMatchObject({ bytes: 200_000 });
    const results = requests[1]?.messages.flatMap((message) => (message.role === "tool" ? message.results : [])) ?? [];
    expect(results[0]?.output).toBe(long);
  });

  it("CLI15 a run in which only a person could go on rests where none attends, and its question stays open", async () => {
    const { conductor } = await conducted([makeTicket("A"), makeTicket("B")], {
      config: { attended: true, trust: "step" },
    });
    const asked = [...conductor.state().approvals.keys()];
    expect(asked).toHaveLength(2);
    conductor.start();
    await conductor.submit({ type: "run.set_attended", attended: false }, "person:test");
    expect(await conductor.done).toEqual({ kind: "rested" });
    expect([...conductor.state().approvals.keys()]).toEqual(asked);
  });

  it("P10 stop lets a step under way end, starts nothing more, and leaves the run resumable", async () => {
    const tool = gate();
    const { conductor, once, all } = await conducted([makeTicket("A")], {
      scenario: { tickets: {}, default: [{ turns: [lookTurn, finishTurn] }] },
      runTool: async () => (await tool.promise, seen),
    });
    conductor.start();
    await once("tool.called");
    await new Promise(setImmediate);
    const stopped = conductor.stop(60_000);
    tool.resolve();
    await stopped;
    expect(await conductor.done).toEqual({ kind: "rested" });
    expect(all("tool.returned")).toHaveLength(1);
    expect(conductor.state().phase).toBe("running");
  });
});
