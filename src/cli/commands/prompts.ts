// `tutti prompts`: which words the models of a run are given, where they come from, and the words themselves.

import { didYouMean } from "../../domain/nearest-name.ts";
import { toPrintable, toPrintableLine } from "../../domain/printable.ts";
import type { CliContext, ExitCode } from "../context.ts";
import { CliFault } from "../errors.ts";
import { table } from "../status-lines.ts";

export type PromptsOptions = { readonly json?: boolean };

export async function promptsCommand({ json }: PromptsOptions, context: CliContext): Promise<ExitCode> {
  const prompts = await (await context.desk()).prompts();
  if (json === true) {
    const listed = prompts.map(({ name, version, hash, origin, file }) => ({ name, version, hash, origin, file }));
    context.out.write(`${JSON.stringify({ prompts: listed })}\n`);
    return 0;
  }
  const rows = prompts.map(({ name, version, hash, origin, file }) => [
    name,
    `version ${version}`,
    hash.slice(0, 12),
    origin === "yours" ? `yours: ${toPrintableLine(file)}` : "Tutti's",
  ]);
  context.out.write(
    table(rows)
      .map((line) => `${line}\n`)
      .join(""),
  );
  context.err.write(
    "[tutti prompts show <name> prints one; a file of the same name in your config folder replaces it]\n",
  );
  return 0;
}

export async function showPromptCommand(
  name: string,
  { json }: PromptsOptions,
  context: CliContext,
): Promise<ExitCode> {
  const prompts = await (await context.desk()).prompts();
  const found = prompts.find((each) => each.name === name);
  if (found === undefined) {
    const known = prompts.map((each) => each.name);
    throw new CliFault(
      "prompt_missing",
      `there is no prompt "${toPrintableLine(name)}"${didYouMean(name, known)}`,
      `Name one of ${known.join(", ")}.`,
    );
  }
  if (json === true) context.out.write(`${JSON.stringify(found)}\n`);
  else {
    // As the file stands, so that it can be redirected into one of the person's own.
    context.out.write(`---\nversion: ${found.version}\n---\n${toPrintable(found.text)}`);
    context.err.write(`[${name}, version ${found.version}, ${found.hash}, ${toPrintableLine(found.file)}]\n`);
  }
  return 0;
}
