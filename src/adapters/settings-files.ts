// Reads the settings files: agents.toml and tutti.toml of a repository, config.toml of the person.
// A missing file says nothing. Everything wrong with the files is told at once, each fault with its line.

import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { emptyProjectConfig, parseAgentsFile, parseTuttiFile } from "../domain/project-config.ts";
import type { ProjectConfig } from "../domain/project-config.ts";
import type { ParsedSettings } from "../domain/settings-fields.ts";
import { lineOfSetting } from "../domain/toml-lines.ts";
import { emptyUserDefaults, parseUserDefaults } from "../domain/user-defaults.ts";
import type { UserDefaults } from "../domain/user-defaults.ts";
import { Fault } from "../engine/ports.ts";

/** Bytes; a settings file larger than this is none. */
const largest = 1024 * 1024;

/** Throws Fault `settings_invalid` or `settings_unreadable`. Nothing in the files can make it run or write anything. */
export async function loadProjectConfig(root: string): Promise<ProjectConfig> {
  const agents = await readSettings(join(root, "agents.toml"), parseAgentsFile, emptyProjectConfig.agents);
  const tutti = await readSettings(join(root, "tutti.toml"), parseTuttiFile, emptyProjectConfig.tutti);
  if (agents.faults.length + tutti.faults.length > 0) throw invalid([...agents.faults, ...tutti.faults]);
  return { agents: agents.value, tutti: tutti.value };
}

/** The person's defaults, without `[providers]`. Throws as above. */
export async function loadUserDefaults(configDir: string): Promise<UserDefaults> {
  const read = await readSettings(join(configDir, "config.toml"), parseUserDefaults, emptyUserDefaults);
  if (read.faults.length > 0) throw invalid(read.faults);
  return read.value;
}

type ReadSettings<T> = { readonly value: T; readonly faults: readonly string[] };

async function readSettings<T>(
  file: string,
  parseValue: (value: unknown) => ParsedSettings<T>,
  absent: T,
): Promise<ReadSettings<T>> {
  const text = await readText(file);
  if (text === undefined) return { value: absent, faults: [] };
  const toml = parseToml(text);
  if ("fault" in toml) return { value: absent, faults: [`${file}:${toml.fault}`] };
  const parsed = parseValue(toml.value);
  if (parsed.ok) return { value: parsed.value, faults: [] };
  const faults = parsed.problems.map(({ path, problem, remedy }) => {
    const line = lineOfSetting(text, path);
    return `${file}${line === undefined ? "" : `:${line}`}: ${path.join(".")} ${problem}. ${remedy}`;
  });
  return { value: absent, faults };
}

async function readText(file: string): Promise<string | undefined> {
  try {
    // A repository may hold anything under this name: a link out of it, a pipe that never ends, a device.
    const found = await lstat(file);
    if (!found.isFile()) throw unreadable(file, "it is not a plain file");
    if (found.size > largest) throw unreadable(file, `it has ${found.size} bytes; the most is ${largest}`);
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Fault) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw unreadable(file, code, error);
  }
}

function parseToml(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: parse(text) };
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    return { fault: `${error.line}:${error.column}: ${reason}` };
  }
}

const invalid = (faults: readonly string[]): Fault =>
  new Fault("settings_invalid", faults.join("\n"), { remedy: "Correct what is named above and try again." });

const unreadable = (file: string, reason: string, cause?: unknown): Fault =>
  new Fault("settings_unreadable", `${file} cannot be read: ${reason}`, {
    remedy: "Make it a plain, readable file, or remove it.",
    cause,
  });
