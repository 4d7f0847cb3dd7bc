// What a live face is told between two boards. The engine's feed items have this shape.

import type { Recorded } from "../domain/event.ts";
import type { AnswerRef, AttemptRef } from "../domain/ids.ts";
import type { Telling } from "./telling.ts";

type Delta = { readonly kind: "text" | "reasoning" | "call"; readonly text: string };

export type LiveItem =
  | {
      readonly kind: "recorded";
      readonly recorded: Recorded;
      /** Made with the state at hand, where the sender has it; it names tools that the record alone does not. */
      readonly telling?: Telling;
    }
  | { readonly kind: "delta"; readonly ref: AttemptRef; readonly turn: number; readonly delta: Delta }
  | { readonly kind: "answer_delta"; readonly ref: AnswerRef; readonly delta: Delta }
  /** Something beside the run went wrong; the run goes on. */
  | { readonly kind: "notice"; readonly text: string }
  /** The store takes no more records; null: it does again. */
  | { readonly kind: "stalled"; readonly detail: string | null };
