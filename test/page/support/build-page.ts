// Before the tests of the page: builds it, where what it is made of has changed since.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { isNewerThan } from "../../support/made-from.ts";

const program = join(import.meta.dirname, "../../../scripts/build-page.ts");
const sources = ["src/{web,core,views,domain}/**/*", "vite.config.ts", "package-lock.json"];

export async function setup(): Promise<void> {
  if (isNewerThan("dist/page/carried/index.html", sources)) return;
  // In a process of its own: here NODE_ENV says that tests run, and React would be built for its developers.
  await promisify(execFile)(process.execPath, [program]);
}
