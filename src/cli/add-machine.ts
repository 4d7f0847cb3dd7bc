// `tutti worker`, as the command line knows it.

import { InvalidArgumentError, type Command } from "commander";
import { labelText, mostCapacity } from "../domain/machine-settings.ts";
import type { Means } from "./add-budget.ts";
import type { WorkerOptions } from "./commands/worker.ts";

export function addMachine(
  program: Command,
  { context, settle, command }: Pick<Means, "context" | "settle" | "command">,
): void {
  command(program, "worker", "work for the runs that other processes conduct on a store, until you stop it")
    .option("--capacity <n>", "attempts at a time (as many as there are processors)", capacityFrom(1))
    .option("--label <label...>", "what tickets may ask for, for example gpu (repeatable)", collectLabel)
    .option("--git-via <address>", 'how a run\'s repository on another host is reached: "ssh://me@{host}{path}"')
    .option("--no-conduct", "leave runs whose conductor died to others")
    .action(async (options: WorkerOptions) => {
      const { workerCommand } = await import("./commands/worker.ts");
      settle(await workerCommand(options, context));
    });
}

export const capacityWords = "attempts this process works on itself while machines work for its runs; 0: none, ever";

/** Reads a number of attempts at a time. */
export const capacityFrom =
  (least: 0 | 1) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d{1,3}$/.test(text) || value < least || value > mostCapacity)
      throw new InvalidArgumentError(`It must be a whole number from ${least} to ${mostCapacity}.`);
    return value;
  };

function collectLabel(text: string, before: readonly string[] | undefined): readonly string[] {
  const parsed = labelText.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError("It must be made of letters, digits, and . : _ / -");
  return [...(before ?? []), text];
}
