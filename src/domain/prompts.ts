// Prompts as files a person can read and override: what such a file holds, and which prompt a call is made with.

import type { Prompt, PromptRef } from "./config.ts";

/** Characters of a prompt; a longer one is a mistake that would be paid for with every call. */
const mostCharacters = 64 * 1024;

export type ReadPrompt =
  | { readonly ok: true; readonly version: string; readonly text: string }
  | { readonly ok: false; readonly line: number; readonly problem: string };

/** Front matter with a version, then the prompt's own words. */
export function parsePromptFile(file: string): ReadPrompt {
  const bad = (line: number, problem: string): ReadPrompt => ({ ok: false, line, problem });
  const lines = file.replace(/^\uFEFF/, "").split(/\r?\n/);
  const end = lines.indexOf("---", 1);
  if (lines[0] !== "---" || end === -1)
    return bad(1, 'does not begin with its version: a line "---", a line "version: 1", a line "---"');
  let version: string | undefined;
  for (const [index, line] of lines.slice(1, end).entries()) {
    const [, name, value = ""] = /^(\w+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name !== "version")
      return bad(index + 2, `says ${JSON.stringify(line.slice(0, 60))}; only "version: ..." is known here`);
    if (version !== undefined) return bad(index + 2, "gives its version twice");
    if (!/^[\w.+-]{1,40}$/.test(value))
      return bad(index + 2, "has a version that is not 1 to 40 letters, digits, dots, dashes or plus signs");
    version = value;
  }
  if (version === undefined) return bad(1, 'names no version; write "version: 1"');
  const text = `${lines
    .slice(end + 1)
    .join("\n")
    .trim()}\n`;
  if (text === "\n") return bad(end + 1, "has no words after its version");
  if (text.length > mostCharacters) return bad(end + 2, `has ${text.length} characters; the most is ${mostCharacters}`);
  return { ok: true, version, text };
}

/** The prompt of an archetype that brings words of its own. */
export const ownPromptName = (archetype: string): string => `worker/${archetype}`;

/** What a worker of this kind is called with; undefined in runs that recorded no prompts. */
export function workerPromptRef(prompts: readonly Prompt[] | undefined, archetype: string): PromptRef | undefined {
  const own = ownPromptName(archetype);
  const found = prompts?.find(({ name }) => name === own) ?? prompts?.find(({ name }) => name === "worker");
  return found && { name: found.name, version: found.version, hash: found.hash };
}
