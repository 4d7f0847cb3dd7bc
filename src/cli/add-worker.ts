// Commands about one worker, as the command line knows them.

import type { Means } from "./add-budget.ts";
import type { TellOptions } from "./commands/tell.ts";
import type { Command } from "commander";

const whichRun = "which run, where more than one is open";

export function addWorker(program: Command, { context, settle, command }: Omit<Means, "runArgument">): void {
  command(program, "tell", "say something to the worker of a ticket; it is told before its next call")
    .argument("<ticket>", "the ticket it works on")
    .argument("<words...>", "what it is told")
    .option("--run <run>", whichRun)
    .action(async (ticket: string, words: readonly string[], options: TellOptions) => {
      const { tellCommand } = await import("./commands/tell.ts");
      settle(await tellCommand(ticket, words, options, context));
    });
}
