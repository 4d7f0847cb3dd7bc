// Reads the settings files: agents.toml and tutti.toml of a repository, config.toml of the person.
// A missing file says nothing. Everything wrong with all of them is told at once, each fault with its line and column.

import { lstat, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { emptyProjectConfig, parseAgentsFile, parseTuttiFile } from "../domain/project-config.ts";
import type { ProjectConfig } from "../domain/project-config.ts";
import type { ParsedSettings, SettingsProblem } from "../domain/settings-fields.ts";
import { findTomlPlaces, type FindPlace } from "../domain/toml-places.ts";
import { emptyUserConfig, parseUserConfig } from "../domain/user-config.ts";
import type { UserConfig } from "../domain/user-config.ts";
import { emptyUserDefaults, parseUserDefaults } from "../domain/user-defaults.ts";
import type { UserDefaults } from "../domain/user-defaults.ts";
import { Fault } from "../engine/ports.ts";

/** Bytes; a settings file larger than this is none. */
const largest = 1024 * 1024;

/** Faults shown of one file; a file with more has one mistake many times. */
const mostShown = 50;

export type LoadedSettings = {
  readonly projectConfig: ProjectConfig;
  readonly userDefaults: UserDefaults;
  readonly userConfig: UserConfig;
  /** Those that are there, by name. */
  readonly files: readonly SettingsSource[];
};

export type SettingsSource = {
  readonly name: "config.toml" | "tutti.toml" | "agents.toml";
  readonly file: string;
  readonly find: FindPlace;
};

export type SettingsFolders = {
  /** Top folder of the repository; undefined: no repository speaks. */
  readonly root?: string;
  /** The person's config folder; undefined: the person says nothing. */
  readonly config?: string;
};

/** Throws Fault `settings_invalid`. Nothing in the files can make it run or write anything. */
export async function loadSettings({ root, config }: SettingsFolders): Promise<LoadedSettings> {
  const agents = await readSettings(root, "agents.toml", parseAgentsFile, emptyProjectConfig.agents);
  const tutti = await readSettings(root, "tutti.toml", parseTuttiFile, emptyProjectConfig.tutti);
  const own = await readSettings(config, "config.toml", parseOwnFile, absentOwnFile);
  const read = [agents, tutti, own];
  const faults = read.flatMap((each) => each.faults);
  if (faults.length > 0) throw invalid(faults);
  return {
    projectConfig: { agents: agents.value, tutti: tutti.value },
    ...own.value,
    files: read.flatMap(({ source }) => (source === undefined ? [] : [source])),
  };
}

/** Only what a resumed run still needs: providers and the vault. Everything else it has on record. */
export async function loadUserConfig(config: string): Promise<UserConfig> {
  const read = await readSettings(config, "config.toml", parseUserConfig, emptyUserConfig);
  if (read.faults.length > 0) throw invalid(read.faults);
  return read.value;
}

/** The person's own prices and windows, by model; none where the file cannot be read. */
export async function loadOverrides(config: string): Promise<UserDefaults["overrides"]> {
  const read = await readSettings(config, "config.toml", parseUserDefaults, emptyUserDefaults);
  return read.value.overrides;
}

const invalid = (faults: readonly string[]): Fault =>
  new Fault("settings_invalid", faults.join("\n"), { remedy: "Correct what is named above and try again." });

type OwnFile = Pick<LoadedSettings, "userDefaults" | "userConfig">;

const absentOwnFile: OwnFile = { userDefaults: emptyUserDefaults, userConfig: emptyUserConfig };

function parseOwnFile(value: unknown): ParsedSettings<OwnFile> {
  const defaults = parseUserDefaults(value);
  const config = parseUserConfig(value);
  if (defaults.ok && config.ok) return { ok: true, value: { userDefaults: defaults.value, userConfig: config.value } };
  return { ok: false, problems: [...problemsOf(config), ...problemsOf(defaults)] };
}

const problemsOf = (parsed: ParsedSettings<unknown>): readonly SettingsProblem[] => (parsed.ok ? [] : parsed.problems);

/** The file with the line and column of a setting; the file alone where it is not written there. */
export function placeInFile({ file, find }: SettingsSource, path: readonly string[]): string {
  const place = find(path);
  return place === undefined ? file : `${file}:${place.line}:${place.column}`;
}

type ReadSettings<T> = {
  readonly value: T;
  readonly faults: readonly string[];
  readonly source?: SettingsSource;
};

async function readSettings<T>(
  folder: string | undefined,
  name: SettingsSource["name"],
  parseValue: (value: unknown) => ParsedSettings<T>,
  absent: T,
): Promise<ReadSettings<T>> {
  if (folder === undefined) return { value: absent, faults: [] };
  const file = join(folder, name);
  const read = await readText(file, name !== "config.toml");
  if (read === undefined) return { value: absent, faults: [] };
  if ("fault" in read) return { value: absent, faults: [`${file}: ${read.fault}`] };
  const { text } = read;
  const toml = parseToml(text);
  if ("fault" in toml) return { value: absent, faults: [`${file}:${toml.fault}`] };
  const source = { name, file, find: findTomlPlaces(text) };
  const parsed = parseValue(toml.value);
  if (parsed.ok) return { value: parsed.value, faults: [], source };
  return { value: absent, faults: tell(parsed.problems, source), source };
}

/** In the order in which they stand in the file. */
function tell(problems: readonly SettingsProblem[], source: SettingsSource): string[] {
  const placed = problems.map((each) => {
    const at = source.find(each.path) ?? { line: Infinity, column: 0 };
    return {
      ...at,
      text: `${placeInFile(source, each.path)}: ${each.path.join(".")} ${each.problem}${each.problem.endsWith("?") ? "" : "."} ${each.remedy}`,
    };
  });
  const lines = placed.toSorted((a, b) => a.line - b.line || a.column - b.column).map(({ text }) => text);
  const more = lines.length - mostShown;
  return more > 0 ? [...lines.slice(0, mostShown), `${source.file}: ... and ${more} more`] : lines;
}

type ReadText = { readonly text: string } | { readonly fault: string };

/** `isForeign`: a repository may hold anything under this name: a link out of it, a pipe that never ends, a device. */
async function readText(file: string, isForeign: boolean): Promise<ReadText | undefined> {
  const remedy = "Make it a plain, readable file, or remove it.";
  try {
    const found = await (isForeign ? lstat(file) : stat(file));
    if (!found.isFile()) return { fault: `cannot be read: it is not a plain file. ${remedy}` };
    if (found.size > largest)
      return { fault: `cannot be read: it has ${found.size} bytes; the most is ${largest}. ${remedy}` };
    return { text: await readFile(file, "utf8") };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return { fault: `cannot be read: ${code}. ${remedy}` };
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
