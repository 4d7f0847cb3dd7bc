// `tutti demo`, as the command line knows it.

import type { Command } from "commander";
import { capacityFrom } from "./add-machine.ts";
import type { Means } from "./add-budget.ts";
import type { DemoOptions } from "./commands/demo.ts";
import { exampleText } from "./examples.ts";

export function addDemo(program: Command, { context, settle }: Pick<Means, "context" | "settle">): void {
  program
    .command("demo")
    .description("conduct a sample epic with a scripted model: no key, no network")
    .option("--json", "print one JSON object at the end and nothing else")
    .option("--plain", "plain lines instead of the live view")
    .option(
      "--workers <n>",
      "let so many machines work for it: processes of `tutti worker` on this computer",
      capacityFrom(1),
    )
    .option("--store <address>", 'where machines are met: "redis", a server of the demo\'s own, or the address of one')
    .addHelpText("after", exampleText("demo"))
    .action(async (options: DemoOptions) => {
      const { demoCommand } = await import("./commands/demo.ts");
      settle(await demoCommand(options, context));
    });
}
