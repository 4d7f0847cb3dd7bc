// `tutti recover`, as the command line knows it.

import { Option, type Command } from "commander";
import type { Means } from "./add-budget.ts";
import type { RecoverCommandOptions } from "./commands/recover.ts";
import { openMarker } from "./marker.ts";

export function addRecover(program: Command, { context, settle, command, runArgument }: Means): void {
  const others = (without: string): string[] =>
    ["rerun", "mediated", "escalate", "accept"].filter((each) => each !== without);
  const choice = (flags: string, name: string, what: string): Option => new Option(flags, what).conflicts(others(name));
  command(program, "recover", "begin the run that recovers from a deliberation that came to nothing, or choose instead")
    .addArgument(runArgument)
    .addOption(choice("--rerun", "rerun", "once more, with what was written and nothing else changed"))
    .addOption(choice("--mediated", "mediated", "once more, with the mediator from the start"))
    .addOption(choice("--escalate", "escalate", "once more, with models of the next higher tier"))
    .addOption(
      choice("--accept [key]", "accept", "take what there is: this entry, or what came nearest to an agreement"),
    )
    .addOption(new Option("--model <id>", "the model of every seat, with --escalate").conflicts(others("escalate")))
    .option("--reason <words>", "why you accept, for the record")
    .addOption(new Option("--attended", "somebody answers from another terminal").conflicts("unattended"))
    .option("--unattended", "nobody answers: what would be asked is refused")
    .option("--plain", "plain lines instead of the live view")
    .action(async (run: string | undefined, options: RecoverCommandOptions) => {
      const { acceptCommand, recoverCommand } = await import("./commands/recover.ts");
      if (options.accept !== undefined) settle(await acceptCommand(run, options, context));
      else settle(await recoverCommand(run, options, { context, marker: openMarker(context, options.json === true) }));
    });
}
