// `tutti view` as a person uses it: a file, a folder, what is refused, and the same as JSON.

import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { killLeftovers, tutti } from "./support/cli.ts";
import { makeProject, type Project } from "./support/project.ts";

const source = 'import os\n\n\ndef add(a, b=1):\n    """Adds."""\n    one = a\n    two = b\n    return one + two\n';

let project: Project;
beforeAll(() => {
  project = makeProject({
    "src/add.py": source,
    "src/notes.txt": "notes \u001b[31mred\n",
    ".gitignore": "built/\n",
    "built/out.txt": "x",
  });
  symlinkSync("/etc/passwd", join(project.repo, "src/link.py"));
});
afterEach(killLeftovers);
afterAll(() => project.remove());

const view = (...args: string[]) => tutti(["view", ...args], { env: project.env, cwd: join(project.repo, "src") });

it("CTX8 a file is shown as its skeleton, or as the view asked for; what is left out is said beside it", async () => {
  const [skeleton, curated, raw] = await Promise.all([
    view("add.py"),
    view("add.py", "--as", "curated"),
    view("notes.txt", "--as", "raw"),
  ]);
  expect(skeleton).toMatchObject({ code: 0, stdout: "import os\ndef add(a, b=1)\n" });
  expect(skeleton.stderr).toBe("[src/add.py, skeleton: bodies, comments and values are left out of its 9 lines]\n");
  expect(curated.stdout).toBe('import os\n\n\ndef add(a, b=1):\n    """Adds."""\n    [… 3 lines, 6 to 8 …]\n');
  expect(raw).toMatchObject({ code: 0, stdout: "notes \\x1b[31mred\n", stderr: "[src/notes.txt, the whole file]\n" });
});

it("CTX8 CTX7 a folder is shown as its map, without what git ignores; --json prints one object", async () => {
  const [map, json] = await Promise.all([view("..", "--json"), view("src/add.py", "--json", "--repo", "..")]);
  expect(JSON.parse(map.stdout)).toEqual({
    path: "",
    view: "map",
    text: ".gitignore\nsrc/ (3 files)\n  add.py, link.py, notes.txt",
    leftOut: null,
  });
  expect(JSON.parse(json.stdout)).toMatchObject({
    path: "src/add.py",
    view: "skeleton",
    text: "import os\ndef add(a, b=1)",
  });
});

it("CTX8 CTX6 CLI6 what lies outside, is missing or has no such view is refused in one line", async () => {
  const refused = await Promise.all([view("link.py"), view("../../other"), view("gone.py"), view(".", "--as", "raw")]);
  const says = [
    /leads out of the repository/,
    /outside the repository/,
    /src\/gone\.py does not exist/,
    /src is a folder/,
  ];
  for (const [n, { code, stdout, stderr }] of refused.entries()) {
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(says[n] ?? /never/);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  }
});
