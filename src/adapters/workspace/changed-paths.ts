// Which changed paths an attempt may not change: outside the ticket's globs, protected, or another repository.

import { matchesAny } from "../../domain/glob.ts";
import { protectedPart } from "../../domain/protected-paths.ts";

/** One line of `git diff-index --raw -z`; modes are octal text, "000000" where the path is absent on that side. */
export type Change = { readonly path: string; readonly oldMode: string; readonly newMode: string };

export const gitlinkMode = "160000";

export function parseRawDiff(out: string): readonly Change[] {
  const fields = out.split("\0");
  const changes: Change[] = [];
  for (let n = 0; n + 1 < fields.length; n += 2) {
    const [oldMode = "", newMode = ""] = (fields[n] ?? "").slice(1).split(" ");
    changes.push({ path: fields[n + 1] ?? "", oldMode, newMode });
  }
  return changes;
}

/**
 * Paths of `changes` that must not be merged, each once, in order; an empty `touches` allows the whole repository. The
 * tools refuse to write them; a command may have done so all the same.
 */
export function listForbidden(changes: readonly Change[], touches: readonly string[]): readonly string[] {
  const isForbidden = ({ path, oldMode, newMode }: Change): boolean =>
    oldMode === gitlinkMode ||
    newMode === gitlinkMode ||
    protectedPart(path) !== undefined ||
    (touches.length > 0 && !matchesAny(touches, path));
  return [...new Set(changes.filter(isForbidden).map((change) => change.path))];
}
