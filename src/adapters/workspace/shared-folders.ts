// Untracked folders of the person's checkout that checks need and nobody should build twice: installed dependencies.
// A worktree gets a link to each; the sandbox shows what it leads to read-only; git is told to look past the link.

import { appendFile, lstat, mkdir, readFile, realpath, stat, symlink } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

export type SharedFolder = {
  /** As configured: relative to the repository root. */
  readonly name: string;
  /** Canonical path in the person's checkout. */
  readonly source: string;
};

/** Those of `names` that are folders inside `root` after links are resolved; the others are as if not named. */
export async function findShared(root: string, names: readonly string[]): Promise<readonly SharedFolder[]> {
  const top = await realpath(root);
  const found = await Promise.all(
    names.map(async (name): Promise<SharedFolder | undefined> => {
      const source = await realpath(join(top, name)).catch(() => undefined);
      if (source === undefined || !(await stat(source)).isDirectory()) return undefined;
      const way = relative(top, source);
      const isInside = way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && way.split(sep)[0] !== ".git";
      return isInside ? { name, source } : undefined;
    }),
  );
  return found.filter((each) => each !== undefined);
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );

/** Links what the checkout of a commit did not bring itself. May be repeated. */
export async function linkShared(shared: readonly SharedFolder[], worktree: string): Promise<void> {
  for (const { name, source } of shared) {
    const link = join(worktree, name);
    if (await isThere(link)) continue;
    await mkdir(dirname(link), { recursive: true });
    await symlink(source, link, "dir");
  }
}

/** So that no link is ever part of a result. A pattern ending in a slash in .gitignore would miss a link. */
export async function ignoreShared(shared: readonly SharedFolder[], gitDir: string): Promise<void> {
  const file = join(gitDir, "info", "exclude");
  const known = (await readFile(file, "utf8").catch(() => "")).split("\n");
  const missing = shared.map(({ name }) => `/${name}`).filter((line) => !known.includes(line));
  if (missing.length > 0) await appendFile(file, `\n${missing.join("\n")}\n`);
}
