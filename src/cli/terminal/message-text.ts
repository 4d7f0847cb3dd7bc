// The model's last message as one text to edit: its words, then its tool calls as JSON.

import { isDeepStrictEqual } from "node:util";
import { parseJsonText } from "../../domain/json-text.ts";
import { z } from "zod";
import type { GateDetail, MessageCall } from "./answer.ts";

type Message = NonNullable<GateDetail["message"]>;

const divider = "=== tool calls: change, add or remove; calls that have already run must stay as they are ===";

const valueOf = (args: string): unknown => {
  const parsed = parseJsonText(args);
  return parsed.ok ? parsed.value : args;
};

export const toMessageText = ({ text, calls }: Message): string =>
  `${text}\n\n${divider}\n${JSON.stringify(
    calls.map(({ tool, args }) => ({ tool, args: valueOf(args) })),
    undefined,
    2,
  )}\n`;

const callsSchema = z.array(z.strictObject({ tool: z.string().min(1), args: z.unknown() }));

export type ParsedMessage =
  | { readonly ok: true; readonly message: Message }
  | { readonly ok: false; readonly problem: string };

/** A call that was not changed keeps the very text the model wrote. */
export function parseMessageText(edited: string, original: Message): ParsedMessage {
  const at = edited.lastIndexOf(divider);
  if (at < 0) return { ok: false, problem: "the line that divides the words from the tool calls is gone; keep it" };
  const read = parseJsonText(edited.slice(at + divider.length));
  if (!read.ok)
    return {
      ok: false,
      problem: `the tool calls are not JSON: ${read.fault.problem} (line ${read.fault.line} after the dividing line)`,
    };
  const parsed = callsSchema.safeParse(read.value);
  if (!parsed.success) return { ok: false, problem: 'each tool call is {"tool": "name", "args": {...}}' };
  const calls = parsed.data.map(({ tool, args }, place): MessageCall => {
    const old = original.calls[place];
    if (old?.tool === tool && isDeepStrictEqual(valueOf(old.args), args)) return old;
    return { tool, args: typeof args === "string" ? args : JSON.stringify(args ?? {}) };
  });
  return { ok: true, message: { text: edited.slice(0, at).replace(/\n{1,2}$/, ""), calls } };
}
