// `tutti models --save` as a person meets it: the real command on a real repository.

import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { killLeftovers, tutti } from "./support/cli.ts";
import { makeProject, type Project } from "./support/project.ts";

let project: Project;
beforeEach(() => {
  project = makeProject();
});
afterEach(() => {
  killLeftovers();
  project.remove();
});

const call = (...args: string[]) => tutti(["models", ...args, "--repo", project.repo], project);
const file = () => join(project.repo, "tutti.toml");

describe("models --save", () => {
  it("SAVE1 SAVE3 A-21 a tier's ladder is written without a run, the rest of the file kept; what is wrong writes nothing", async () => {
    writeFileSync(file(), 'verify = ["true"] # as ever\n');
    const saved = await call("--tier", "3", "--model", "ollama/qwen,ollama/big", "--save");
    expect([saved.code, saved.stderr]).toEqual([0, ""]);
    expect(saved.stdout).toMatch(/tutti\.toml now says:\n {2}tier 3: ollama\/qwen, ollama\/big\n$/);
    const text = 'verify = ["true"] # as ever\n\n[tiers.3]\nmodels = ["ollama/qwen", "ollama/big"]\n';
    expect(readFileSync(file(), "utf8")).toBe(text);
    const again = await call("--tier", "3", "--model", "ollama/qwen,ollama/big", "--save", "--json");
    expect(JSON.parse(again.stdout)).toMatchObject({ did: "models_saved", isChanged: false, notes: [] });
    const config = JSON.parse((await tutti(["config", "--json", "--repo", project.repo], project)).stdout) as {
      readonly settings: readonly { readonly value: unknown; readonly from: string }[];
    };
    expect(config.settings).toContainEqual(
      expect.objectContaining({ from: "tutti.toml", value: ["ollama/qwen", "ollama/big"] }),
    );

    const nobody = await call("--tier", "3", "--model", "nobody/x", "--save");
    expect([nobody.code, nobody.stderr]).toEqual([1, expect.stringContaining("nobody")]);
    const loose = await call("--model", "ollama/x", "--save");
    expect([loose.code, loose.stderr]).toEqual([1, expect.stringContaining("--tier")]);
    expect(readFileSync(file(), "utf8")).toBe(text);
    expect(existsSync(`${file()}.new`)).toBe(false);
  }, 60_000);
});
