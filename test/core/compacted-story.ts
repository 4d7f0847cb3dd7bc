// The words in which stories of long conversations are told: turns that read much, on a model with a small window.

import type { RunConfig } from "../../src/domain/config.ts";
import type { Digest } from "../../src/domain/ids.ts";
import type { Text } from "../../src/domain/text.ts";
import type { ToolCall } from "../../src/domain/tool.ts";
import { zeroUsage, type Usage } from "../../src/domain/usage.ts";
import type { Taken } from "../support/given.ts";
import { bareRun, finish, ladder, mara, replied, toolDone, turnFailed } from "./story.ts";

export const cards = (window: number | null): Pick<RunConfig, "cards"> => ({
  cards: Object.fromEntries(ladder.map((id) => [id, { price: null, window }])),
});

export const readOf = (path: string): ToolCall => ({
  id: `read ${path}`,
  tool: "read",
  args: JSON.stringify({ path }),
  class: "pure",
});

export const writeOf = (path: string, content: string): ToolCall => ({
  id: `write ${path}`,
  tool: "write",
  args: JSON.stringify({ path, content }),
  class: "idempotent",
});

/** So long that it lies beside the log. */
export const stored = (bytes: number, head = "The beginning of a long text."): Text => ({
  blob: "0".repeat(64) as Digest,
  bytes,
  head,
});

export const words = (characters: number): string =>
  "many words ".repeat(Math.ceil(characters / 11)).slice(0, characters);

export const counted = (input: number): Usage => ({ ...zeroUsage, input });

/** One turn of A that reads a file of so many characters. */
export const reading = (story: Taken, turn: number, characters = 4_000): Taken =>
  story
    .when(replied(`A#1/${turn}`, [readOf(`src/${turn}.ts`)], { echo: `"signature ${turn}"` }))
    .when(toolDone(`A#1/${turn}.0`, words(characters)));

/** Turns 1 to `turns` of A, each with a file of 4,000 characters: about 1,000 tokens. */
export function readingRun(turns: number, changes: Partial<RunConfig> = {}): Taken {
  let story = bareRun(["A"], changes);
  for (let turn = 1; turn <= turns; turn += 1) story = reading(story, turn);
  return story;
}

/** A run that meets every compaction: of itself, by hand, and after a provider found the conversation too long. */
export function compactedStory(): Taken {
  const filled = readingRun(7, cards(8_000));
  const late = reading(filled, 8).when({ type: "context.compact", ticket: "A" as never }, mara);
  const more = reading(late, 9);
  const again = more.when(turnFailed("A#1/10", "context_overflow"));
  return again.when(replied("A#1/10", [finish()], { try: 2 }));
}
