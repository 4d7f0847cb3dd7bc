// The linter's house rules: each is broken once and must fire, in the rooms where it holds and not beside them.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createThrowAway, runTool } from "./project.ts";
import type { ThrowAway } from "./project.ts";

const lines = (count: number, line: string): string => `${line}\n`.repeat(count);

const everywhere: Readonly<Record<string, string>> = {
  "typescript(no-explicit-any)": "export const a = (x: any): string => String(x);\n",
  "typescript(no-non-null-assertion)": "export const a = (x: string | undefined): string => x!;\n",
  "typescript(ban-ts-comment)": "// @ts-ignore\nexport const a: string = 1;\n",
  "typescript(no-floating-promises)": "export function a(): void {\n  Promise.reject(new Error());\n}\n",
  "typescript(only-throw-error)": 'export function a(): void {\n  throw "no";\n}\n',
  "typescript(consistent-type-imports)": 'export type A = import("./types.ts").X;\n',
  "typescript(switch-exhaustiveness-check)":
    'export function a(x: "a" | "b"): number {\n  switch (x) {\n    case "a":\n      return 1;\n  }\n  return 2;\n}\n',
  "eslint(max-params)": "export const a = (b: 1, c: 1, d: 1, e: 1, f: 1): number => b + c + d + e + f;\n",
  "eslint(max-lines)": lines(401, "export {};"),
  "eslint(max-lines-per-function)": `export function a(): void {\n${lines(60, "  a();")}}\n`,
  "eslint(no-console)": 'console.log("x");\n',
  "eslint(no-warning-comments)": "// TODO: later\nexport {};\n",
  "eslint(eqeqeq)": "export const a = (x: unknown): boolean => x == 1;\n",
  "import(no-default-export)": "export default 1;\n",
};

const inPureRooms: Readonly<Record<string, string>> = {
  "pure(no-async)": "export const a = async () => 1;\n",
  "pure(no-current-date)": "export const a = () => new Date();\n",
  "eslint(no-restricted-globals)": "export const a = () => setTimeout(() => {}, 1);\n",
  "eslint(no-restricted-properties)": "export const a = () => Date.now();\n",
};

const moreOfPure: readonly (readonly [code: string, source: string])[] = [
  ["pure(no-async)", 'export const a = () => import("./x.ts");\n'],
  ["pure(no-async)", "export async function a() {}\n"],
  ["pure(no-async)", "export const a = { async b() {} };\n"],
  ["eslint(no-restricted-properties)", "export const a = () => Math.random();\n"],
  ["eslint(no-restricted-globals)", "export const a = () => process.env;\n"],
  ["eslint(no-restricted-globals)", "export const a = () => performance.now();\n"],
  ["eslint(no-restricted-globals)", "export const a = () => fetch;\n"],
  ["eslint(no-restricted-globals)", "export const a = (): void => console.log(1);\n"],
  ["eslint(no-restricted-globals)", "export const a = () => crypto.randomUUID();\n"],
];

const inTests: Readonly<Record<string, string>> = {
  "vitest(no-focused-tests)": 'import { it } from "vitest";\nit.only("x", () => {});\n',
  "vitest(no-disabled-tests)": 'import { it } from "vitest";\nit.skip("x", () => {});\n',
};

const pureRooms = ["domain", "core", "views"];

type Case = { readonly code: string; readonly path: string; readonly source: string };

const cases: readonly Case[] = [
  ...Object.entries(everywhere).map(([code, source], index) => ({ code, path: `src/engine/e${index}.ts`, source })),
  ...Object.entries(inTests).map(([code, source], index) => ({ code, path: `test/t${index}.test.ts`, source })),
  ...pureRooms.flatMap((room) =>
    [...Object.entries(inPureRooms), ...moreOfPure].map(([code, source], index) => ({
      code,
      path: `src/${room}/p${index}.ts`,
      source,
    })),
  ),
];
const beside = Object.values(inPureRooms).map((source, index) => ({ path: `src/engine/pure${index}.ts`, source }));

const report = z.object({ diagnostics: z.array(z.object({ code: z.string(), filename: z.string() })) });

describe("the linter", () => {
  let project: ThrowAway;
  let found: readonly string[] = [];

  beforeAll(async () => {
    const files = Object.fromEntries([...cases, ...beside].map(({ path, source }) => [path, source]));
    project = createThrowAway({ ...files, "src/engine/types.ts": "export type X = 1;\n" }, [
      ".oxlintrc.json",
      "scripts/lint",
      "tsconfig.json",
      "package.json",
    ]);
    const { diagnostics } = report.parse(JSON.parse(await runTool(project, "oxlint", ["-f", "json"])));
    found = diagnostics.map(({ code, filename }) => `${code} ${filename}`);
  }, 60_000);

  afterAll(() => project.remove());

  it.each(cases.map(({ code, path, source }) => [code, path, source.slice(0, 60)] as const))(
    "HOUSE2 %s fires on %s: %s",
    (code, path) => {
      expect(found).toContain(`${code} ${path}`);
    },
  );

  it("HOUSE2 what pure rooms may not do is allowed in the engine", () => {
    expect(found.filter((one) => one.includes("src/engine/pure"))).toEqual([]);
  });
});
