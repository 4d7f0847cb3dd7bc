// `tutti deliberate`, as the command line knows it.

import { InvalidArgumentError, Option, type Command } from "commander";
import { recoveries } from "../domain/deliberation-setting.ts";
import { modelText } from "../domain/ticket-fields.ts";
import type { Means } from "./add-budget.ts";
import type { DeliberateCommandOptions } from "./commands/deliberate.ts";
import { nothingBegun, openMarker, toMarkerLine } from "./marker.ts";

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

const longest = 30 * 24 * 3600;

const seconds = (text: string): number => {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value < 0.001 || value > longest)
    throw new InvalidArgumentError(`It must be a number of seconds, more than 0 and at most ${longest}.`);
  return value;
};

const rounds = (text: string): number => {
  const value = Number(text);
  if (!/^\d{1,3}$/.test(text) || value < 1 || value > 100)
    throw new InvalidArgumentError("It must be a whole number from 1 to 100.");
  return value;
};

const model = (text: string): string => {
  if (!modelText.safeParse(text).success) throw new InvalidArgumentError("It must be <provider>/<model>.");
  return text;
};

export function addDeliberate(
  program: Command,
  { context, settle, command }: Pick<Means, "context" | "settle" | "command">,
): void {
  const wantsJson = (): boolean => process.argv.includes("--json");
  const deliberate = command(program, "deliberate", "let agents argue a question out, and say what they agree on");
  // A parent that reads the marker line reads it for a mistake on the command line too.
  const output = deliberate.configureOutput();
  deliberate.configureOutput({
    outputError: (text, write) => {
      output.outputError?.(text, write);
      (wantsJson() ? context.err : context.out).write(
        `${toMarkerLine({ ...nothingBegun, error: text.trim().replace(/^error: /, "") }, context.env)}\n`,
      );
    },
  });
  deliberate
    .argument("[objective]", "what is to be decided, in quotes")
    .option("--objective-file <path>", "read it from a text file; -: from the standard input")
    .option("--constraints <words>", "something every answer has to respect (repeatable)", collect)
    .option("--success <words>", "something a good answer does (repeatable)", collect)
    .option("--subtasks <file>", "parts of the question, as a JSON list")
    .option("--model <id>", "model of every seat that names none here", model)
    .option("--seat <ROLE=model>", "one seat: its model, and a brief after a colon and a space (repeatable)", collect)
    .option("--timeout <seconds>", "the time there is; waiting for you does not count", seconds)
    .option("--max-rounds <n>", "rounds of each proposer", rounds)
    .addOption(
      new Option("--recover <policy>", "what follows an ending without consensus").choices(
        [...recoveries].toReversed(),
      ),
    )
    .option("--mediate-at-once", "the mediator sits from the beginning")
    .option("--mediator-decides", "the mediator's ruling counts where one proposer agrees with it")
    .option("--scenario <file>", "what models named scripted/... play, instead of calling a provider")
    .option("--budget-usd <n>", "it may cost this many US dollars; the call that would go beyond is not made")
    .option("--budget-tokens <n>", "likewise in tokens")
    .addOption(new Option("--attended", "somebody answers from another terminal").conflicts("unattended"))
    .option("--unattended", "nobody answers: what would be asked is refused")
    .option("--no-sandbox", "try patches of proposals with your own rights (the log records it)")
    .option("--plain", "plain lines instead of the live view")
    .action(async (words: string | undefined, options: DeliberateCommandOptions) => {
      const marker = openMarker(context, options.json === true);
      const { deliberateCommand } = await import("./commands/deliberate.ts");
      settle(await deliberateCommand(words, options, { context, marker }));
    });
}
