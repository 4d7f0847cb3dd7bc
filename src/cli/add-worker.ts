// Commands about one worker, as the command line knows them.

import { InvalidArgumentError, Option, type Command } from "commander";
import type { Means } from "./add-budget.ts";
import type { ModelsOptions } from "./commands/models.ts";
import type { TellOptions } from "./commands/tell.ts";

const whichRun = "which run, where more than one is open";

export function addWorker(program: Command, means: Means): void {
  const { context, settle, command, runArgument } = means;
  command(program, "tell", "say something to the worker of a ticket, or to an agent of a deliberation")
    .argument("<about>", "the ticket it works on; with --to, the run of the deliberation")
    .argument("[words...]", "what it is told, before its next call")
    .option("--to <role>", "an agent of the deliberation, for example ALPHA; all: every one")
    .option("--run <run>", whichRun)
    .action(async (about: string, words: readonly string[], options: TellOptions) => {
      const { tellCommand } = await import("./commands/tell.ts");
      settle(await tellCommand(about, words, options, context));
    });
  command(program, "models", "which models a run calls; others from the next attempt or question on")
    .addArgument(runArgument)
    .addOption(new Option("--ticket <id>", "of this ticket, from its next attempt on").conflicts("tier"))
    .addOption(new Option("--tier <n>", "of this tier: 1, 2, 3 or 4").argParser(tierOf))
    .option("--model <id>", "the first rung; repeat it for the next ones, or separate them by commas", collect)
    .option(
      "--save",
      "write them into the project's tutti.toml, for the runs to come; without --model, those of the run",
    )
    .action(async (run: string | undefined, options: ModelsOptions) => {
      const { modelsCommand } = await import("./commands/models.ts");
      settle(await modelsCommand(run, options, context));
    });
}

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

const tierOf = (text: string): number => {
  if (!/^[1-4]$/.test(text)) throw new InvalidArgumentError("It must be 1, 2, 3 or 4.");
  return Number(text);
};
