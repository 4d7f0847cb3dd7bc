// Checkouts of other machines' attempts, to look at only: each is made again where its attempt has moved on.

import type { OwnRepository } from "../own-repository.ts";
import { createTurns } from "../in-turn.ts";
import type { Worktrees } from "../worktrees.ts";

export type SeenWorktrees = {
  /** Where the files of `commit` can be looked at. */
  show(name: string, commit: string): Promise<string>;
  forget(name: string): Promise<void>;
  /** Forgets those whose attempt `isOver`. */
  sweep(isOver: (name: string) => Promise<boolean>): Promise<void>;
};

type Seen = { readonly root: string; readonly commit: string };

/** Opening the workspace removes what an earlier process left of them, as it does with a merge's checkouts. */
export function createSeenWorktrees(own: OwnRepository, worktrees: Worktrees): SeenWorktrees {
  const shown = new Map<string, Seen>();
  const inTurn = createTurns();
  const keyOf = (name: string): string => `seen-${name}`;

  const show = async (name: string, commit: string): Promise<string> => {
    const seen = shown.get(name);
    if (seen?.commit === commit) return seen.root;
    if (seen === undefined) {
      const root = await worktrees.checkOut(keyOf(name), commit);
      shown.set(name, { root, commit });
      return root;
    }
    const call = own.inTree(worktrees.checkoutName(keyOf(name)), seen.root);
    await own.git.read(["read-tree", "--reset", "-u", commit], call);
    shown.set(name, { ...seen, commit });
    return seen.root;
  };

  const forget = async (name: string): Promise<void> => {
    if (shown.delete(name)) await worktrees.discardCheckout(keyOf(name));
  };

  return {
    show: (name, commit) => inTurn(() => show(name, commit)),
    forget: (name) => inTurn(() => forget(name)),
    sweep: (isOver) =>
      inTurn(async () => {
        for (const name of shown.keys()) if (await isOver(name)) await forget(name);
      }),
  };
}
