// Which prompt a worker's call was made with is on record with the call.

import { describe, expect, it } from "vitest";
import { bareRun, ladder, makeTicket, read, replied, toolDone } from "./story.ts";

const worker = { name: "worker", version: "3", hash: "h3" };
const writer = { name: "worker/writer", version: "3", hash: "hw" };
const prompts = [
  { ...worker, text: "Work." },
  { ...writer, text: "Work.\n\nBe brief." },
];
const kind = (name: string) => ({
  name,
  tier: 3 as const,
  models: ladder,
  trust: "auto" as const,
  tools: [],
  prompt: "",
});

describe("the prompt of a worker's turn", () => {
  it("PROMPT3 each turn names the prompt of its archetype by version and hash, the first and every other", () => {
    const tickets = [makeTicket("A"), makeTicket("B", { archetype: "writer" })];
    const story = bareRun(tickets, { prompts, archetypes: [kind("coder"), kind("writer")] });
    const promptsOf = (events: typeof story.events) =>
      events.flatMap((event) => (event.type === "turn.started" ? [[event.ticket, event.prompt]] : []));
    expect(promptsOf(story.events)).toEqual([
      ["A", worker],
      ["B", writer],
    ]);
    const next = story.when(replied("B#1/1", [read])).when(toolDone("B#1/1.0"));
    expect(next.the("turn.started").prompt).toEqual(writer);
  });

  it("PROMPT3 a run that recorded no prompts names none", () => {
    expect(bareRun(["A"]).the("turn.started")).not.toHaveProperty("prompt");
  });
});
