// Who has an attempt is who pushed its newest checkpoint. Taking it over is a push too: from then on what the one before
// pushes is refused. Claims are numbered: whoever was sent for earlier takes nothing back.

import type { AttemptRef } from "../../../domain/ids.ts";
import { Fault } from "../../../engine/ports.ts";
import type { SharedRoom } from "./attempt-work.ts";
import { chooseCheckpoint, claimKey, commitClaim, readClaim } from "./checkpoints.ts";
import { acceptedRef, checkpointRef } from "./travel-refs.ts";

/** `commit`: the newest checkpoint from now on, with the files of `from`. */
export type Claimed = { readonly commit: string; readonly base: string; readonly from: string };

export const maxClaims = 20;

export const placeLost = ({ ticket, attempt }: AttemptRef): Fault =>
  new Fault("place_lost", `Another machine works on attempt ${attempt} of ticket ${ticket}.`, {
    remedy: "Nothing is to be done: what was done here since is thrown away.",
  });

/** Claims an attempt nobody has. Undefined where somebody was faster. */
export async function claimFirst(
  { own, refs }: SharedRoom,
  name: string,
  { base, key, claim = 1 }: { readonly base: string; readonly key: string; readonly claim: number | undefined },
): Promise<Claimed | undefined> {
  const commit = await commitClaim(own, { base, from: base, key, claim });
  const isDone = await refs.change([{ ref: checkpointRef(own.run, name), to: commit, expected: null }]);
  return isDone ? { commit, base, from: base } : undefined;
}

/**
 * Claims an attempt as it was before the live duty; undefined where there is none, or its work was accepted. `claim`: the
 * number of the caller's placement; undefined: whoever decides who has it, so the next one. Throws Fault `place_lost`
 * where the remote has a higher one.
 */
export async function claimNewest(
  { own, refs }: SharedRoom,
  ref: AttemptRef,
  { name, liveKey, claim }: { readonly name: string; readonly liveKey: string; readonly claim: number | undefined },
): Promise<Claimed | undefined> {
  const at = checkpointRef(own.run, name);
  for (let round = 0; round < maxClaims; round += 1) {
    await refs.fetch({ name, left: false });
    if ((await own.readRef(acceptedRef(own.run, name))) !== undefined) return undefined;
    const found = await chooseCheckpoint(own, at, liveKey);
    if (found === undefined) return undefined;
    const { base, from, newest } = found;
    const last = await readClaim(own, found);
    if (claim !== undefined && claim < last) throw placeLost(ref);
    const commit = await commitClaim(own, { base, from, key: claimKey, claim: claim ?? last + 1 });
    if (await refs.change([{ ref: at, to: commit, expected: newest }])) return { commit, base, from };
  }
  throw placeLost(ref);
}
