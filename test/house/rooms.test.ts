// The import table of the rooms: each rule is broken once and must fire; the sound file beside it must not.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createThrowAway, runTool } from "./project.ts";
import type { ThrowAway } from "./project.ts";

const broken: readonly (readonly [rule: string, path: string, source: string])[] = [
  ["domain-imports", "src/domain/a.ts", 'import { x } from "../core/sound.ts";\nexport const a = x;\n'],
  ["domain-imports", "src/domain/type.ts", 'import type { X } from "../core/sound.ts";\nexport type A = X;\n'],
  ["domain-imports", "src/domain/again.ts", 'export { x } from "../engine/sound.ts";\n'],
  ["domain-imports", "src/domain/later.ts", 'export const a = () => import("../engine/sound.ts");\n'],
  ["domain-imports", "src/domain/inline.ts", 'export type A = import("../core/sound.ts").X;\n'],
  ["computed-import", "src/domain/computed.ts", "export const a = (x: string) => import(x);\n"],
  ["domain-outside", "src/domain/node.ts", 'import { join } from "node:path";\nexport const a = join;\n'],
  ["domain-outside", "src/domain/npm.ts", 'import { parse } from "smol-toml";\nexport const a = parse;\n'],
  ["core-imports", "src/core/a.ts", 'import { x } from "../engine/sound.ts";\nexport const a = x;\n'],
  ["core-imports", "src/core/view.ts", 'import { x } from "../views/sound.ts";\nexport const a = x;\n'],
  ["core-outside", "src/core/node.ts", 'import { createHash } from "node:crypto";\nexport const a = createHash;\n'],
  ["core-outside", "src/core/npm.ts", 'import { z } from "zod";\nexport const a = z;\n'],
  ["views-imports", "src/views/a.ts", 'import { x } from "../engine/sound.ts";\nexport const a = x;\n'],
  ["views-outside", "src/views/node.ts", 'import fs from "fs";\nexport const a = fs;\n'],
  ["engine-imports", "src/engine/a.ts", 'import { x } from "../adapters/log/sound.ts";\nexport const a = x;\n'],
  [
    "engine-outside",
    "src/engine/node.ts",
    'import { readFile } from "node:fs/promises";\nexport const a = readFile;\n',
  ],
  ["adapters-imports", "src/adapters/log/a.ts", 'import { x } from "../../engine/sound.ts";\nexport const a = x;\n'],
  ["adapters-imports", "src/adapters/log/core.ts", 'import { x } from "../../core/sound.ts";\nexport const a = x;\n'],
  ["adapters-apart", "src/adapters/tools/a.ts", 'import { x } from "../log/sound.ts";\nexport const a = x;\n'],
  ["adapters-shared", "src/adapters/shared.ts", 'import { x } from "./log/sound.ts";\nexport const a = x;\n'],
  ["http-imports", "src/http/a.ts", 'import { x } from "../adapters/log/sound.ts";\nexport const a = x;\n'],
  ["http-outside", "src/http/npm.ts", 'import { parse } from "smol-toml";\nexport const a = parse;\n'],
  ["cli-imports", "src/cli/a.ts", 'import { x } from "../core/sound.ts";\nexport const a = x;\n'],
  ["cli-http-types", "src/cli/http.ts", 'import { x } from "../http/sound.ts";\nexport const a = x;\n'],
  ["web-imports", "src/web/a.ts", 'import { x } from "../engine/sound.ts";\nexport const a = x;\n'],
  ["web-http-types", "src/web/http.ts", 'import { x } from "../http/sound.ts";\nexport const a = x;\n'],
  ["main-on-top", "src/cli/compose.ts", 'import { x } from "../compose/sound.ts";\nexport const a = x;\n'],
  ["main-on-top", "src/cli/main.ts", 'import { main } from "../main.ts";\nexport const a = main;\n'],
  ["src-alone", "src/cli/bench.ts", 'import { x } from "../../bench/sound.ts";\nexport const a = x;\n'],
  ["shipped-packages", "src/cli/dev.ts", 'import fc from "fast-check";\nexport const a = fc;\n'],
  ["no-room", "src/utils/a.ts", 'import { x } from "../domain/sound.ts";\nexport const a = x;\n'],
  ["no-cycles", "src/core/about.ts", 'import { a } from "./round.ts";\nexport const b = () => a;\n'],
];

const sound: Readonly<Record<string, string>> = {
  "src/domain/sound.ts": 'import { z } from "zod";\nexport const x = z;\nexport type X = string;\n',
  "src/core/sound.ts": 'import { x } from "../domain/sound.ts";\nexport { x };\nexport type X = string;\n',
  "src/core/round.ts": 'import { b } from "./about.ts";\nexport const a = () => b;\n',
  "src/views/sound.ts": 'import { x } from "../core/sound.ts";\nexport { x };\n',
  "src/engine/sound.ts": 'import { x } from "../core/sound.ts";\nexport { x };\n',
  "src/engine/ports.ts": 'import type { X } from "../domain/sound.ts";\nexport type Port = X;\n',
  "src/adapters/paths.ts": 'import { sep } from "node:path";\nexport const x = sep;\n',
  "src/adapters/log/sound.ts":
    'import { readFileSync } from "node:fs";\nimport type { Port } from "../../engine/ports.ts";\nimport { x } from "../paths.ts";\nexport { readFileSync, x };\nexport type P = Port;\n',
  "src/http/sound.ts":
    'import { Hono } from "hono";\nimport { x } from "../engine/sound.ts";\nexport { Hono, x };\nexport type App = string;\n',
  "src/cli/sound.ts":
    'import { spawn } from "node:child_process";\nimport { Command } from "commander";\nimport type { App } from "../http/sound.ts";\nexport { Command, spawn };\nexport type A = App;\n',
  "src/main.ts":
    'import { x } from "./adapters/log/sound.ts";\nimport { spawn } from "./cli/sound.ts";\nexport const main = [x, spawn];\n',
  "bench/sound.ts": 'import { x } from "../src/domain/sound.ts";\nexport { x };\n',
};

const report = z.object({
  diagnostics: z.array(z.object({ code: z.string(), message: z.string(), filename: z.string() })),
});

/** `domain-imports: ...` is a fault of our own rule; the linter's rule for cycles is `import(no-cycle)`. */
const nameOf = ({ code, message }: { code: string; message: string }): string =>
  code === "import(no-cycle)" ? "no-cycles" : (message.split(":", 1)[0] ?? "");

describe("the import table", () => {
  let project: ThrowAway;
  let faults: readonly string[] = [];

  beforeAll(async () => {
    const files = { ...sound, ...Object.fromEntries(broken.map(([, path, source]) => [path, source])) };
    project = createThrowAway(files, [".oxlintrc.rooms.json", "scripts/lint", "package.json", "tsconfig.json"]);
    const json = await runTool(project, "oxlint", ["-c", ".oxlintrc.rooms.json", "-f", "json"]);
    faults = report.parse(JSON.parse(json)).diagnostics.map((fault) => `${nameOf(fault)} ${fault.filename}`);
  }, 60_000);

  afterAll(() => project.remove());

  it.each(broken)("HOUSE1 %s fires on %s", (rule, path) => {
    expect(faults).toContain(`${rule} ${path}`);
  });

  it("HOUSE1 no rule fires on files that keep to the table", () => {
    // A cycle is told at each of its files.
    const innocent = Object.keys(sound).filter((path) => path !== "src/core/round.ts");
    expect(faults.filter((fault) => innocent.includes(fault.split(" ")[1] ?? ""))).toEqual([]);
  });
});
