// The workspace ports of a run whose attempts are worked on by several machines. What a machine keeps here it can lose
// at any moment; what counts lies at the run's remote.

import type { AttemptRef } from "../../domain/ids.ts";
import type { PreparedAttempt, Workspace } from "../ports.ts";

/** The duty of one order, and the number of its placement. `fence`: of a merge alone, as the conductor made it. */
export type LiveDuty = { readonly key: string; readonly claim?: number; readonly fence?: string };

/** A machine's side of one run. Any call may throw Fault `remote_unreachable` or `remote_refused`. */
export interface TravellingWorkspace {
  /**
   * What one duty works with. `find` brings an attempt here that is not, as it was before the duty began. `prepare`
   * claims the attempt for this machine. `merge` publishes only while the duty's fence stands at the remote; once it
   * does not, nothing is published and the outcome is `cancelled`. `publish` does nothing: the host does it.
   */
  during(duty: LiveDuty): Workspace;
  /**
   * Claims the attempt for this machine and makes its worktree as the newest checkpoint of another duty than `liveKey`
   * has it, whatever lies here. Undefined where the remote has none. For the first order of every placement. Throws
   * Fault `place_lost` where a higher claim has been made: a late word of an earlier placement takes nothing back.
   */
  restore(ref: AttemptRef, index: number, liveKey: string, claim?: number): Promise<PreparedAttempt | undefined>;
  /**
   * Keeps the worktree as it stands at the remote, for the machine that takes the attempt over; nothing is sent where it
   * is as at the last checkpoint. Says which paths git cannot hold: they stay here. Throws Fault `place_lost` where
   * another machine has claimed the attempt.
   */
  checkpoint(ref: AttemptRef, index: number, key: string): Promise<{ readonly unread: readonly string[] }>;
  /** Removes what lies here of an attempt that another machine has; the remote stays as it is. */
  abandon(ref: AttemptRef, index: number): Promise<void>;
}

/** The conductor's side: attempts that machines work on are looked at as their newest checkpoint has them. */
export interface HostWorkspace extends Workspace {
  /** As the travelling workspace's: an attempt that machines have worked on comes here, and is this machine's own. */
  readonly restore: TravellingWorkspace["restore"];
  /** Allows one publication of the attempt's work, in the place of any it allowed before. Goes with the merge's order. */
  fence(ref: AttemptRef, index: number): Promise<string>;
  /** From here on nothing of the attempt is published; `findMerged` says whether it was before. */
  unfence(ref: AttemptRef, index: number): Promise<void>;
}
