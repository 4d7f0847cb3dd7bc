// Reads the person's config.toml and says line by line what is wrong with it.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { lineOfSetting } from "../../domain/toml-lines.ts";
import { emptyUserConfig, parseUserConfig, type UserConfig } from "../../domain/user-config.ts";
import { Fault } from "../../engine/ports.ts";

/** A missing file is an empty configuration. Throws Fault `user_config_invalid` or `user_config_unreadable`. */
export async function loadUserConfig(configDir: string): Promise<UserConfig> {
  const file = join(configDir, "config.toml");
  const text = await readText(file);
  if (text === undefined) return emptyUserConfig;
  const parsed = parseUserConfig(readToml(file, text));
  if (parsed.ok) return parsed.config;
  const lines = parsed.problems.map(({ path, problem }) => {
    const line = lineOfSetting(text, path);
    return `${file}${line === undefined ? "" : `:${line}`}: ${path.join(".")} ${problem}`;
  });
  throw new Fault("user_config_invalid", lines.join("\n"), { remedy: `Correct ${file} and try again.` });
}

async function readText(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new Fault("user_config_unreadable", `${file} cannot be read (${code ?? "unknown error"})`, {
      remedy: "Make the file readable for you, or remove it.",
      cause: error,
    });
  }
}

function readToml(file: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
    throw new Fault("user_config_invalid", `${file}:${error.line}:${error.column}: ${reason}`, {
      remedy: `Correct line ${error.line} of ${file} and try again.`,
      cause: error,
    });
  }
}
