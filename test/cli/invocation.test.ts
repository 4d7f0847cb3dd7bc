// Commands in hints, as the person can type them where they are.

import { describe, expect, it } from "vitest";
import { exampleText, examples } from "../../src/cli/examples.ts";
import { invocationOf, toTypable } from "../../src/cli/invocation.ts";
import { createProgram } from "../../src/cli/program.ts";
import type { CliContext } from "../../src/cli/context.ts";

describe("hints", () => {
  it("CLI6 name the program as it was called, and the repository where it is another folder", () => {
    expect(invocationOf({}, ".")).toBe("tutti");
    expect(invocationOf({ npm_lifecycle_event: "tutti" }, "/a/b c")).toBe("npm run -s tutti -- --repo '/a/b c'");
  });

  it("CLI6 hold in remedies too, and touch nothing but commands", () => {
    const remedy = "See `tutti runs`. Set it in tutti.toml, or tutti resume run_1. Tutti runs on.";
    expect(toTypable(remedy, "tutti --repo /r")).toBe(
      "See `tutti --repo /r runs`. Set it in tutti.toml, or tutti --repo /r resume run_1. Tutti runs on.",
    );
    expect(toTypable(remedy, "tutti")).toBe(remedy);
  });
});

describe("help", () => {
  const unused = (): never => expect.fail("help needs nothing of this");
  const context = { desk: unused, now: unused } as unknown as CliContext;
  const program = createProgram(context, { version: "1.2.3", json: false, settle: unused });
  const names = program.commands.map((command) => command.name());

  it("CLI1 every command has an example that its own options accept", () => {
    expect(Object.keys(examples).toSorted()).toEqual(names.toSorted());
    for (const command of program.commands) {
      const options = [command, ...command.commands].flatMap((each) => each.options.map(({ long }) => long));
      for (const line of examples[command.name()] ?? []) {
        expect(line).toMatch(new RegExp(`^tutti ${command.name()}\\b`));
        for (const [option] of line.matchAll(/(?<= )--[a-z-]+/g)) expect(options, line).toContain(option);
      }
      expect(exampleText(command.name())).toContain("Example");
    }
  });
});
