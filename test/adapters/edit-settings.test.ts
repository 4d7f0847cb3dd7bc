// Ladders written into a real tutti.toml.

import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { writeTierLadders, type TierChange } from "../../src/adapters/edit-settings.ts";
import { projectModels, saveProjectModels } from "../../src/compose/project-models.ts";
import type { ModelId } from "../../src/domain/ids.ts";
import { Fault } from "../../src/engine/ports.ts";
import { createTempFolder } from "./temp-folder.ts";

const makeFolder = createTempFolder();
let top = "";
beforeEach(() => {
  top = makeFolder();
});

const root = (): string => top;
const file = (): string => join(root(), "tutti.toml");
const change = (tier: 1 | 2 | 3 | 4, ...models: string[]): TierChange => ({ tier, models: models as ModelId[] });
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof Fault ? error.code : "no fault"),
  );

describe("a project's tutti.toml", () => {
  it("SAVE1 SAVE2 is made where there is none, keeps its rights, and is left alone where it says so already", async () => {
    expect(await writeTierLadders(root(), [change(3, "a/b"), change(1, "c/d")])).toEqual({
      file: file(),
      isChanged: true,
    });
    expect(readFileSync(file(), "utf8")).toBe('[tiers.3]\nmodels = ["a/b"]\n\n[tiers.1]\nmodels = ["c/d"]\n');
    chmodSync(file(), 0o640);
    await writeTierLadders(root(), [change(3, "a/b", "e/f")]);
    expect(statSync(file()).mode & 0o777).toBe(0o640);
    const before = statSync(file());
    expect(await writeTierLadders(root(), [change(3, "a/b", "e/f")])).toMatchObject({ isChanged: false });
    expect(statSync(file()).ino).toBe(before.ino);
    expect(readdirSync(root())).toEqual(["tutti.toml"]);
  });

  it("SAVE2 a link, and a file whose layout would not take it, are left as they were", async () => {
    const other = join(root(), "elsewhere.toml");
    writeFileSync(other, "");
    symlinkSync(other, file());
    expect(await codeOf(writeTierLadders(root(), [change(3, "a/b")]))).toBe("settings_unwritable");
    expect(readFileSync(other, "utf8")).toBe("");
  });

  it("SAVE2 what is at fault is not touched: a broken file, an unknown setting, a folder in its place", async () => {
    for (const text of ["[tiers.3\n", "[tiers.3]\nmodel = 1\n"]) {
      writeFileSync(file(), text);
      expect(await codeOf(saveProjectModels(root(), [change(3, "ollama/b")], env()))).toBe("settings_invalid");
      expect(readFileSync(file(), "utf8")).toBe(text);
    }
    const other = join(root(), "other");
    mkdirSync(join(other, "tutti.toml"), { recursive: true });
    expect(await codeOf(saveProjectModels(other, [change(3, "ollama/b")], env()))).toBe("settings_invalid");
  });

  it("SAVE3 refuses a model nobody can call and one the person's config does not allow; says what goes before the tier", async () => {
    const home = join(root(), "home");
    mkdirSync(join(home, "config"), { recursive: true });
    writeFileSync(join(home, "config", "config.toml"), '[allow]\nmodels = ["ollama/*"]\n');
    expect(await codeOf(saveProjectModels(root(), [change(3, "openai/gpt")], env()))).toBe("settings_refused");
    writeFileSync(join(home, "config", "config.toml"), "");
    expect(await codeOf(saveProjectModels(root(), [change(3, "nobody/gpt")], env()))).toBe("model_unusable");
    expect(readdirSync(root())).toEqual(["home"]);
    writeFileSync(join(root(), "agents.toml"), '[archetypes.smith]\nmodels = ["ollama/own"]\n');
    const saved = await saveProjectModels(root(), [change(3, "ollama/b")], env());
    expect(saved.notes).toEqual(["agents.toml names models for smith: they go before those of tier 3."]);
    expect((await projectModels(root())).tiers).toEqual([
      { tier: 1, models: [] },
      { tier: 2, models: [] },
      { tier: 3, models: ["ollama/b"] },
      { tier: 4, models: [] },
    ]);
  });
});

const env = () => ({ HOME: root(), TUTTI_HOME: join(root(), "home") });
