// `tutti archive`: runs that are over leave their store for files, from which `tutti import` makes them readable again.

import { toPrintableLine } from "../../domain/printable.ts";
import { counted } from "../../views/words.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { Look } from "../desk.ts";

export type ArchiveOptions = CommonOptions & {
  readonly to: string;
  /** Days since the last record, at the least. */
  readonly endedBefore?: number;
};

const dayMs = 86_400_000;

export async function archiveCommand(
  run: string | undefined,
  options: ArchiveOptions,
  context: CliContext,
): Promise<ExitCode> {
  const desk = await context.desk();
  const { repo, to, endedBefore = 0 } = options;
  const latest = Date.now() - endedBefore * dayMs;
  const isOver = ({ pid, state }: Look): boolean => pid === null && state.ended !== null && state.lastAt <= latest;
  const chosen = run === undefined ? (await desk.list(repo)).filter(isOver) : [await desk.look({ repo, run })];
  const archived = [];
  for (const look of chosen) {
    const moved = await desk.archive({ repo, run: look.run }, to);
    archived.push(moved);
    // Told one by one: what follows may fail, and this much is done.
    if (options.json !== true)
      context.out.write(`${moved.run} is in ${toPrintableLine(moved.file)} now (${counted(moved.bytes, "byte")})\n`);
  }
  if (options.json === true) context.out.write(`${JSON.stringify({ archived })}\n`);
  else if (archived.length === 0) context.out.write("There is nothing to archive: no run ended so long ago.\n");
  else context.out.write("`tutti import <file>` makes one readable again. Merged work stays on the runs' branches.\n");
  return 0;
}
