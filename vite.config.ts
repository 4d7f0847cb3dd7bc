// Builds the page: src/web -> dist/page. Everything it needs lies in those files; nothing is loaded from elsewhere.

import { join } from "node:path";
import react from "@vitejs/plugin-react";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "vite";

type Node = { readonly type: string; readonly start: number; readonly end: number } & Readonly<Record<string, unknown>>;

/** What a chain of calls and members begins with. */
function rootOf(node: Node): Node {
  const inner = (node["callee"] ?? node["object"] ?? node["expression"]) as Node | undefined;
  return inner === undefined ? node : rootOf(inner);
}

/** `z...` or `someSchema...`, or a list of such. */
function isSchema(node: Node | null): boolean {
  if (node === null) return false;
  if (node.type === "ArrayExpression") {
    const elements = node["elements"] as readonly Node[];
    return elements.length > 0 && elements.every(isSchema);
  }
  if (node.type === "SpreadElement") return isSchema(node["argument"] as Node);
  const root = rootOf(node);
  return root.type === "Identifier" && root !== node && /^(?:z|\w+Schema)$/.test(String(root["name"]));
}

/** A fifth of what the page would load: schemas, which are made by calls and of which it needs only the types. */
const withoutSchemas = {
  name: "without-schemas",
  transform(this: { parse: (code: string) => unknown }, code: string, id: string) {
    if (!/\/src\/domain\/[\w-]+\.ts$/.test(id)) return null;
    const { body } = this.parse(code) as { body: readonly Node[] };
    const inits = body
      .map((node) => (node.type === "ExportNamedDeclaration" ? (node["declaration"] as Node | null) : node))
      .flatMap((node) => (node?.type === "VariableDeclaration" ? (node["declarations"] as readonly Node[]) : []))
      .map((declared) => declared["init"] as Node | null)
      .filter((init) => init !== null)
      .filter(isSchema);
    const cut = inits.reduceRight((text, { start, end }) => `${text.slice(0, start)}z${text.slice(end)}`, code);
    return {
      code: inits.length > 0 && !/\bimport\b[^;]*\bz\b[^;]*"zod"/.test(code) ? `import { z } from "zod";${cut}` : cut,
      map: null,
    };
  },
};

/** A script, or a file beside the scripts, which has no code. */
type Made = { readonly name?: string; readonly isEntry?: boolean; code?: string };

/**
 * What is drawn first is compiled beside the page's thread as it arrives, and not on it, function by function, as each is
 * called. Browsers that know no such hint see a comment.
 */
const compiledAhead = {
  name: "compiled-ahead",
  enforce: "post",
  generateBundle: {
    order: "post",
    handler(_: unknown, bundle: Readonly<Record<string, Made>>) {
      for (const made of Object.values(bundle))
        if (made.isEntry === true || made.name === "board-screen")
          made.code = `//# allFunctionsCalledOnLoad\n${made.code ?? ""}`;
    },
  },
} as const;

/** `--mode carried`: in one script and one style sheet, to be put into an exported run's own page. */
export default defineConfig(({ mode }) => {
  const isCarried = mode === "carried";
  return {
    root: join(import.meta.dirname, "src/web"),
    plugins: [withoutSchemas, react(), tailwindcss(), ...(isCarried ? [] : [compiledAhead])],
    resolve: { alias: { zod: join(import.meta.dirname, "src/web/no-schemas.ts") } },
    define: { "process.env.NODE_ENV": '"production"' },
    build: {
      outDir: join(import.meta.dirname, isCarried ? "dist/page/carried" : "dist/page"),
      emptyOutDir: true,
      target: "es2024",
      // A data: address in a style would need a wider policy; fonts and pictures of a served page stay files.
      assetsInlineLimit: isCarried ? 10_000_000 : 0,
      cssCodeSplit: !isCarried,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      // What is loaded first anyway packs better in one piece than in fifty, and names every other piece: what is small and
      // shared by a few screens is kept together.
      rolldownOptions: {
        // The pure rooms do nothing when they are loaded: what of them is not called is left out.
        treeshake: { moduleSideEffects: (id) => !/\/src\/(?:domain|core|views)\//.test(id) },
        output: {
          codeSplitting: isCarried
            ? false
            : {
                groups: [
                  { name: "first", tags: ["$initial"], priority: 2 },
                  {
                    name: "small",
                    test: /\/(?:ui\/(?:status-icon|lazy-part)\.tsx|lucide-react\/.*\/ellipsis\.m?js)$/,
                    priority: 2,
                  },
                  {
                    name: "table",
                    test: /\/views\/(?:deliberation-(?:face|standing)|table-figures)\.ts$/,
                    priority: 1,
                  },
                  {
                    name: "said",
                    test: /\/(?:worker\/(?:live-turn|live-answer|say-box)|state\/use-asking)\.tsx?$/,
                    priority: 1,
                  },
                ],
              },
        },
      },
    },
  };
});
