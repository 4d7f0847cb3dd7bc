// How small the views of files are: `npm run -s view-sizes [-- <file> ...]`. Without files, those of
// docs/guide/context-views.md that come with this project's own dependencies.

import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { languageOf } from "../src/adapters/context/languages.ts";
import { createSourceViews, type SourceViews } from "../src/adapters/context/source-views.ts";
import { countTokens } from "./count-tokens.ts";

const modules = join(import.meta.dirname, "../node_modules");
const installed = ["commander/lib/command.js", "ai/src/generate-text/stream-text.ts", "zod/src/v4/core/schemas.ts"];

async function measure(views: SourceViews, file: string): Promise<readonly string[]> {
  const text = readFileSync(file, "utf8");
  const language = languageOf(basename(file));
  if (language === undefined) return [file, "no language that is understood"];
  const all = countTokens(text);
  const sizes: string[] = [];
  for (const as of ["skeleton", "curated"] as const) {
    const answer = await views.show({ language, as, text });
    sizes.push(answer.kind === "trouble" ? answer.problem : `${((countTokens(answer.text) * 100) / all).toFixed(1)} %`);
  }
  return [file, String(text.split("\n").length - 1), String(all), ...sizes];
}

const named = process.argv.slice(2);
const files = named.length > 0 ? named : installed.map((path) => join(modules, path));
const views = createSourceViews();
console.log(["file", "lines", "tokens (about)", "skeleton", "curated"].join("\t"));
for (const file of files) console.log((await measure(views, file)).join("\t"));
views.close();
