// `tutti doctor`: what a run needs, whether it is here, and what to do where it is not.

import { toPrintable } from "../../domain/printable.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";

export async function doctorCommand(options: CommonOptions, context: CliContext): Promise<ExitCode> {
  const checks = await (await context.desk()).examine(options.repo);
  if (options.json === true) context.out.write(`${JSON.stringify({ checks })}\n`);
  else {
    for (const { what, ok, detail, remedy } of checks) {
      context.out.write(`${ok ? "ok     " : "MISSING"}  ${what}: ${toPrintable(detail)}\n`);
      if (remedy !== undefined) context.out.write(`         ${toPrintable(remedy)}\n`);
    }
  }
  return checks.every(({ ok }) => ok) ? 0 : 1;
}
