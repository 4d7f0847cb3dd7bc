// The benchmark of the page runs through on a small load and gives its figures. None of them is judged.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import type { Figure } from "../../bench/figures.ts";
import { describeNeeding } from "../support/needs.ts";

const top = join(import.meta.dirname, "../..");

type Report = { readonly figures: readonly Figure[]; readonly broken: readonly unknown[] };

describeNeeding("chromium", "npm run bench -- --only page", () => {
  it("drives the real server and a real browser over every screen", { timeout: 240_000 }, async () => {
    const node = join(top, "node_modules/.bin/node");
    const args = ["bench/main.ts", "--only", "page", "--tiny", "--json"];
    const { stdout } = await promisify(execFile)(node, args, { cwd: top });
    const { figures, broken } = JSON.parse(stdout) as Report;
    expect(broken).toEqual([]);
    expect(figures.filter(({ value }) => !Number.isFinite(value))).toEqual([]);
    const told = new Map(figures.map(({ what, value }) => [what, value]));
    for (const screen of ["agents", "cards, scrolling", "overview", "list", "over time", "the past, dragged through"])
      expect(told.get(`${screen}: frames a second`), screen).toBeGreaterThan(0);
    // What is measured is there: tokens are seen on the screens of streams, elements on all of them.
    expect(told.get("agents: token to pixel, p50 ms")).toBeGreaterThan(0);
    expect(told.get("overview: elements")).toBeGreaterThan(300);
    expect(told.get("the floor, which draws nothing: part of a core")).toBeLessThan(1);
  });
});
