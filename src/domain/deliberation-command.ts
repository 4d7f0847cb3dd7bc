// What is asked of a deliberation, by persons and programs, and what the engine reports about its duties.

import type { DeliberationId, Role, Section } from "./deliberation.ts";
import type { Incident } from "./deliberation-event.ts";
import type { ModelId, RunId } from "./ids.ts";
import type { RecoveryWhy } from "./recovery.ts";
import type { BlobRef, Text } from "./text.ts";

type About<Type extends string, More = unknown> = {
  readonly type: Type;
  readonly deliberation: DeliberationId;
} & More;

export type DeliberationRequest =
  /** A person's word on the bus; to `all`, or to one role. */
  | About<"deliberation.tell", { readonly to: string; readonly text: Text }>
  /** These agents are heard no more. */
  | About<"deliberation.revoke", { readonly roles: readonly Role[] | "all"; readonly reason: string }>
  /** The same kind with the same words counts once. `agent`: whose error it is; an agent's own report is its own. */
  | About<"deliberation.report_incident", { readonly incident: Incident; readonly agent?: Role | undefined }>
  /** The person takes what there is; only once the deliberation has ended. `version`: the latest, where it is missing. */
  | About<
      "deliberation.accept_partial",
      { readonly section: Section; readonly key: string; readonly version?: number; readonly reason: string }
    >
  /** Whoever records this first makes the recovery run; it is decided on a run that has ended. */
  | About<
      "deliberation.claim_recovery",
      {
        readonly run: RunId;
        readonly generation: number;
        readonly why: RecoveryWhy;
        readonly model?: ModelId | undefined;
        readonly changes: readonly string[];
      }
    >;

export type DeliberationReport =
  /** The moment for which the alarm duty was owed has come. */
  | About<"report.alarm", { readonly due: number }>
  /** Bytes of the answer of its cycle under way came in. */
  | About<"report.heard", { readonly role: Role }>
  | About<
      "report.evidence",
      {
        readonly section: Section;
        readonly key: string;
        readonly version: number;
        readonly result: "green" | "red" | "unfit" | "skipped";
        readonly detail: Text;
        readonly ms: number;
      }
    >
  /** `at`: the seq up to which the handoff was made of the log. */
  | About<"report.handed_off", { readonly at: number; readonly handoff: BlobRef }>
  | About<"report.handoff_failed", { readonly problem: string }>;
