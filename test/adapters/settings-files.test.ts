// Settings files on disk: what is read, and every fault with file, line and remedy.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { loadSettings } from "../../src/adapters/settings-files.ts";
import { emptyProjectConfig } from "../../src/domain/project-config.ts";
import { emptyUserDefaults } from "../../src/domain/user-defaults.ts";
import { Fault } from "../../src/engine/ports.ts";

let root = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tutti-settings-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const loadProjectConfig = async (folder: string) => (await loadSettings({ root: folder })).projectConfig;
const loadUserDefaults = async (folder: string) => (await loadSettings({ config: folder })).userDefaults;

const write = (name: string, ...lines: readonly string[]): void =>
  writeFileSync(join(root, name), `${lines.join("\n")}\n`);

const faultOf = async (loading: Promise<unknown>): Promise<Fault> => {
  const fault: unknown = await loading.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (fault instanceof Fault) return fault;
  throw new Error("no fault", { cause: fault });
};

describe("settings files", () => {
  it("CFG1 files that are not there say nothing", async () => {
    expect(await loadProjectConfig(root)).toEqual(emptyProjectConfig);
    expect(await loadUserDefaults(join(root, "nowhere"))).toEqual(emptyUserDefaults);
  });

  it("CFG1 both files of a repository are read", async () => {
    write("agents.toml", "[archetypes.worker]", 'models = ["scripted/quick"]', 'trust_level = "auto"');
    write("tutti.toml", 'verify = ["npm test"]', "[limits]", "attempts = 2");
    expect(await loadProjectConfig(root)).toMatchObject({
      agents: { archetypes: [{ name: "worker", models: ["scripted/quick"], trust: "auto" }] },
      tutti: { verify: ["npm test"], limits: { attempts: 2 } },
    });
  });

  it("CFG3 broken TOML is told with line and column", async () => {
    write("tutti.toml", "verify = []", "lanes = = 3");
    const fault = await faultOf(loadProjectConfig(root));
    expect(fault.code).toBe("settings_invalid");
    expect(fault.message).toMatch(/tutti\.toml:2:\d+: /);
  });

  it("CFG3 faults of both files come at once, each with its line and the nearest name", async () => {
    write("agents.toml", "[archetypes.coder]", "tier = 7", 'modles = ["a/b"]');
    write("tutti.toml", "", "[limits]", "turns = 0");
    const lines = (await faultOf(loadProjectConfig(root))).message.replaceAll(`${root}/`, "").split("\n");
    expect(lines).toEqual([
      expect.stringMatching(/^agents\.toml:2:1: archetypes\.coder\.tier /),
      expect.stringMatching(/^agents\.toml:3:1: archetypes\.coder\.modles .*did you mean "models"\?/),
      expect.stringMatching(/^tutti\.toml:3:1: limits\.turns must be 1 or more/),
    ]);
  });

  it("CFG3 the person's file is told the same way", async () => {
    write("config.toml", "[defaults]", 'trust = "always"');
    expect((await faultOf(loadUserDefaults(root))).message).toMatch(/config\.toml:2:1: defaults\.trust must be "step"/);
  });

  it("CFG9 a link, a pipe, a folder or a huge file under the name is refused and not opened", async () => {
    symlinkSync("/etc/hostname", join(root, "agents.toml"));
    expect(await faultOf(loadProjectConfig(root))).toMatchObject({
      message: expect.stringContaining("not a plain file"),
    });
    rmSync(join(root, "agents.toml"));
    execFileSync("mkfifo", [join(root, "tutti.toml")]);
    expect((await faultOf(loadProjectConfig(root))).message).toContain("not a plain file");
    rmSync(join(root, "tutti.toml"));
    writeFileSync(join(root, "config.toml"), "#".repeat(1024 * 1024 + 1));
    expect((await faultOf(loadUserDefaults(root))).message).toContain("1048577 bytes");
  });
});
