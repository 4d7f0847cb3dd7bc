// Commands that go back in a run, as the command line knows them.

import { InvalidArgumentError, Option, type Command } from "commander";
import type { Means } from "./add-budget.ts";
import type { CommonOptions } from "./context.ts";
import type { CompareOptions } from "./commands/compare.ts";
import type { ForkCommandOptions } from "./commands/fork.ts";

/** The place of a record in its log. */
const seq = (text: string): number => {
  const value = Number(text);
  if (!/^\d{1,12}$/.test(text) || value < 1) throw new InvalidArgumentError("It must be a record's number, from 1.");
  return value;
};

const several = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

export function addTimeTravel(program: Command, { context, settle, command, runArgument }: Means): void {
  command(program, "compare", "two moments of a run beside each other, or a run and the one it was forked from")
    .addArgument(runArgument)
    .option("--a <record>", "the first moment; left out: the last record", seq)
    .option("--b <record>", "the second moment; left out: the last record", seq)
    .option("--with <run>", "the run that the second moment is of, where it is another one")
    .action(async (run: string | undefined, options: CompareOptions) => {
      const { compareCommand } = await import("./commands/compare.ts");
      settle(await compareCommand(run, options, context));
    });
  command(program, "import", "bring in a run that was exported as jsonl, to be looked at and forked")
    .argument("<file>", "what `tutti export --format jsonl` wrote; -: the standard input")
    .action(async (file: string, options: CommonOptions) => {
      const { importCommand } = await import("./commands/import.ts");
      settle(await importCommand(file, options, context));
    });
  command(program, "fork", "begin another run as this one was at a record, with what you change")
    .addArgument(runArgument)
    .option("--at <record>", "its number, as `tutti log` shows it; left out: the last one there is", seq)
    .option("--guide <ticket=words>", "say something to a ticket's next attempt; opens it again (repeatable)", several)
    .option("--rewrite <ticket=words>", "the last message of a ticket's worker as it should be (repeatable)", several)
    .option("--patch <file>", "change the plan: the same file as `tutti replan` takes")
    .option("--model <id>", "model of the workers; repeat it for the next rungs of the ladder", several)
    .option("--planner <model>", "model that divides the goal into tracks (tier 1)", several)
    .option("--lead <model>", "model that plans tickets and reviews (tier 2)", several)
    .option("--ticket-model <ticket=model>", "model of one ticket; repeat it for the next rungs", several)
    .addOption(
      new Option("--mode <mode>", "async: in parallel; linear: one ticket at a time").choices(["async", "linear"]),
    )
    .addOption(
      new Option("--trust <level>", "for every worker; off: as configured").choices(["step", "ask", "auto", "off"]),
    )
    .option("--lanes <n>", "how many workers at once", seq)
    .option("--budget <bound>", "a bound in place of the one it had: run usd 5 (repeatable)", several)
    .addOption(new Option("--attended", "somebody answers, here or from another terminal").conflicts("unattended"))
    .option("--unattended", "nobody answers: what would be asked is refused")
    .option("--plain", "plain lines instead of the live view")
    .action(async (run: string | undefined, options: ForkCommandOptions) => {
      const { forkCommand } = await import("./commands/fork.ts");
      settle(await forkCommand(run, options, context));
    });
}
