// The context meter in words and rows, for faces that draw it.

import type { ContextPart } from "../core/context-size.ts";
import type { ContextGauge, ContextMeter } from "./context-meter.ts";
import { tokensInWords } from "./words.ts";

export const partWords = {
  system: "System prompt",
  tools: "Tools",
  brief: "Brief",
  files: "Files",
  history: "History",
} as const satisfies Record<ContextPart, string>;

/** `86.8k of 200k tokens (43 per cent), 113k left`. */
export function contextInWords({ tokens, window, percent }: ContextGauge): string {
  if (window === null) return `about ${tokensInWords(tokens)} tokens; the model's window is not known`;
  const left = Math.max(0, window - tokens);
  return `about ${tokensInWords(tokens)} of ${tokensInWords(window)} tokens (${percent ?? 0} per cent), ${tokensInWords(left)} left`;
}

/** Tokens at the window's end that are kept free for the reply; 0 where that is not known. */
export function reserveOf({ window, tokens }: ContextGauge, maxOutput: number | null): number {
  if (window === null || maxOutput === null) return 0;
  return Math.max(0, Math.min(maxOutput, window - tokens));
}

export type WindowRow = { readonly name: string; readonly tokens: number; readonly percent: number };

/** System, tools and history; what a worker is told at its beginning belongs to the first. Per cent of the request. */
export function windowRows({ parts }: Pick<ContextMeter, "parts">): readonly WindowRow[] {
  const of = (...names: readonly ContextPart[]): number =>
    parts.filter(({ part }) => names.includes(part)).reduce((sum, { tokens }) => sum + tokens, 0);
  const rows = [
    { name: "System, brief and files", tokens: of("system", "brief", "files") },
    { name: "Tools", tokens: of("tools") },
    { name: "History", tokens: of("history") },
  ];
  const all = rows.reduce((sum, { tokens }) => sum + tokens, 0);
  return rows.map((row) => ({ ...row, percent: all === 0 ? 0 : Math.round((row.tokens * 100) / all) }));
}
