// Changes the plan of a run while it is worked on: shows what a patch does, then hands it in.

import { realpathSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import type { PatchRequest } from "../../domain/plan-patch.ts";
import { parsePatchFile } from "../../domain/plan-patch-file.ts";
import { describePlanProblem } from "../../domain/plan-problem.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import type { PatchBody } from "../../http/wire.ts";
import { createClient } from "../client.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { RunChoice } from "../desk.ts";
import { CliFault } from "../errors.ts";
import { laterLine } from "../invocation.ts";

export type ReplanOptions = CommonOptions & { readonly patch?: string; readonly dryRun?: boolean };

const choiceOf = (run: string | undefined, { repo }: CommonOptions): RunChoice => ({
  repo,
  ...(run === undefined ? {} : { run }),
});

export async function replanCommand(
  run: string | undefined,
  options: ReplanOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { json = false, dryRun = false, patch, repo } = options;
  if (patch === undefined)
    throw new CliFault(
      "usage",
      "there is no change to make",
      "Name its file: tutti replan --patch <file>; or see `tutti replan show`",
    );
  const { body, request } = await readPatchFile(patch);
  const desk = await context.desk();
  // Looking leaves a run that nobody conducts as it is; only a change pauses it.
  const connection = await desk.connect(choiceOf(run, options), { hold: !dryRun });
  try {
    const client = createClient(connection.send);
    refuseLoosening(patch, request, (await client.status()).board.root);
    const { diff, lines } = await client.planDiff(body);
    if (!dryRun) await client.patchPlan(body);
    const { isLive } = connection;
    const did = dryRun ? "shown" : "replanned";
    if (json) context.out.write(`${JSON.stringify({ run: connection.run, did, live: isLive, diff })}\n`);
    else {
      const said = dryRun ? "this is what the patch would do; nothing was changed" : "the plan is changed";
      const later = isLive || dryRun ? "" : laterLine(context.env, { repo, run: connection.run });
      context.out.write(`${lines.join("\n")}\n\n${connection.run}: ${said}.\n${later}`);
    }
    return 0;
  } finally {
    await connection.close();
  }
}

/** A ticket file, whatever is asked for: what is printed can be edited and run again. */
export async function showPlanCommand(
  run: string | undefined,
  options: CommonOptions,
  context: CliContext,
): Promise<ExitCode> {
  const desk = await context.desk();
  const connection = await desk.connect(choiceOf(run, options), { hold: false });
  try {
    const { text } = await createClient(connection.send).plan();
    context.out.write(text);
    return 0;
  } finally {
    await connection.close();
  }
}

/** Most faults shown of one file; a file with more has one mistake many times. */
const mostShown = 50;

type ReadPatchFile = {
  /** As it is written: the run's process reads it by the same rules. */
  readonly body: PatchBody;
  readonly request: PatchRequest;
};

/** Throws CliFault `file_unreadable` or `invalid_patch`. */
export async function readPatchFile(file: string): Promise<ReadPatchFile> {
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new CliFault(
      "file_unreadable",
      `${file} cannot be read (${reason})`,
      "Give the path of a readable JSON file",
    );
  });
  const read = parsePatchFile(text);
  if (read.ok) {
    const patch = JSON.parse(text.replace(/^\uFEFF/, "")) as Record<string, unknown>;
    return { body: { patch }, request: read.patch };
  }
  const { problems } = read;
  const more = problems.length > mostShown ? [`... and ${problems.length - mostShown} more`] : [];
  const lines = [...problems.slice(0, mostShown).map(describePlanProblem), ...more];
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new CliFault(
    "invalid_patch",
    [`${file} has ${count}:`, ...lines].join("\n  "),
    "Correct the file and try again; nothing was changed",
  );
}

/** A file of the repository may ask for a closer watch, never for a looser one: that is the person's own word. */
export function refuseLoosening(file: string, { add, split }: PatchRequest, root: string): void {
  if (!isInside(root, file)) return;
  const loose = [...add, ...split.flatMap(({ into }) => into)].filter(
    ({ trust }) => trust === "auto" || trust === "ask",
  );
  if (loose.length === 0) return;
  const names = loose.map(({ id }) => toPrintableLine(id)).join(", ");
  throw new CliFault(
    "invalid_patch",
    `${file} lies in the repository and says how much these tickets are trusted: ${names}`,
    "Remove trust from it, or keep the patch outside the repository; nothing was changed",
  );
}

function isInside(root: string, file: string): boolean {
  const path = relative(realPath(root), realPath(file));
  return path !== ".." && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}

/** A pipe, as a shell's `<(...)` is one, has no path of its own. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
