// What a person's webhook is told of a run.

import { describe, expect, it } from "vitest";
import { parseTuttiFile } from "../../src/domain/project-config.ts";
import { parseUserConfig } from "../../src/domain/user-config.ts";
import { endedNews, pausedNews, waitingNews } from "../../src/views/webhook-news.ts";
import { bareRun, command, complete, open, replied, trusted } from "../core/story.ts";

describe("what a webhook is told", () => {
  it("NOTIFY1 are the questions that are new and still open, one line each, and how many there are in all", () => {
    const story = bareRun(["A", "B"], { ...trusted("ask"), title: "Story\u202E two\nlines" })
      .when(replied("A#1/1", [command()], { text: "A SECRET THOUGHT" }))
      .when(replied("B#1/1", [command()]));
    const news = waitingNews(story.state, new Set([open(story)]));
    expect(news).toMatchObject({ run: story.state.run, project: "project", waiting: 2 });
    expect(news?.questions).toEqual([
      { approval: open(story), gate: "call", ticket: "A", asks: expect.stringMatching(/^May it run .+\?$/) },
    ]);
    expect(news?.title).not.toMatch(/[\u202E\n]/u);
    expect(JSON.stringify(news)).not.toContain("SECRET THOUGHT");
    expect(waitingNews(story.state, new Set(["A99"]))).toBeNull();
  });

  it("NOTIFY1 is why it pauses for its person, and how it ended; of a run that goes on, no end", () => {
    const story = bareRun(["A"], trusted("auto"));
    expect(pausedNews(story.state, "no key\nfor alpha")).toMatchObject({ project: "project" });
    expect(pausedNews(story.state, "x".repeat(999)).reason.length).toBeLessThanOrEqual(300);
    expect(endedNews(story.state)).toBeNull();
    expect(endedNews(complete(story, "A#1").state)).toMatchObject({ outcome: "completed", completed: 1, tickets: 1 });
  });
});

describe("where the webhook is named", () => {
  const parse = (notify: unknown) => parseUserConfig({ notify });

  it("NOTIFY2 is the person's own file alone: https, or http to this machine, the secret a reference", () => {
    for (const webhook of ["https://a.example/x?y=1", "http://127.0.0.1:9/x", "http://localhost:9", "http://[::1]:9/"])
      expect(parse({ webhook })).toMatchObject({ ok: true, value: { notify: { webhook } } });
    expect(parse({ webhook: "https://a.example", secret: "env:HOOK" })).toMatchObject({
      ok: true,
      value: { notify: { secret: "env:HOOK" } },
    });
    const bad = [
      "http://a.example",
      "ftp://127.0.0.1",
      "https://u:p@a.example",
      "https://a.example/#x",
      "a.example",
      7,
    ];
    for (const webhook of bad) expect(parse({ webhook }).ok).toBe(false);
    expect(parse({ webhook: "https://a.example", secret: "plain" }).ok).toBe(false);
    expect(parse({ secret: "env:HOOK" }).ok).toBe(false);
    expect(parseTuttiFile({ notify: { webhook: "https://a.example" } }).ok).toBe(false);
  });
});
