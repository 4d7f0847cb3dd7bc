// A report of the deliberation as a file, made of what the page knows: for programs as JSON, for people as Markdown.

import type { RunState } from "../../../core/state.ts";
import { deliberationEndOf } from "../../../views/deliberation-end.ts";
import { deliberationDocument } from "../../../views/deliberation-document.ts";

export type ReportKind = "json" | "md";

const types = { json: "application/json", md: "text/markdown" } as const satisfies Record<ReportKind, string>;

export function downloadReport(state: RunState, kind: ReportKind, now: number): void {
  const end = deliberationEndOf(state, now);
  if (end === null) return;
  const text = kind === "json" ? `${JSON.stringify(end, undefined, 2)}\n` : deliberationDocument(end);
  const address = URL.createObjectURL(new Blob([text], { type: `${types[kind]};charset=utf-8` }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `${end.run}-deliberation.${kind}`;
  link.click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
