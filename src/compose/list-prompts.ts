// The prompts a run would be made with, and whose they are.

import { loadPrompts } from "../adapters/prompt-files.ts";
import { findHomes } from "../adapters/run-files.ts";
import type { ListedPrompt } from "../cli/desk.ts";
import type { Environment } from "./place.ts";

/** `program`: the folder the package lies in. Throws Fault `prompts_invalid`. */
export async function listPrompts(env: Environment, program: string): Promise<readonly ListedPrompt[]> {
  const prompts = await loadPrompts({ program, config: findHomes(env).config });
  return prompts.map(({ isOverridden, ...prompt }) => ({ ...prompt, origin: isOverridden ? "yours" : "tutti" }));
}
