// `tutti budget` and its subcommand, as the command line knows them.

import type { Argument, Command } from "commander";
import type { CliContext, CommonOptions, ExitCode } from "./context.ts";
import type { RaiseOptions } from "./commands/budget.ts";

export const budgetDescription = "what a run may spend, has spent and holds back";

export type Means = {
  readonly context: CliContext;
  readonly settle: (code: ExitCode) => void;
  /** Makes a command with what every command takes. */
  readonly command: (program: Command, name: string, description: string) => Command;
  readonly runArgument: Argument;
};

export function addBudget(budget: Command, { context, settle, command, runArgument }: Means): void {
  budget.addArgument(runArgument).action(async (run: string | undefined, options: CommonOptions) => {
    const { budgetCommand } = await import("./commands/budget.ts");
    settle(await budgetCommand(run, options, context));
  });
  command(budget, "raise", "a higher bound for a run that goes on: run usd 12.50, or ticket T7 tokens 200000")
    .argument("<bound...>", "whose, what and how much; several are separated by commas")
    .option("--run <run>", "which run, where it is not the one that is open")
    .action(async (words: readonly string[], options: RaiseOptions) => {
      const { raiseCommand } = await import("./commands/budget.ts");
      settle(await raiseCommand(words, options, context));
    });
}
