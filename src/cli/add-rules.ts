// `tutti rules` and its subcommands, as the command line knows them.

import { Argument, Option, type Command } from "commander";
import type { LiveRule } from "../domain/live-rule.ts";
import type { Means } from "./add-budget.ts";
import type { AddRuleOptions } from "./commands/rules.ts";
import type { CommonOptions } from "./context.ts";

const whichRun = "which run, where more than one is open";

export function addRules(program: Command, { context, settle, command, runArgument }: Means): void {
  const rules = command(program, "rules", "what is answered at the gates of a run without asking you")
    .addArgument(runArgument)
    .action(async (run: string | undefined, options: CommonOptions) => {
      const { rulesCommand } = await import("./commands/rules.ts");
      settle(await rulesCommand(run, options, context));
    });
  command(rules, "add", "a rule for this run, from now on")
    .addArgument(new Argument("<decision>", "what is answered").choices(["approve", "reject", "ask"]))
    .addOption(
      new Option("--gate <gate>", "which gate; call where not said").choices([
        "spawn",
        "call",
        "result",
        "unknown",
        "question",
      ]),
    )
    .option("--tool <name>", "calls of this tool; any where not said")
    .option("--path <glob>", "calls whose path matches")
    .option("--command <words>", "run calls of exactly this command")
    .option("--command-prefix <words>", "run calls that begin with these words")
    .option("--ticket <id>", "only workers of this ticket")
    .option("--archetype <name>", "only workers of this kind")
    .option("--dry-run", "show what it would have decided so far, and make nothing")
    .option("--also-open", "answer what is open now by it, too")
    .option("--run <run>", whichRun)
    .action(async (decision: LiveRule["decision"], options: AddRuleOptions) => {
      const { addRuleCommand } = await import("./commands/rules.ts");
      settle(await addRuleCommand(decision, options, context));
    });
  command(rules, "remove", "a rule that was made in this run")
    .argument("<rule>", "its id, for example R57")
    .option("--run <run>", whichRun)
    .action(async (id: string, options: CommonOptions & { run?: string }) => {
      const { removeRuleCommand } = await import("./commands/rules.ts");
      settle(await removeRuleCommand(id, options, context));
    });
}
