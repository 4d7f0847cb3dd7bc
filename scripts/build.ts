// Makes dist/ from src/ for the published package, the page in dist/page: few files, so that the command starts fast
// (ADR 0006).
// `bundle` is also what the benchmark compiles its own programs with, and `buildProgram` makes what the tests run.

import { chmodSync, globSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { buildPage } from "./build-page.ts";

const top = join(import.meta.dirname, "..");
const dist = join(top, "dist");

/** zod is many small modules and every start needs it; everything else stays the package's own dependency. */
const isExternal = (id: string): boolean =>
  id.startsWith("node:") || (!id.startsWith(".") && !id.startsWith("/") && id !== "zod" && !id.startsWith("zod/"));

/** One file per entry, shared code and lazy parts in files of their own beside them: `import.meta.url` stays in one folder. */
export async function bundle(entries: Readonly<Record<string, string>>, dir: string): Promise<void> {
  const build = await rolldown({ input: { ...entries }, platform: "node", external: isExternal });
  await build.write({ dir, format: "esm", entryFileNames: "[name].js", chunkFileNames: "[name]-[hash].js" });
  await build.close();
}

const entries = {
  main: "src/main.ts",
  "heartbeat-thread": "src/adapters/queue/heartbeat-thread.ts",
  "search-worker": "src/adapters/tools/search-worker.ts",
  "view-worker": "src/adapters/context/view-worker.ts",
};

/** The program without its page. Whoever starts it meanwhile gets the old one or the new one, and both are whole. */
export async function buildProgram(): Promise<void> {
  mkdirSync(dist, { recursive: true });
  const made = mkdtempSync(join(dist, ".new-"));
  try {
    await bundle(Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(top, file)])), made);
    chmodSync(join(made, "main.js"), 0o755);
    const isEntry = (name: string): boolean => name.slice(0, -".js".length) in entries;
    const names = readdirSync(made).toSorted((one, other) => Number(isEntry(one)) - Number(isEntry(other)));
    for (const name of names) renameSync(join(made, name), join(dist, name));
    for (const old of globSync("*.js", { cwd: dist })) if (!names.includes(old)) rmSync(join(dist, old));
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  rmSync(dist, { recursive: true, force: true });
  await buildProgram();
  await buildPage();
}
