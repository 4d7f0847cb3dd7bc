// A run's status and streams under the earlier system's names.

import { describe, expect, it } from "vitest";
import type { Recorded } from "../../src/domain/event.ts";
import type { ConsultId, TicketId } from "../../src/domain/ids.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import { mmaStatusOf } from "../../src/views/mma-status.ts";
import { createStreamTexts } from "../../src/views/stream-texts.ts";
import { abortTicket, bareRun, command, complete, finish, read, replied, toolDone } from "../core/story.ts";
import type { Taken } from "../support/given.ts";

const streamsOf = (story: Taken): Readonly<Record<string, string>> => {
  const streams = createStreamTexts();
  for (const recorded of story.records) streams.take(recorded);
  return streams.read();
};
const statusOf = (story: Taken): ReturnType<typeof mmaStatusOf> => mmaStatusOf(story.state, streamsOf(story));

describe("the status under the earlier names", () => {
  it("MMA1 A-82 A-83 A-84 tells who is active, the track and its tickets, and how it ended", () => {
    const story = bareRun(["A", "B: A"], { trust: "ask" });
    expect(statusOf(story)).toMatchObject({
      mma_status: "running",
      active_tier: "Tier 3 (Worker): A",
      track: { id: story.state.run, title: story.state.config?.title },
      tickets: [
        { id: "A", status: "running" },
        { id: "B", status: "pending", depends_on: ["A"] },
      ],
      tier_usage: { "Tier 3": { input: 0 } },
    });
    const held = story.when(replied("A#1/1", [command()]));
    expect(statusOf(held)).toMatchObject({ active_tier: "Awaiting Approval: A", pending_tool_approval: true });
    const done = complete(complete(story, "A#1"), "B#1");
    expect(statusOf(done)).toMatchObject({ mma_status: "done", active_tier: null });
    expect(statusOf(story.when(abortTicket("A")))).toMatchObject({ mma_status: "blocked", active_tier: null });
  });

  it("MMA1 A-170 the three kinds of approvals are three flags", () => {
    const flags = (story: Taken): readonly boolean[] => {
      const status = statusOf(story);
      return [status.pending_tool_approval, status.pending_step_approval, status.pending_spawn_approval];
    };
    expect(flags(bareRun(["A"], { trust: "auto" }))).toEqual([false, false, false]);
    expect(flags(bareRun(["A"], { trust: "step" }))).toEqual([false, false, true]);
    const held = bareRun(["A"], { trust: "ask" }).when(replied("A#1/1", [command()]));
    expect(flags(held)).toEqual([true, false, false]);
    expect(flags(held.when({ type: "run.set_trust", trust: "step" }))).toEqual([false, true, false]);
  });
});

describe("the streams under the earlier names", () => {
  it("MMA2 A-135 A-138 A-139 A-145 a worker's has its words, its calls, and what they gave, cut", () => {
    const story = bareRun(["A"], { trust: "auto" })
      .when(replied("A#1/1", [read], { text: "I look." }))
      .when(toolDone("A#1/1.0", `${"x".repeat(500)}tail`))
      .when(replied("A#1/2", [finish()], { text: "Done." }));
    expect(streamsOf(story)).toEqual({
      "Tier 3 (Worker): A": [
        "I look.",
        '[TOOL CALL] read\n{"path":"a.ts"}',
        `[TOOL RESULT]\n${"x".repeat(500)}... (truncated)`,
        "Done.",
      ].join("\n"),
    });
  });

  const recorded = (event: Recorded["event"]): Recorded => ({ seq: 1, at: 0, by: "engine", event });
  const reply = (ticket: string, text: string): Recorded =>
    recorded({
      type: "turn.replied",
      ticket: ticket as TicketId,
      attempt: 1,
      turn: 1,
      text,
      calls: [],
      finish: "stop",
      usage: zeroUsage,
      ms: 1,
    });

  it("MMA2 A-144 tiers that are asked have theirs", () => {
    const consult = "C1" as ConsultId;
    const streams = createStreamTexts();
    const prompt = { name: "tracks", digest: "0" } as never;
    streams.take(
      recorded({ type: "consult.started", consult, purpose: "tracks", tier: 1, model: "a/b" as never, prompt }),
    );
    streams.take(
      recorded({ type: "consult.replied", consult, round: 1, try: 1, input: "?", text: "[]", usage: zeroUsage, ms: 1 }),
    );
    expect(streams.read()).toEqual({ "Tier 1 (Orchestrator)": "[]" });
  });

  it("MMA2 what is kept is bounded: the end of a long text, the streams that grew last", () => {
    const streams = createStreamTexts({ streams: 2, characters: 20 });
    for (const [ticket, text] of [
      ["A", "first line"],
      ["B", "b"],
      ["A", "second\nthird"],
      ["C", "c".repeat(30)],
    ] as const)
      streams.take(reply(ticket, text));
    expect(streams.read()).toEqual({ "Tier 3 (Worker): A": "second\nthird", "Tier 3 (Worker): C": "c".repeat(20) });
  });

  it("MMA2 of a text that lies beside the log its beginning is shown", () => {
    const streams = createStreamTexts();
    streams.take({
      ...reply("A", ""),
      event: { ...reply("A", "").event, text: { blob: "0".repeat(64), bytes: 9, head: "Begin" } } as never,
    });
    expect(streams.read()).toEqual({ "Tier 3 (Worker): A": "Begin... (truncated)" });
  });
});
