// `tutti forecast`: what a ticket file is expected to take, before anything is started.

import type { Mode } from "../../domain/config.ts";
import type { ModelId } from "../../domain/ids.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import { forecastLines } from "../../views/forecast-lines.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { sizeOf } from "../terminal/terminal.ts";

export type ForecastOptions = CommonOptions & {
  readonly lanes?: number;
  readonly mode?: Mode;
  readonly model?: readonly string[];
};

export async function forecastCommand(
  ticketFile: string,
  options: ForecastOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { repo, lanes, mode } = options;
  const { title, forecast, notes } = await (
    await context.desk()
  ).forecast({
    repo,
    work: { kind: "tickets", ticketFile },
    allowDirty: true,
    settings: "person",
    models: (options.model ?? []) as readonly ModelId[],
    attended: false,
    sandbox: "bwrap",
    ...(lanes === undefined ? {} : { lanes }),
    ...(mode === undefined ? {} : { mode }),
  });
  for (const note of notes) context.err.write(`${toPrintableLine(note)}\n`);
  if (options.json === true) context.out.write(`${JSON.stringify({ title, ...forecast })}\n`);
  else {
    const lines = forecastLines(forecast, title, Math.min(100, sizeOf(context.out).columns));
    context.out.write(`${lines.join("\n")}\n`);
  }
  return 0;
}
