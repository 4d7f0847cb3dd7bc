// The thread that reads source files: it may be ended at any moment, so that no file can hold up the conductor. The
// grammars are loaded here and nowhere else, when the first file of a language is to be viewed.

import { createRequire } from "node:module";
import { parentPort } from "node:worker_threads";
import { Language, Parser, Query, type QueryMatch } from "web-tree-sitter";
import { toCurated } from "./curated.ts";
import { queries } from "./grammars.ts";
import type { LanguageName } from "./languages.ts";
import { type Match, type Outline, toOutline } from "./outline.ts";
import { toSkeleton } from "./skeleton.ts";
import type { ViewAnswer, ViewOrder } from "./view-messages.ts";

/** For parsing and looking through what was parsed; both ask often enough. */
const limitMs = 3_000;

// The types of Node know it only together with those of a browser.
declare const WebAssembly: { readonly Memory: new (pages: { initial: number; maximum: number }) => object };

/** In pages of 64 KiB. A megabyte of source takes some 30 MiB; one made to confuse a grammar would take all there is. */
const memory = { initial: 512, maximum: 4_096 };

type Grammar = { readonly parser: Parser; readonly query: Query };

const { resolve } = createRequire(import.meta.url);
const grammars = new Map<LanguageName, Grammar>();

parentPort?.on("message", (order: ViewOrder) => {
  void answer(order).then((found) => parentPort?.postMessage(found));
});

async function answer(order: ViewOrder): Promise<ViewAnswer> {
  const grammar = grammars.get(order.language) ?? (await loadGrammar(order.language));
  grammars.set(order.language, grammar);
  const outline = readOutline(order.text, grammar);
  if (typeof outline === "string") return { kind: "trouble", problem: outline };
  return order.as === "skeleton" ? describeSkeleton(order.text, outline) : describeCurated(order.text, outline);
}

async function loadGrammar(name: LanguageName): Promise<Grammar> {
  // Out of memory it aborts, which ends this thread; it need not print that.
  if (grammars.size === 0) await Parser.init({ wasmMemory: new WebAssembly.Memory(memory), printErr: () => {} });
  const language = await Language.load(resolve(`@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`));
  const parser = new Parser();
  parser.setLanguage(language);
  return { parser, query: new Query(language, queries[name]) };
}

/** Or why there is none. */
function readOutline(text: string, { parser, query }: Grammar): Outline | string {
  const end = performance.now() + limitMs;
  const isLate = (): boolean => performance.now() > end;
  const late = `is not parsed within ${limitMs / 1_000} s`;
  const tree = parser.parse(text, null, { progressCallback: isLate });
  if (tree === null) {
    parser.reset();
    return late;
  }
  try {
    const matches = query.matches(tree.rootNode, { progressCallback: isLate });
    return isLate() ? late : whyNot(toOutline(matches.map(toMatch)), text);
  } finally {
    tree.delete();
  }
}

const toMatch = ({ captures }: QueryMatch): Match =>
  captures.map(({ name, node }) => ({ name, span: { start: node.startIndex, end: node.endIndex } }));

/** A text of another kind gives an error at every other word; a file full of macros gives some, and a good outline. */
function whyNot(outline: Outline, text: string): Outline | string {
  if (outline.declarations.length === 0 && outline.wholes.length === 0) return "declares nothing that was understood";
  const most = 5 + text.split("\n").length / 10;
  return outline.errors > most ? `has ${outline.errors} places that were not understood` : outline;
}

const toNote = ({ errors }: Outline): string =>
  errors === 0 ? "" : `; ${errors === 1 ? "1 place was" : `${errors} places were`} not understood`;

function describeSkeleton(text: string, outline: Outline): ViewAnswer {
  const lines = text.split("\n").length;
  const leftOut = `bodies, comments and values are left out of its ${lines} lines${toNote(outline)}`;
  return { kind: "view", text: toSkeleton(text, outline), leftOut };
}

function describeCurated(text: string, outline: Outline): ViewAnswer {
  const { text: shown, gaps, lines } = toCurated(text, outline);
  const leftOut = `${lines} lines of ${gaps === 1 ? "1 body" : `${gaps} bodies`} are left out`;
  return { kind: "view", text: shown, leftOut: gaps === 0 ? undefined : `${leftOut}${toNote(outline)}` };
}
