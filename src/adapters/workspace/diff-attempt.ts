// What an attempt changed, as a diff against the commit it began at, for somebody who reads it before it is merged.

import type { AttemptDiff } from "../../domain/check-question.ts";
import { stageAll, type Attempt } from "./commit-attempt.ts";
import type { OwnRepository } from "./own-repository.ts";

/** Read at all; who shows it has a smaller budget. */
export const mostDiffBytes = 4 * 1024 * 1024;

/** `--text`: an attribute of the tree could declare a file binary and so hide it; what is binary is told by its bytes. */
export const diffArguments = [
  "diff",
  "--text",
  "--no-color",
  "--no-ext-diff",
  "--no-textconv",
  "--find-renames",
  "--src-prefix=a/",
  "--dst-prefix=b/",
] as const;

/** The index is left staged; the merge stages anew. */
export async function diffAttempt(own: OwnRepository, attempt: Attempt): Promise<AttemptDiff> {
  const { refused, changes, links } = await stageAll(own, attempt);
  const call = { ...own.inTree(attempt.name, attempt.root), keepBytes: mostDiffBytes };
  const args = [...diffArguments, "--cached", attempt.base, "--"];
  const { out, cut } = await own.git.run(args, call);
  return { patch: out, isCut: cut, files: changes.map(({ path }) => path), unread: [...refused, ...links] };
}
