// The opt-out: the same port without the walls.

import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { createNoSandbox } from "../../../src/adapters/sandbox/no-sandbox.ts";
import { createTempFolder } from "../temp-folder.ts";
import { runIn, sandboxContract } from "./sandbox-contract.ts";

describe("no sandbox", () => {
  sandboxContract(createNoSandbox);

  const newRoot = createTempFolder();

  it("TOOL6 is always there", async () => {
    expect(await createNoSandbox().check()).toBeUndefined();
  });

  it("TOOL7 A-26 home and temporary folder are private, random and gone afterwards", async () => {
    const sandbox = createNoSandbox();
    const { output } = await runIn(sandbox, newRoot(), "echo $HOME; stat -c %a $HOME/..");
    const [home = "", mode] = output.trim().split("\n");
    expect(home.startsWith(`${tmpdir()}/tutti-command-`)).toBe(true);
    expect(mode).toBe("700");
    expect(readdirSync(tmpdir())).not.toContain(home.split("/").at(-2));
  });
});
