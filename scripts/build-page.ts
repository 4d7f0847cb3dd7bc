// Builds the page: once as a server serves it, once in one piece, to be put into an exported run's own file.

import { join } from "node:path";
import { build } from "vite";

const configFile = join(import.meta.dirname, "../vite.config.ts");

export async function buildPage(): Promise<void> {
  // Whatever this process was started for, the page is for its users.
  process.env["NODE_ENV"] = "production";
  for (const mode of ["production", "carried"]) await build({ configFile, mode, logLevel: "error" });
}

if (import.meta.main) await buildPage();
