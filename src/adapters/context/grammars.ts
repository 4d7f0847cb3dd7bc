// Each language's grammar and what an outline takes from it. Loaded by the thread alone.

import type { LanguageName } from "./languages.ts";
import { cpp } from "./queries/cpp.ts";
import { go } from "./queries/go.ts";
import { java } from "./queries/java.ts";
import { javascript } from "./queries/javascript.ts";
import { python } from "./queries/python.ts";
import { rust } from "./queries/rust.ts";
import { typescript } from "./queries/typescript.ts";

/** The grammars are `tree-sitter-<name>.wasm`, from one package (ADR 0008). */
export const queries: Readonly<Record<LanguageName, string>> = {
  python,
  javascript,
  typescript,
  tsx: typescript,
  go,
  rust,
  java,
  cpp,
};
