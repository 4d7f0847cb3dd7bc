// The conversation an attempt's next turn is asked with, folded from its items. Always one a provider accepts:
// every call has exactly one result, roles alternate, no message is empty.

import type { Text } from "../domain/text.ts";
import type { ToolCall } from "../domain/tool.ts";
import type { Attempt, Item } from "./state.ts";

export type Message =
  | { readonly role: "user"; readonly texts: readonly Text[] }
  | {
      readonly role: "assistant";
      readonly text: Text;
      readonly calls: readonly ToolCall[];
      readonly echo: string | null;
    }
  | { readonly role: "tool"; readonly results: readonly Result[] };

export type Result = { readonly id: string; readonly name: string; readonly ok: boolean; readonly output: Text };

/** What a call without a result is told as. */
export const notRun = "Not run: the turn ended before this call.";

/** `brief` stands first; it is the prepared prompt, or the ticket's own words where nothing was prepared. */
export function conversationOf(attempt: Attempt, brief: Text): Message[] {
  const messages: Message[] = [{ role: "user", texts: [brief] }];
  const { items } = attempt;
  for (let place = 0; place < items.length; place += 1) {
    const item = items[place];
    if (item === undefined || item.kind === "result") continue;
    if (item.kind === "note") addNote(messages, item.text);
    else addReply(messages, item, items.slice(place + 1));
  }
  return messages;
}

function addNote(messages: Message[], text: Text): void {
  const last = messages.at(-1);
  if (last?.role === "user") messages[messages.length - 1] = { role: "user", texts: [...last.texts, text] };
  else messages.push({ role: "user", texts: [text] });
}

function addReply(messages: Message[], reply: Extract<Item, { kind: "reply" }>, after: readonly Item[]): void {
  if (reply.text === "" && reply.calls.length === 0) return;
  messages.push({ role: "assistant", text: reply.text, calls: reply.calls, echo: reply.echo });
  if (reply.calls.length === 0) return;
  const results = reply.calls.map((call, place): Result => {
    const found = after.find((item) => item.kind === "result" && item.turn === reply.turn && item.call === place);
    const result = found?.kind === "result" ? found : undefined;
    return { id: call.id, name: call.tool, ok: result?.ok ?? false, output: result?.output ?? notRun };
  });
  messages.push({ role: "tool", results });
}
