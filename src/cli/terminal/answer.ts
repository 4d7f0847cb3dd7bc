// What a person looks at and answers at a gate in this terminal.

import type { GateDecision } from "../../domain/event.ts";

export type MessageCall = { readonly tool: string; /** JSON text. */ readonly args: string };

/** Everything of a gate that is too long, or too far away, for the approval's view. The engine's has this shape. */
export type GateDetail = {
  /** A diff, a command line, the brief, the output, the question. */
  readonly preview: string;
  /** What an edit starts from: the brief, the arguments as JSON text, the output; empty for a question. */
  readonly editable: string;
  /** The model's last message, where it can be rewritten from here. */
  readonly message?: { readonly text: string; readonly calls: readonly MessageCall[] };
};

export type Answer =
  | {
      readonly kind: "answer";
      readonly decision: GateDecision;
      readonly reason: string;
      /** Present with `edit`: the brief, the arguments as JSON text, the output, or the answer to a question. */
      readonly edited?: string;
    }
  /** The model's last message, rewritten; the gate is asked anew. */
  | {
      readonly kind: "message";
      readonly text: string;
      readonly calls: readonly MessageCall[];
      readonly reason: string;
    };
