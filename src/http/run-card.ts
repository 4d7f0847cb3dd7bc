// A run in a list: enough to find it, to see how it stands and whether it waits for somebody.

import type { RunId } from "../domain/ids.ts";
import type { Mode } from "../domain/config.ts";
import type { RunOutcome } from "../domain/outcome.ts";
import type { TicketStatus } from "../domain/ticket.ts";
import type { Usage } from "../domain/usage.ts";

/** Where a run came from, where it did not begin by itself. */
export type Lineage = { readonly kind: "fork" | "recovery"; readonly from: RunId; readonly seq: number };

export type RunCard = {
  readonly run: RunId;
  /** `key` is the project's in addresses; `root` its top folder. */
  readonly project: { readonly key: string; readonly root: string; readonly name: string };
  readonly title: string;
  /** Epoch ms. */
  readonly createdAt: number;
  readonly lastAt: number;
  /** Working time so far in ms. */
  readonly ms: number;
  readonly phase: "empty" | "planning" | "running" | "ended";
  readonly outcome: RunOutcome | null;
  readonly reason: string | null;
  /** Who conducts it: this process, another one, or nobody. */
  readonly conducted: "here" | "elsewhere" | "nobody";
  readonly mode: Mode;
  readonly isPaused: boolean;
  readonly counts: Readonly<Record<TicketStatus, number>>;
  readonly total: number;
  /** Open approvals. */
  readonly needsYou: number;
  readonly spend: Usage;
  readonly attempts: number;
  readonly lineage: Lineage | null;
  /** Why its log cannot be read, in words; null where it can. */
  readonly problem: string | null;
};
