// What the run's repository on its host takes from machines that push: its own rules, in a hook of ours that is written
// anew whenever the run is opened. No other hook is ever looked for.

import { chmod, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunId } from "../../../domain/ids.ts";
import type { OwnRepository } from "../own-repository.ts";
import { integrationRef, runRefs } from "../run-names.ts";
import { besideRefs } from "./travel-refs.ts";

/**
 * POSIX sh, run by git in the repository with one line `<old> <new> <ref>` per ref on its input, before any ref is
 * moved. Everything is refused where one line is.
 */
export const receiveHook = (run: RunId): string => `#!/bin/sh
# Tutti wrote this: what machines may push to this run. It is written anew whenever the run is opened.
refuse() {
  echo "tutti: $1" >&2
  exit 1
}
is_none() {
  case $1 in *[!0]*) return 1 ;; esac
}
is_accepted() {
  git rev-parse --verify --quiet "${besideRefs(run)}accepted/$1" >/dev/null
}
is_attempt() {
  case $1 in *[!0-9-]* | -* | *- | *-*-* | '') return 1 ;; *-*) return 0 ;; esac
  return 1
}
moved='' accepted='' unfenced='' work=''
while read -r old new ref; do
  name=\${ref##*/}
  case $ref in
    ${integrationRef(run)})
      is_none "$new" && refuse 'the integration branch is not deleted'
      is_none "$old" || git merge-base --is-ancestor "$old" "$new" || refuse 'the integration branch only moves forward'
      moved=$new
      continue
      ;;
    ${runRefs(run)}t*) name=\${ref#${runRefs(run)}t} name=\${name%-detached} ;;
    ${besideRefs(run)}checkpoints/"$name" | ${besideRefs(run)}fences/"$name" | ${besideRefs(run)}accepted/"$name") ;;
    *) refuse "only branches of this run are taken here, not $ref" ;;
  esac
  is_attempt "$name" || refuse "$ref names no attempt of this run"
  case $ref in
    ${besideRefs(run)}accepted/*)
      is_none "$old" || refuse "attempt $name was accepted before"
      is_none "$new" && refuse "attempt $name stays accepted"
      accepted=$name work=$new
      ;;
    ${besideRefs(run)}fences/*)
      if is_none "$new"; then unfenced=$name; else is_accepted "$name" && refuse "attempt $name was accepted before"; fi
      ;;
    ${runRefs(run)}*)
      is_none "$new" && refuse 'branches of attempts are not deleted'
      is_accepted "$name" && refuse "attempt $name was accepted before"
      ;;
    *)
      is_none "$new" || { is_accepted "$name" && refuse "attempt $name was accepted before"; }
      ;;
  esac
done
if [ -n "$moved$accepted" ]; then
  [ -n "$moved" ] && [ -n "$accepted" ] && [ "$accepted" = "$unfenced" ] ||
    refuse 'a merge moves the integration branch, marks its attempt and takes its fence away, all in one push'
  git merge-base --is-ancestor "$work" "$moved" || refuse "the integration branch does not hold attempt $accepted"
fi
exit 0
`;

const hookName = "pre-receive";

/** Of the repository itself: a push reaches it through the pusher's git, which brings none of our settings. */
const settings = `[core]
	hooksPath = hooks
	fsync = objects,derived-metadata,reference
	fsyncMethod = batch
	logAllRefUpdates = false
[receive]
	autoGC = false
	advertiseAtomic = true
	denyDeletes = false
	denyNonFastForwards = false
	fsckObjects = false
`;

const settingsName = "machines.config";

async function place(folder: string, name: string, text: string, mode: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.new`), text);
  await chmod(join(folder, `${name}.new`), mode);
  await rename(join(folder, `${name}.new`), join(folder, name));
}

/** From here on machines may push to the run's repository, and only what the rules allow. */
export async function openToMachines({ git, run, gitDir, bare }: OwnRepository): Promise<void> {
  const hooks = join(gitDir, "hooks");
  await place(hooks, hookName, receiveHook(run), 0o755);
  const others = (await readdir(hooks)).filter((name) => name !== hookName);
  await Promise.all(others.map((name) => rm(join(hooks, name), { recursive: true, force: true })));
  await place(gitDir, settingsName, settings, 0o600);
  await git.read(["config", "--file", join(gitDir, "config"), "include.path", settingsName], bare);
}
