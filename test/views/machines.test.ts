// Machines in words.

import { describe, expect, it } from "vitest";
import {
  drainConsequences,
  heardInWords,
  loadInWords,
  machineInWords,
  memoryInWords,
  roomInWords,
  standingOf,
  stepInWords,
  wayToMachines,
} from "../../src/views/machines.ts";
import { statusLines } from "../../src/cli/status-lines.ts";
import type { RunId, TicketId } from "../../src/domain/ids.ts";
import { boardOf } from "../../src/views/board.ts";
import { tellStory } from "../../src/views/tell-story.ts";
import { emptyStory } from "../../src/views/worker-entries.ts";
import { failed, gitRun, prepared } from "../core/story.ts";

const work = { run: "run_0000000000000001" as RunId, ticket: "A", attempt: 1, step: null };

describe("the machine of an attempt", () => {
  const far = { host: "build-1", id: "build-1-aaaaaaaa" };
  const story = gitRun(["A", "B"])
    .when({ ...prepared("A#1"), machine: far } as ReturnType<typeof prepared>)
    .when(prepared("B#1"));

  it("MVW9 is on the board and in the status while the attempt stands, and in its story ever after", () => {
    const machinesOf = ({ state }: Pick<typeof story, "state">): unknown =>
      boardOf(state).tickets.map(({ machine }) => machine);
    expect(machinesOf(story)).toEqual([far, null]);
    const [a, b] = statusLines({ board: boardOf(story.state), now: 0, isConducted: true }).slice(-2);
    expect(a).toMatch(/; began on build-1-aaaaaaaa$/);
    expect(b).not.toContain("began on");
    const next = story.when(failed("A#1", "timeout"));
    expect(machinesOf(next)).toEqual([null, null]);
    const told = tellStory(emptyStory("A" as TicketId), next.records);
    expect(told.attempts.map(({ attempt, machine }) => [attempt, machine])).toEqual([
      [1, far],
      [2, null],
    ]);
  });

  it("MVW9 is named by its id, with its host where the id does not begin with it, and never hides a character", () => {
    expect(machineInWords(far)).toBe("build-1-aaaaaaaa");
    expect(machineInWords({ host: "Mara's computer", id: "maras-bbbbbbbb" })).toBe("maras-bbbbbbbb (Mara's computer)");
    expect(machineInWords({ host: "a\u202eb", id: "x" })).not.toContain("\u202e");
  });
});

describe("a machine in words", () => {
  it("MVW7 says what it does by the duty it is busy with", () => {
    const told = ["prepare:0001-1", "turn:0001-1/3~1", "tool:0001-1/3.0", "verify:0001-1~1", "merge:0001-1", "odd:1"];
    expect(told.map((step) => stepInWords({ step }))).toEqual([
      "makes its workspace ready",
      "waits for its model",
      "runs a tool",
      "runs its checks",
      "merges",
      "is at work",
    ]);
    expect(stepInWords({ step: null })).toBe("is between two steps");
  });

  it("MVW7 tells an older protocol, a newer one and another version apart", () => {
    const own = { version: "1.2.0", protocol: 2 };
    const standings = [
      { version: "1.2.0", protocol: 2 },
      { version: "1.1.0", protocol: 2 },
      { version: "1.1.0", protocol: 1 },
      { version: "1.3.0", protocol: 3 },
    ].map((machine) => standingOf(machine, own));
    expect(standings).toEqual(["same", "other", "older", "newer"]);
  });

  it("MVW7 gives room, load, memory and silence with their units", () => {
    expect(roomInWords({ working: [work], capacity: 4 })).toBe("1 of 4 attempts");
    expect(roomInWords({ working: [], capacity: 1 })).toBe("0 of 1 attempt");
    expect(loadInWords({ load: 1.26, processors: 8 })).toBe("1.3 on 8 processors");
    expect(memoryInWords({ memory: { free: 1.5 * 1024 ** 3, all: 16 * 1024 ** 3 } })).toBe("1.5 of 16 GiB free");
    expect([heardInWords(900), heardInWords(7_400)]).toEqual(["just now", "7 s ago"]);
  });

  it("MVW7 MVW8 says what becomes of its attempts before it is drained, and how to have machines", () => {
    expect(drainConsequences({ working: [] })).toMatch(/^It takes no more attempts\. Then its process ends/);
    expect(drainConsequences({ working: [work] })).toMatch(/Its attempt ends its step/);
    expect(drainConsequences({ working: [work, work] })).toMatch(/Its 2 attempts end their step/);
    expect(wayToMachines({ store: null }).command).toContain("redis://<host>:6379");
    expect(wayToMachines({ store: "redis://s:1/0" }).command).toBe("tutti worker --store redis://s:1/0");
  });
});
