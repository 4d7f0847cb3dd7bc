// The repository as planning sees it: git's own objects, without a checkout.

import { readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { git, makeRepository, openRoom, work, mergeTicket, writeFiles } from "./support.ts";

describe("a survey", () => {
  it("WS15 gives the head's regular files and their text; no link, nothing binary, nothing too large", async () => {
    const repo = makeRepository();
    writeFiles(repo, {
      "docs/a b\n.md": "words\n",
      "bin.dat": new Uint8Array([0, 1, 0xff]),
      "big.txt": "x".repeat(2_000),
    });
    symlinkSync("/etc/passwd", join(repo, "link.md"));
    git(repo, "add", "--all");
    git(repo, "commit", "--quiet", "--message", "more");
    const room = await openRoom(repo);
    const survey = await room.workspace.survey();
    const paths = survey.files.map(({ path }) => path);
    expect(paths).toEqual(expect.arrayContaining(["README.md", "docs/a b\n.md", "bin.dat", "big.txt"]));
    expect(paths).not.toContain("link.md");
    expect(await survey.read("docs/a b\n.md", 1_000)).toBe("words\n");
    for (const path of ["bin.dat", "big.txt", "link.md", "../outside", "nowhere"])
      expect(await survey.read(path, 1_000)).toBeUndefined();
  });

  it("WS15 follows the integration branch, and leaves no folder behind", async () => {
    const room = await openRoom();
    await work(room, "T1", 0, { "src/new.txt": "new\n" });
    const before = readdirSync(join(room.dir, "worktrees"));
    expect(await (await room.workspace.survey()).read("src/new.txt", 100)).toBeUndefined();
    await mergeTicket(room, "T1", 0);
    expect(await (await room.workspace.survey()).read("src/new.txt", 100)).toBe("new\n");
    expect(readdirSync(join(room.dir, "worktrees"))).toEqual(before);
  });
});
