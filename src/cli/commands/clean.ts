// `tutti clean`: removes what runs left in the state folder. Their branches stay unless asked otherwise.

import type { CliContext, CommonOptions, ExitCode } from "../context.ts";

export type CleanOptions = CommonOptions & { readonly deleteBranch?: boolean };

export async function cleanCommand(
  run: string | undefined,
  options: CleanOptions,
  context: CliContext,
): Promise<ExitCode> {
  const desk = await context.desk();
  const { repo } = options;
  const chosen =
    run === undefined
      ? (await desk.list(repo)).filter(
          ({ pid, state }) => pid === null && (state.ended !== null || state.config === null),
        )
      : [await desk.look({ repo, run })];
  const removed = [];
  for (const look of chosen) {
    removed.push(await desk.remove({ repo, run: look.run }, { deleteBranch: options.deleteBranch === true }));
  }
  if (options.json === true) {
    context.out.write(`${JSON.stringify({ removed })}\n`);
    return 0;
  }
  for (const { run: name, deleted } of removed) {
    const gone =
      deleted === null
        ? ""
        : `; its branch was at ${deleted} (git branch <name> ${deleted.slice(0, 12)} brings it back)`;
    context.out.write(`removed ${name}${gone}\n`);
  }
  if (removed.length === 0) context.out.write("There is nothing to remove: no run has ended.\n");
  else if (options.deleteBranch !== true)
    context.out.write("What was merged stays on the runs' branches: git branch --list 'tutti/*'\n");
  return 0;
}
