// `tutti import`: an exported run, to be looked at and forked.

import { createReadStream } from "node:fs";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { CliFault } from "../errors.ts";
import { invocationOf } from "../invocation.ts";

/** `-` is the standard input. */
export async function importCommand(file: string, options: CommonOptions, context: CliContext): Promise<ExitCode> {
  const desk = await context.desk();
  const { run, records } = await desk.bringIn(options.repo, bytesOf(file, context));
  if (options.json === true) {
    context.out.write(`${JSON.stringify({ run, records })}\n`);
    return 0;
  }
  const program = invocationOf(context.env, options.repo);
  context.out.write(
    `${run} is here, with ${records} records: it can be looked at and forked.\n` +
      `  ${program} log ${run}\n  ${program} fork ${run} --at <record>\n`,
  );
  return 0;
}

async function* bytesOf(file: string, { input }: CliContext): AsyncGenerator<Uint8Array> {
  const source: AsyncIterable<Buffer | string> = file === "-" ? input : createReadStream(file);
  try {
    for await (const part of source) yield Buffer.from(part);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new CliFault("file_unreadable", `${file} cannot be read (${code})`, "Give the path of an exported run.");
  }
}
