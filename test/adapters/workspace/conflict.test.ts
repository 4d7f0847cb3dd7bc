// Two tickets that cannot both be merged as they are: the second is told why, the branch stays whole.

import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { MergeOutcome, PreparedAttempt } from "../../../src/engine/ports.ts";
import { capText, cutHunks } from "../../../src/adapters/workspace/conflict-brief.ts";
import {
  attemptOf,
  integration,
  makeRepository,
  mergeTicket,
  openRoom,
  ownGit,
  work,
  writeFiles,
  type Files,
  type Room,
} from "./support.ts";

type Change = Files | ((at: PreparedAttempt) => void);

const lines = (n: number, changed: Record<number, string> = {}): string =>
  Array.from({ length: n }, (_, at) => `${changed[at + 1] ?? at + 1}\n`).join("");

const base: Files = {
  "f.txt": lines(20),
  "g.txt": lines(30),
  bin: Buffer.from([0, 1, 2]),
  "tool.sh": "echo\n",
  "dir/x": "x\n",
};

async function clash(first: Change, second: Change): Promise<{ room: Room; outcome: MergeOutcome; before: string }> {
  const room = await openRoom(makeRepository(base));
  await work(room, "A", 0, first);
  await work(room, "B", 1, second);
  await mergeTicket(room, "A", 0);
  const before = await room.workspace.head();
  return { room, outcome: await mergeTicket(room, "B", 1), before };
}

const move = (from: string, to: string) => (at: PreparedAttempt) => renameSync(join(at.root, from), join(at.root, to));

const cases: readonly [string, Change, Change, readonly string[]][] = [
  [
    "the same line changed twice",
    { "f.txt": lines(20, { 10: "ten" }) },
    { "f.txt": lines(20, { 10: "TEN" }) },
    ["f.txt"],
  ],
  ["rename/rename", move("g.txt", "g1.txt"), move("g.txt", "g2.txt"), ["g.txt", "g1.txt", "g2.txt"]],
  ["binary", { bin: Buffer.from([0, 1, 3]) }, { bin: Buffer.from([0, 1, 4]) }, ["bin"]],
  ["both added", { "new.txt": "one\n" }, { "new.txt": "two\n" }, ["new.txt"]],
  [
    "modified and deleted",
    { "f.txt": lines(20, { 3: "three" }) },
    ({ root }) => rmSync(join(root, "f.txt")),
    ["f.txt"],
  ],
  [
    "file and link",
    { "f.txt": lines(20, { 1: "one" }) },
    ({ root }) => {
      rmSync(join(root, "f.txt"));
      symlinkSync("g.txt", join(root, "f.txt"));
    },
    ["f.txt"],
  ],
];

describe("G-04 conflicts", () => {
  it.each(cases)("WS6 %s: told with its files, nothing half merged", async (_, first, second, files) => {
    const { room, outcome, before } = await clash(first, second);
    expect(outcome.kind).toBe("conflict");
    if (outcome.kind !== "conflict") return;
    expect(outcome.files.filter((path) => !path.includes("~"))).toEqual(
      expect.arrayContaining([...files].filter((path) => path !== "g.txt")),
    );
    expect(outcome.detail).toContain("CONFLICT");
    expect(outcome.patch).toContain("diff --git");
    expect(await room.workspace.head()).toBe(before);
    expect(() => ownGit(room, "grep", "-e", "^<<<<<<<", integration)).toThrow();
  });

  it("WS6 the brief shows the conflicting lines with both sides by name, and the attempt's own diff", async () => {
    const { outcome, before } = await clash(
      { "f.txt": lines(20, { 10: "ten" }) },
      { "f.txt": lines(20, { 10: "TEN" }) },
    );
    if (outcome.kind !== "conflict") throw new Error(outcome.kind);
    expect(outcome.detail).toContain("--- f.txt\n7\n8\n9\n<<<<<<< integration branch\nten\n|||||||");
    expect(outcome.detail).toContain("=======\nTEN\n>>>>>>> this attempt\n11\n12\n13");
    expect(outcome.detail).not.toContain(before);
    expect(outcome.patch).toContain("-10\n+TEN");
  });

  it("a mode change against a text change is no conflict and keeps both", async () => {
    const { room, outcome } = await clash({ "tool.sh": "echo hi\n" }, ({ root }) =>
      chmodSync(join(root, "tool.sh"), 0o755),
    );
    expect(outcome).toMatchObject({ kind: "published", verified: "merged" });
    expect(ownGit(room, "ls-tree", integration, "tool.sh")).toContain("100755");
    expect(ownGit(room, "show", `${integration}:tool.sh`)).toBe("echo hi");
  });

  it("a file against a folder of the same name", async () => {
    const { outcome } = await clash({ new: "file\n" }, ({ root }) => {
      mkdirSync(join(root, "new"));
      writeFiles(root, { "new/inner": "x\n" });
    });
    expect(outcome.kind).toBe("conflict");
  });

  it("a conflict over a name with a line break is told whole", async () => {
    const name = "odd\n<<<<<<< name";
    const { outcome } = await clash({ [name]: "one\n" }, { [name]: "two\n" });
    expect(outcome).toMatchObject({ kind: "conflict", files: [name] });
  });

  it("an attempt that resolves the conflict on the new head is published", async () => {
    const { room } = await clash({ "f.txt": lines(20, { 10: "ten" }) }, { "f.txt": lines(20, { 10: "TEN" }) });
    const again = await room.workspace.prepare(attemptOf("B", 2), 1);
    writeFiles(again.root, { "f.txt": lines(20, { 10: "ten TEN" }) });
    expect(await mergeTicket(room, "B", 1, { attempt: 2 })).toMatchObject({ kind: "published", verified: "attempt" });
  });

  it("WS6 a very large conflict is cut and says so", async () => {
    const long = (word: string): string => `${word.repeat(40)}\n`.repeat(4_000);
    const { outcome } = await clash({ "f.txt": long("a") }, { "f.txt": long("b") });
    if (outcome.kind !== "conflict") throw new Error(outcome.kind);
    expect(outcome.detail.length).toBeLessThan(17_000);
    expect(outcome.detail).toContain("[cut: the conflict is longer than 16384 bytes]");
    expect(outcome.patch.length).toBeLessThan(66_000);
    expect(outcome.patch).toContain("[cut: the attempt's diff is longer than 65536 bytes]");
  });
});

describe("conflict text", () => {
  it("hunks are shown with three lines around and a gap between", () => {
    const text = [
      "1",
      "2",
      "3",
      "4",
      "<<<<<<< a",
      "x",
      "=======",
      "y",
      ">>>>>>> b",
      "5",
      "6",
      "7",
      "8",
      "9",
      "<<<<<<< a",
      ">>>>>>> b",
    ].join("\n");
    expect(cutHunks(text).split("\n")).toEqual([
      "2",
      "3",
      "4",
      "<<<<<<< a",
      "x",
      "=======",
      "y",
      ">>>>>>> b",
      "5",
      "6",
      "7",
      "8",
      "9",
      "<<<<<<< a",
      ">>>>>>> b",
    ]);
    expect(cutHunks("no\nmarkers")).toBe("");
  });

  it("a cut falls between lines", () => {
    expect(capText("one\ntwo\nthree\n", 9, "it")).toBe("one\ntwo\n[cut: it is longer than 9 bytes]\n");
    expect(capText("short", 9, "it")).toBe("short");
  });
});
