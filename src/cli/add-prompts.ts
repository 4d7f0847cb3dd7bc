// `tutti prompts`, and one of them word for word.

import type { Command } from "commander";
import type { PromptsOptions } from "./commands/prompts.ts";
import type { CliContext, ExitCode } from "./context.ts";
import { exampleText } from "./examples.ts";

type Adding = { readonly context: CliContext; readonly settle: (code: ExitCode) => void };

export function addPrompts(program: Command, { context, settle }: Adding): void {
  const prompts = program
    .command("prompts")
    .description("the words the models of a run are given, and where they come from")
    .option("--json", "print JSON")
    .addHelpText("after", exampleText("prompts"))
    .action(async (options: PromptsOptions) => {
      const { promptsCommand } = await import("./commands/prompts.ts");
      settle(await promptsCommand(options, context));
    });
  prompts
    .command("show")
    .description("one of them, word for word")
    .argument("<name>", "as `tutti prompts` lists them")
    .option("--json", "print JSON")
    .action(async (name: string, options: PromptsOptions) => {
      const { showPromptCommand } = await import("./commands/prompts.ts");
      settle(await showPromptCommand(name, options, context));
    });
}
