// `tutti machines`, and one of them sent home.

import { storeDescription } from "./store-option.ts";
import type { Command } from "commander";
import type { MachinesOptions } from "./commands/machines.ts";
import type { CliContext, ExitCode } from "./context.ts";
import { exampleText } from "./examples.ts";

type Adding = { readonly context: CliContext; readonly settle: (code: ExitCode) => void };

export function addMachines(program: Command, { context, settle }: Adding): void {
  const machines = program
    .command("machines")
    .description("the machines that work for the runs of the store, and what each does")
    .option("--json", "print JSON")
    .option("--store <address>", storeDescription)
    .addHelpText("after", exampleText("machines"))
    .action(async (options: MachinesOptions) => {
      const { machinesCommand } = await import("./commands/machines.ts");
      settle(await machinesCommand(options, context));
    });
  machines
    .command("drain")
    .description("one takes no more attempts, gives back those it has, and ends")
    .argument("<machine>", "as `tutti machines` lists them")
    .option("--json", "print JSON")
    .option("--store <address>", storeDescription)
    .action(async (machine: string, options: MachinesOptions) => {
      const { drainCommand } = await import("./commands/machines.ts");
      settle(await drainCommand(machine, options, context));
    });
}
