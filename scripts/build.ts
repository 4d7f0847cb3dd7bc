// Makes dist/ from src/ for the published package, the page in dist/page: few files, so that the command starts fast
// (ADR 0006).
// `bundle` is also what the benchmark compiles its own programs with.

import { chmodSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { buildPage } from "./build-page.ts";

const top = join(import.meta.dirname, "..");

/** zod is many small modules and every start needs it; everything else stays the package's own dependency. */
const isExternal = (id: string): boolean =>
  id.startsWith("node:") || (!id.startsWith(".") && !id.startsWith("/") && id !== "zod" && !id.startsWith("zod/"));

/** One file per entry, shared code and lazy parts in files of their own beside them: `import.meta.url` stays in one folder. */
export async function bundle(entries: Readonly<Record<string, string>>, dir: string): Promise<void> {
  const build = await rolldown({ input: { ...entries }, platform: "node", external: isExternal });
  await build.write({ dir, format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" });
  await build.close();
}

if (import.meta.main) {
  const dist = join(top, "dist");
  rmSync(dist, { recursive: true, force: true });
  const entries = {
    main: "src/main.ts",
    "search-worker": "src/adapters/tools/search-worker.ts",
    "view-worker": "src/adapters/context/view-worker.ts",
  };
  await bundle(Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(top, file)])), dist);
  chmodSync(join(dist, "main.js"), 0o755);
  await buildPage();
}
