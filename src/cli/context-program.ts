// `tutti context` and `tutti context compact`: how they are typed.

import type { Command } from "commander";
import type { ContextOptions } from "./commands/context.ts";
import type { CliContext, ExitCode } from "./context.ts";
import { exampleText } from "./examples.ts";

const whichRun = "which run, where more than one is open";

export function addContext(program: Command, context: CliContext, settle: (code: ExitCode) => void): void {
  const looking = program
    .command("context")
    .description("how full each worker's context window is, and what fills it")
    .argument("[ticket]", "the worker on this ticket; left out: every worker")
    .option("--run <run>", whichRun)
    .option("--repo <path>", "the repository, where it is not the current folder")
    .option("--json", "print JSON")
    .addHelpText("after", exampleText("context"))
    .action(async (ticket: string | undefined, options: ContextOptions) => {
      const { contextCommand } = await import("./commands/context.ts");
      settle(await contextCommand(ticket, options, context));
    });
  looking
    .command("compact")
    .description("tell the old turns of a worker's conversation in short, from its next call on")
    .argument("<ticket>", "the ticket it works on")
    .option("--run <run>", whichRun)
    .option("--repo <path>", "the repository, where it is not the current folder")
    .option("--json", "print JSON")
    .action(async (ticket: string, options: ContextOptions) => {
      const { compactCommand } = await import("./commands/context.ts");
      settle(await compactCommand(ticket, options, context));
    });
}
