// Which files a checkout has: tracked or new, but not ignored. Looked up by git, nothing of the repository is run.

import { createGit } from "./git.ts";
import { locateRepository } from "./locate-repository.ts";

/** Below `folder`, relative to it; `folder` is relative to the checkout's top, "" for all of it. Links are not followed. */
export async function listFiles(root: string, folder: string): Promise<readonly string[]> {
  const git = createGit();
  const { gitDir } = await locateRepository(git, root);
  const args = ["--literal-pathspecs", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"];
  const under = folder === "" ? "" : `${folder}/`;
  const out = await git.read([...args, ...(under === "" ? [] : ["--", under])], { cwd: root, gitDir, workTree: root });
  return out.split("\0").flatMap((path) => (path === "" ? [] : [path.slice(under.length)]));
}
