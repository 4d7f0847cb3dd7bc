// `tutti view`: what a worker sees of a file, or what the repository holds. The text goes to stdout, the rest is said beside.

import { toPrintable, toPrintableLine } from "../../domain/printable.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { ViewOptions } from "../desk.ts";

export type ViewCommandOptions = CommonOptions & Pick<ViewOptions, "as">;

const viewNames = {
  map: "map",
  skeleton: "skeleton",
  curated: "curated view",
  whole: "the whole file",
  part: "in part",
} as const;

export async function viewCommand(
  path: string,
  { repo, as, json }: ViewCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const viewed = await (await context.desk()).view({ repo, path, ...(as === undefined ? {} : { as }) });
  if (json === true) {
    context.out.write(`${JSON.stringify(viewed)}\n`);
    return 0;
  }
  const text = toPrintable(viewed.text);
  context.out.write(text === "" || text.endsWith("\n") ? text : `${text}\n`);
  const leftOut = viewed.leftOut === null ? "" : `: ${viewed.leftOut}`;
  context.err.write(
    toPrintableLine(`[${viewed.path || "the repository"}, ${viewNames[viewed.view]}${leftOut}]`) + "\n",
  );
  return 0;
}
