// What of a run's records becomes a recording.

import { describe, expect, it } from "vitest";
import { parseRecording } from "../../src/domain/recording.ts";
import { recordingOf } from "../../src/views/recording.ts";
import { plannedStory } from "../core/planned-story.ts";
import { replannedStory } from "../core/replanned-story.ts";

describe("recordingOf", () => {
  it("REC1 a planned run: every answer of the tiers at its round, every fault at its try, the person's plan at its gate", () => {
    const recording = recordingOf(plannedStory().records);
    expect(recording?.tickets).toEqual([]);
    expect(recording?.scenario.consults?.["tracks"]).toMatchObject([
      { text: "Here is my plan: ...", faults: [{ code: "overloaded", retryAfterMs: 0 }] },
      { text: expect.stringContaining('"tracks"') },
    ]);
    expect(Object.keys(recording?.scenario.consults ?? {})).toEqual(["tracks", "tickets:core", "tickets:shop"]);
    expect(recording?.answers).toMatchObject([{ gate: "plan", ticket: null, decision: "edit", edited: "[...]" }]);
    expect(parseRecording(JSON.stringify(recording))).toEqual({ ok: true, recording });
  });

  it("REC3 a patch of tier 2 is played with the answer that let it in; a person's own is said", () => {
    const recording = recordingOf(replannedStory().records);
    expect(recording?.answers.map(({ gate }) => gate)).toContain("plan");
    // The second patch of this story is a person's own.
    expect(recording?.notes).toEqual([expect.stringMatching(/^plan\.patched \(record \d+\) is not played again$/)]);
  });

  it("REC1 a log without a first record is none", () => {
    expect(recordingOf([])).toBeUndefined();
  });
});
