// The prompts of a run: the product's own files, each replaced by the person's of the same name.

import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { promptNames, type Prompt } from "../domain/config.ts";
import { didYouMean } from "../domain/nearest-name.ts";
import { parsePromptFile } from "../domain/prompts.ts";
import { Fault } from "../engine/ports.ts";

export type FoundPrompt = Prompt & {
  readonly name: (typeof promptNames)[number];
  readonly file: string;
  /** The person's own file stands in for the product's. */
  readonly isOverridden: boolean;
};

export type PromptFolders = {
  /** The folder the package lies in. */
  readonly program: string;
  /** The person's; undefined: the product's own alone. */
  readonly config: string | undefined;
};

/** More than any prompt within its cap. */
const mostBytes = 256 * 1024;

/** Every prompt there is, in a fixed order. Throws Fault `prompts_invalid` with everything that is wrong. */
export async function loadPrompts({ program, config }: PromptFolders): Promise<readonly FoundPrompt[]> {
  const own = config === undefined ? undefined : join(config, "prompts");
  const faults: string[] = own === undefined ? [] : await findStrays(own);
  const found: FoundPrompt[] = [];
  for (const name of promptNames) {
    const overriding = own === undefined ? undefined : join(own, `${name}.md`);
    const replaced = overriding === undefined ? undefined : await readPrompt(overriding);
    const file =
      replaced === undefined || overriding === undefined ? join(program, "prompts", `${name}.md`) : overriding;
    const text = replaced ?? (await readPrompt(file)) ?? { fault: "is missing; install Tutti again" };
    const parsed =
      "fault" in text ? { ok: false as const, line: undefined, problem: text.fault } : parsePromptFile(text.text);
    if (parsed.ok) {
      const { version, text: words } = parsed;
      found.push({ name, version, hash: digestOf(words), text: words, file, isOverridden: file === overriding });
    } else faults.push(`${file}${parsed.line === undefined ? "" : `:${parsed.line}`}: ${parsed.problem}.`);
  }
  if (faults.length === 0) return found;
  throw new Fault("prompts_invalid", faults.join("\n"), {
    remedy: "Correct what is named above, or remove the file: then Tutti's own prompt counts (`tutti prompts`).",
  });
}

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A file that replaces nothing is a name misspelt, and would go unnoticed. */
async function findStrays(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(".md") && !promptNames.some((known) => `${known}.md` === name))
    .map((name) => {
      const meant = didYouMean(name.slice(0, -".md".length), promptNames);
      return `${join(folder, name)}: there is no such prompt${meant === "" ? `; there are ${promptNames.join(", ")}` : meant}`;
    });
}

/** Undefined where there is no file. */
async function readPrompt(file: string): Promise<{ readonly text: string } | { readonly fault: string } | undefined> {
  try {
    // The person may keep their prompts elsewhere and link them; what is no file in the end is not read.
    const found = await stat(file);
    if (!found.isFile()) return { fault: "is not a file" };
    if (found.size > mostBytes) return { fault: `has ${found.size} bytes; the most is ${mostBytes}` };
    return { text: await readFile(file, "utf8") };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : { fault: `cannot be read: ${code}` };
  }
}
