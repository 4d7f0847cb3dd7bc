// Paths stay inside the root, whatever they are called and whatever lies on the way.

import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isRefused, locate, openFile, parsePath } from "../../src/adapters/confine.ts";
import { createTempFolder } from "./temp-folder.ts";

const newRoot = createTempFolder();

/** A root with a neighbour whose name begins like it, and every kind of link. */
function makeTrap(): { readonly root: string; readonly outside: string } {
  const root = newRoot({ "src/a.ts": "a", "node_modules/p/index.js": "p" });
  const outside = `${root}-evil`;
  mkdirSync(outside);
  writeFileSync(join(outside, "canary"), "canary-0815");
  symlinkSync(join(outside, "canary"), join(root, "file-out"));
  symlinkSync(outside, join(root, "folder-out"));
  symlinkSync("../repo-evil", join(root, "relative-out"));
  symlinkSync(join(outside, "new"), join(root, "dangling"));
  symlinkSync("loop-b", join(root, "loop-a"));
  symlinkSync("loop-a", join(root, "loop-b"));
  symlinkSync("src", join(root, "inside"));
  symlinkSync("folder-out", join(root, "chain"));
  linkSync(join(outside, "canary"), join(root, "hard"));
  linkSync(join(outside, "canary"), join(root, "node_modules/p/hard"));
  execFileSync("mkfifo", [join(root, "fifo")]);
  symlinkSync("/dev/zero", join(root, "zero"));
  symlinkSync("/proc/self/environ", join(root, "environ"));
  return { root, outside };
}

describe("locate", () => {
  const trap = makeTrap();
  it.each([
    ["A-19", `${trap.root}-evil/canary`],
    ["A-19", `${trap.root}/../repo-evil/canary`],
    ["A-19", "../repo-evil/canary"],
    ["A-19", "src/../../repo-evil/canary"],
    ["A-19", "./..//repo-evil"],
    ["A-19", "/etc/passwd"],
    ["A-23", "/proc/self/environ"],
    ["A-23", "/dev/zero"],
    ["A-23", "zero"],
    ["A-23", "environ"],
    ["A-16", "file-out"],
    ["A-16", "folder-out/canary"],
    ["A-16", "relative-out/canary"],
    ["A-16", "chain/canary"],
    ["A-17", "folder-out/new"],
    ["A-17", "folder-out/deep/new"],
    ["A-17", "dangling"],
    ["A-16", "loop-a"],
    ["A-16", "src/a.ts/x"],
    ["L-14", "x\0y"],
    ["L-14", "\ud800"],
    ["L-14", "a".repeat(5_000)],
    ["L-14", "a".repeat(256)],
  ])("TOOL2 %s %j is refused with the reason", async (_, path) => {
    expect(await locate(trap.root, path)).toMatchObject({ problem: expect.stringMatching(/.{10}/) });
  });

  it.each([
    ["src/a.ts", "src/a.ts"],
    ["./src//./a.ts", "src/a.ts"],
    [`${trap.root}/src/a.ts`, "src/a.ts"],
    ["inside/a.ts", "src/a.ts"],
    ["inside/new/b.ts", "src/new/b.ts"],
    ["..a/b..", "..a/b.."],
    ["", ""],
    [".", ""],
  ])("TOOL2 %j leads to %j", async (path, resolved) => {
    expect(await locate(trap.root, path)).toMatchObject({ path: resolved });
  });

  it("TOOL2 a run without a folder refuses every path", async () => {
    expect(await locate("", "a")).toMatchObject({ problem: expect.stringContaining("no folder") });
  });

  it("TOOL2 A-19 whatever is written, what comes back is inside the root", async () => {
    const part = fc.oneof(
      fc.constantFrom(
        "..",
        ".",
        "",
        "src",
        "a.ts",
        "inside",
        "folder-out",
        "relative-out",
        "chain",
        "dangling",
        "hard",
        "repo-evil",
      ),
      fc.string({ unit: "binary", maxLength: 6 }),
    );
    const path = fc.tuple(
      fc.constantFrom("", "/", `${trap.root}/`, trap.root, `${trap.outside}/`),
      fc.array(part, { maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(path, async ([start, parts]) => {
        const given = start + parts.join("/");
        const place = await locate(trap.root, given);
        if (isRefused(place)) return;
        expect(place.absolute === trap.root || place.absolute.startsWith(`${trap.root}/`)).toBe(true);
        expect(place.path.split("/")).not.toContain("..");
        if (place.stats !== undefined) expect(await realpath(place.absolute)).toBe(place.absolute);
      }),
      { numRuns: 500 },
    );
  });

  it("TOOL2 components survive parsing unchanged and in order", () => {
    const name = fc.string({ minLength: 1, maxLength: 10 }).filter((text) => !/[/\0]|^\.{1,2}$/.test(text));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), (names) => {
        expect(parsePath("/r", names.join("/"))).toEqual(names);
      }),
    );
  });
});

describe("openFile", () => {
  const trap = makeTrap();
  const openAt = async (path: string, links: "one" | "any" = "one"): Promise<string> => {
    const place = await locate(trap.root, path);
    if (isRefused(place)) return place.problem;
    const opened = await openFile(place, links);
    if (isRefused(opened)) return opened.problem;
    const text = await opened.handle.readFile("utf8");
    await opened.handle.close();
    return text;
  };

  it("TOOL2 A-23 FIFOs and folders are refused at once", async () => {
    expect(await openAt("fifo")).toBe("fifo is not a regular file");
    expect(await openAt("src")).toBe("src is a folder; use list");
    expect(await openAt("")).toContain("folder");
    expect(await openAt("missing")).toBe("missing does not exist");
  });

  it("TOOL2 A-23 a file with a second hard link is refused, but in node_modules", async () => {
    expect(await openAt("hard")).toContain("hard links");
    expect(await openAt("node_modules/p/hard")).toBe("canary-0815");
    expect(await openAt("hard", "any")).toBe("canary-0815");
  });

  it("TOOL2 A-17 a file swapped for a link between the check and the opening is refused", async () => {
    const root = newRoot({ victim: "harmless", "folder/victim": "harmless" });
    const file = await locate(root, "victim");
    const nested = await locate(root, "folder/victim");
    execFileSync(
      "sh",
      [
        "-c",
        `rm victim && ln -s ${trap.outside}/canary victim && mv folder was && ln -s ${trap.outside} folder && cp was/victim ${trap.outside}/victim`,
      ],
      { cwd: root },
    );
    for (const place of [file, nested]) {
      if (isRefused(place)) throw new Error(place.problem);
      expect(await openFile(place)).toHaveProperty("problem");
    }
    expect(dirname(trap.outside)).toBe(dirname(trap.root));
  });
});
