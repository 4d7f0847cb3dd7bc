// `tutti serve`, as the command line knows it.

import { InvalidArgumentError, Option, type Command } from "commander";
import { capacityFrom, capacityWords } from "./add-machine.ts";
import type { Means } from "./add-budget.ts";
import type { ServeOptions } from "./commands/serve.ts";

/** Easy to keep in mind, and in a browser's bookmarks. */
const usualPort = 4680;

const portOf = (text: string): number => {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new InvalidArgumentError("It must be a port, 0 to 65535.");
  return port;
};

const collect = (value: string, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), value];

export function addServe(
  program: Command,
  { context, settle, command }: Pick<Means, "context" | "settle" | "command">,
): void {
  command(program, "serve", "the page and the API of all your runs, until you stop it")
    .addOption(new Option("--port <n>", "where it listens; 0: a free one").default(usualPort).argParser(portOf))
    .option("--host <address>", "the address of this machine it listens on (127.0.0.1)")
    .option("--name <name>", "a name it is called by beside those of this machine (repeatable)", collect)
    .option(
      "--tls-cert <file>",
      "certificate as PEM; with --tls-key, wanted where other machines can reach the address",
    )
    .option("--tls-key <file>", "its key as PEM")
    .option(
      "--project <folder>",
      "a repository that has no run yet, for runs begun from the page (repeatable)",
      collect,
    )
    .option("--capacity <n>", capacityWords, capacityFrom(0))
    .action(async (options: ServeOptions) => {
      const { serveCommand } = await import("./commands/serve.ts");
      settle(await serveCommand(options, context));
    });
}
