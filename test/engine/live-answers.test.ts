// What agents and planners say while they answer: on the feed as it comes, and over when their call is.

import { describe, expect, it } from "vitest";
import { keepLiveTexts } from "../../src/engine/live-texts.ts";
import type { FeedItem } from "../../src/engine/feed.ts";
import { zeroUsage } from "../../src/domain/usage.ts";
import type { Models } from "../../src/engine/ports.ts";
import { agreeing, deliberating, done, says, write } from "../support/deliberating.ts";

type Delta = Extract<FeedItem, { kind: "answer_delta" }>;

describe("answers under way", () => {
  it("STREAM30 every word of every cycle is on the feed while its call is under way, under its consult, and none afterwards", async () => {
    const run = await deliberating({
      consults: {
        ...agreeing,
        "deliberate:BETA": [
          says({ entries: [write("solutions", "b")] }, { reasoning: "Let me think.", chunks: 5, chunkMs: 100 }),
          ...(agreeing["deliberate:BETA"] ?? []).slice(1),
        ],
      },
    });
    const { feed } = run.conductor;
    const live = keepLiveTexts(feed);
    const said = new Map<string, string>();
    const wrong: string[] = [];
    feed.subscribe((item) => {
      if (item.kind === "answer_delta") {
        const { consult, round, try: count } = item.ref;
        const key = `${consult}/${round}/${count} ${item.delta.kind}`;
        said.set(key, `${said.get(key) ?? ""}${item.delta.text}`);
        const own = live.answers().find((each) => each.consult === consult);
        if (own?.[item.delta.kind] !== said.get(key)) wrong.push(key);
      } else if (item.kind === "recorded" && item.recorded.event.type === "consult.replied") {
        const { consult } = item.recorded.event;
        if (live.answers().some((each) => each.consult === consult)) wrong.push(`${consult} is over`);
      }
    });
    await run.drive();
    const replies = run.all("consult.replied");
    expect(replies.length).toBeGreaterThan(4);
    for (const { consult, round, try: count, text } of replies)
      expect(said.get(`${consult}/${round}/${count} text`)).toBe(text);
    expect([...said.values()]).toContain("Let me think.");
    expect(wrong).toEqual([]);
    expect(live.answers()).toEqual([]);
  });

  it("STREAM30 what a call says after it was cut off is told to nobody", async () => {
    const late: (() => void)[] = [];
    const run = await deliberating({
      consults: { ...agreeing, "deliberate:ALPHA": [done], "deliberate:BETA": [done] },
      models: (models): Models => ({
        ...models,
        call: (request, hooks) => {
          if (late.length === 2) return models.call(request, hooks);
          late.push(() => hooks.onDelta({ kind: "text", text: "too late" }));
          return new Promise((resolve) =>
            hooks.signal.addEventListener("abort", () => resolve({ kind: "cancelled", usage: zeroUsage }), {
              once: true,
            }),
          );
        },
      }),
    });
    const told: Delta[] = [];
    run.conductor.feed.subscribe((item) => void (item.kind === "answer_delta" && told.push(item)));
    const live = keepLiveTexts(run.conductor.feed);
    run.conductor.start();
    for (let turn = 0; late.length < 2 && turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    for (const say of late) say();
    expect(told.map(({ delta }) => delta.text)).toEqual(["too late", "too late"]);
    await run.conductor.submit({ type: "run.abort", reason: "enough" }, "person:test");
    await run.drive();
    const before = told.length;
    for (const say of late) say();
    expect(told).toHaveLength(before);
    expect(live.answers()).toEqual([]);
  });
});
