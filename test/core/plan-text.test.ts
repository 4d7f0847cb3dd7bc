// The plan as a person reads it before signing.

import { describe, expect, it } from "vitest";
import { longestPathOf, planInWords, planOverview } from "../../src/core/plan-text.ts";
import type { Track } from "../../src/domain/plan.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { makeTicket } from "./story.ts";

const track = (id: string, dependsOn: string[] = []): Track => ({
  id,
  title: `Track ${id}`,
  brief: "b",
  dependsOn,
  modules: [],
  severity: "low",
  persona: "p",
});

const tickets = [
  { ...makeTicket("A"), track: "core" },
  { ...makeTicket("B: A"), track: "core", weight: 5 },
  { ...makeTicket("C: A"), track: "shop" },
  { ...makeTicket("D: B C"), track: "shop" },
];
const tracks = [track("core"), track("shop", ["core"])];

describe("the plan in words", () => {
  it("EPIC15 names each track with its tickets, what each waits for, and the longest path", () => {
    const words = planOverview({ tracks, tickets }).join("\n");
    expect(words).toMatch(/^2 tracks, 4 tickets\./);
    expect(words).toMatch(
      /core: Track core\n {2}A .*\n {2}B .*<- A\n\nshop: Track shop \(builds on core\)\n {2}C .*<- A\n {2}D .*<- B, C/,
    );
    expect(words).toContain("Longest path, 3 tickets: A > B > D");
  });

  it("EPIC15 A-57 leaves nothing out of what is signed", () => {
    const whole = {
      ...makeTicket("Z"),
      description: "Line one\n\nlast line",
      targetFile: "src/z.ts",
      contextFiles: ["docs/z.md"],
      touches: ["src/z*"],
      verify: ["npm test", ["node", "--test"]],
      models: ["a/b" as never],
      archetype: "tester",
      trust: "step" as const,
      weight: 3,
      startRung: 2,
      dependsOn: ["A" as TicketId],
    };
    const words = planInWords({ tracks: null, tickets: [makeTicket("A"), whole] });
    for (const said of [
      "last line",
      "src/z.ts",
      "docs/z.md",
      "src/z*",
      'npm test, ["node","--test"]',
      "a/b",
      "tester",
      "trust: step",
      "weight: 3",
      "first rung: 2",
      "waits for: A",
    ])
      expect(words).toContain(said);
  });

  it("EPIC15 of an unsound plan has no longest path and is still read", () => {
    const ring = [makeTicket("A: B"), makeTicket("B: A")];
    expect(longestPathOf(ring)).toEqual([]);
    expect(planInWords({ tracks: null, tickets: ring })).toContain("<- B");
    expect(planInWords({ tracks: null, tickets: [] })).toContain("0 tickets");
  });

  it("EPIC15 a chain of 5,000 tickets is walked without recursion", () => {
    const chain = Array.from({ length: 5_000 }, (_, n) => makeTicket(n === 0 ? "T0" : `T${n}: T${n - 1}`));
    expect(longestPathOf(chain)).toHaveLength(5_000);
  });
});
