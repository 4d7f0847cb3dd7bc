// `tutti export`, `tutti archive` and `tutti replay`, as the command line knows them.

import { InvalidArgumentError, Option, type Command } from "commander";
import type { ArchiveOptions } from "./commands/archive.ts";
import type { Means } from "./add-budget.ts";
import type { ExportOptions, ReplayCommandOptions } from "./commands/recording.ts";

export function addRecordings(program: Command, { context, settle, command, runArgument }: Means): void {
  command(program, "export", "a run as a recording that can be played again, as a file of its records, or as a page")
    .addArgument(runArgument)
    .addOption(
      new Option(
        "--format <format>",
        "recording: to be played again; jsonl: the run itself, for `tutti import`; html: to be looked at in a browser",
      )
        .choices(["recording", "jsonl", "html"])
        .default("recording"),
    )
    .option("--out <file>", "write it there instead of to standard output")
    .option("--force", "put it over a file that is there")
    .action(async (run: string | undefined, options: ExportOptions) => {
      const { exportCommand } = await import("./commands/recording.ts");
      settle(await exportCommand(run, options, context));
    });
  command(program, "archive", "move runs that are over out of their store into files, for `tutti import`")
    .argument("[run]", "only this one; every run that has ended where not given")
    .requiredOption("--to <folder>", "where the files are put, <run>.jsonl each; it is made if it is not there")
    .addOption(
      new Option("--ended-before <days>", "only those whose last record is at least so many days old").argParser(
        daysOf,
      ),
    )
    .action(async (run: string | undefined, options: ArchiveOptions) => {
      const { archiveCommand } = await import("./commands/archive.ts");
      settle(await archiveCommand(run, options, context));
    });
  command(program, "replay", "play a recording: the same words of models and person, everything else anew")
    .argument("<recording.json>", "what `tutti export` wrote")
    .option("--base <ref>", "begin at this branch, tag or commit instead of the recorded one")
    .addOption(new Option("--attended", "somebody answers what the recording does not").conflicts("unattended"))
    .option("--unattended", "recorded answers are not given: what would be asked is refused")
    .option("--no-sandbox", "run the recorded commands with your own rights (the log records it)")
    .option("--plain", "plain lines instead of the live view")
    .action(async (file: string, options: ReplayCommandOptions) => {
      const { replayCommand } = await import("./commands/recording.ts");
      settle(await replayCommand(file, options, context));
    });
}

const daysOf = (text: string): number => {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError("It must be a whole number of days.");
  return Number(text);
};
