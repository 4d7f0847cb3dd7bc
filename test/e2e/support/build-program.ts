// Before the tests that start the command: bundles it as it is published, where what it is made of has changed since.
// It starts in half the time that its sources take.

import { isNewerThan } from "../../support/made-from.ts";

export async function setup(): Promise<void> {
  if (isNewerThan("dist/main.js", ["src/**/*", "scripts/build.ts", "package-lock.json"])) return;
  const { buildProgram } = await import("../../../scripts/build.ts");
  await buildProgram();
}
