// What a tier is asked about an attempt's result: plain data, which a port puts into words.

import type { ShellCommand, Ticket } from "./ticket.ts";

export type AttemptDiff = {
  /** In git's own form, bytes of binary files included. */
  readonly patch: string;
  /** There is more than was read. */
  readonly isCut: boolean;
  /** Every changed path, also those the patch no longer holds. */
  readonly files: readonly string[];
  /** What git cannot take or look into. */
  readonly unread: readonly string[];
};

/** What a tier is asked about an attempt's result. All of it is data to it. */
export type CheckQuestion =
  | {
      readonly purpose: "diagnosis";
      readonly command: string;
      readonly output: string;
      /** The attempt's worktree, canonical. */
      readonly root: string;
    }
  | {
      readonly purpose: "review";
      readonly ticket: Ticket;
      /** Commands that passed on this result. */
      readonly checks: readonly ShellCommand[];
      /** The worker's own words. */
      readonly summary: string;
      readonly diff: AttemptDiff;
      /** What the review before this one found, a finding a line. */
      readonly before: readonly string[];
    };
