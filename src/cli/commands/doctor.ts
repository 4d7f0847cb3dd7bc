// `tutti doctor`: what a run needs, whether it is here, and what to do where it is not.

import { toPrintable } from "../../domain/printable.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { Check } from "../desk.ts";
import { canDraw, colourDepth, sizeOf } from "../terminal/terminal.ts";

export type DoctorOptions = CommonOptions & { readonly online?: boolean };

export async function doctorCommand(options: DoctorOptions, context: CliContext): Promise<ExitCode> {
  const desk = await context.desk();
  const checks = [...(await desk.examine(options.repo, { online: options.online === true })), lookAtTerminal(context)];
  if (options.json === true) context.out.write(`${JSON.stringify({ checks })}\n`);
  else {
    for (const check of checks) {
      context.out.write(`${signOf(check)}  ${check.what}: ${toPrintable(check.detail)}\n`);
      if (check.remedy !== undefined) context.out.write(`         ${toPrintable(check.remedy)}\n`);
    }
  }
  return checks.every(({ ok }) => ok) ? 0 : 1;
}

const signOf = ({ ok, remedy }: Check): string => (ok ? (remedy === undefined ? "ok     " : "note   ") : "MISSING");

/** Tutti works without one; where there is one, the live view wants some room. */
function lookAtTerminal({ out, env }: CliContext): Check {
  const what = "terminal";
  if (!canDraw(out, env)) return { what, ok: true, detail: "none that can be drawn on: runs print plain lines" };
  const { columns, rows } = sizeOf(out);
  const detail = `${columns} x ${rows}, colours: ${colourDepth(out, env)}`;
  return columns >= 60 && rows >= 12
    ? { what, ok: true, detail }
    : { what, ok: true, detail, remedy: "The live view wants 60 columns and 12 rows; say --plain in a smaller one." };
}
