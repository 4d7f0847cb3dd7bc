// Old turns told in short: what tools returned, and long arguments, by their first words and how to see the rest again.
// What a person or a rule decided stays word for word; a call is never parted from its result. The log keeps everything.

import { headOf, type Text } from "../domain/text.ts";
import type { ToolCall } from "../domain/tool.ts";
import type { Item } from "./state.ts";

type Reply = Extract<Item, { kind: "reply" }>;
type Result = Extract<Item, { kind: "result" }>;

/** So many of the newest turns stay whole. */
export const wholeTurns = 3;
/** Characters: what is not longer is left as it is. */
const longest = 400;
const shown = 200;

/** The last turn that may be told in short; 0 where none may. A turn without a reply is no turn to the model. */
export function compactableTo(items: readonly Item[]): number {
  const replied = items.flatMap((item) => (item.kind === "reply" ? [item.turn] : []));
  return replied.at(-1 - wholeTurns) ?? 0;
}

/** Turns up to `after` were told in short before and stay as they are. */
export function compactItems(
  items: readonly Item[],
  { after, upTo }: { readonly after: number; readonly upTo: number },
): readonly Item[] {
  const replies = new Map<number, Reply>();
  for (const item of items) if (item.kind === "reply") replies.set(item.turn, item);
  return items.map((item) => {
    if (item.kind === "note" || item.turn <= after || item.turn > upTo) return item;
    return item.kind === "reply" ? compactReply(item) : compactResult(item, replies.get(item.turn)?.calls[item.call]);
  });
}

/** A provider's signatures cover what it wrote: they go with the words they were made for. */
function compactReply(reply: Reply): Item {
  const calls = reply.calls.map((call, place) => (reply.kept?.includes(place) === true ? call : compactCall(call)));
  return { ...reply, calls, echo: null };
}

function compactResult(result: Result, call: ToolCall | undefined): Item {
  if (result.kept === true) return result;
  return { ...result, output: cutText(result.output, againWords(call)) };
}

function compactCall(call: ToolCall): ToolCall {
  if (call.class === "control" || sizeOf(call.args) <= longest) return call;
  const args = typeof call.args === "string" ? cutArgs(call.args) : storedArgs(call.tool, call.args);
  return sizeOf(args) < sizeOf(call.args) ? { ...call, args } : call;
}

/** Characters, or bytes where the text lies beside the log: near enough to weigh texts against each other. */
export const sizeOf = (text: Text): number => (typeof text === "string" ? text.length : text.bytes);

const inUnits = (text: Text): string =>
  typeof text === "string" ? `${text.length} characters` : `${text.bytes} bytes`;

function cutText(text: Text, again: string): Text {
  if (sizeOf(text) <= longest) return text;
  const short = `${firstWords(headOf(text))}\n[Cut to save room: the first words of ${inUnits(text)}. ${again}]`;
  return short.length < sizeOf(text) ? short : text;
}

/** Whole words, and never half a surrogate pair. */
function firstWords(text: string): string {
  const start = text.slice(0, shown);
  const space = start.search(/\s\S*$/);
  const words = space > shown / 2 ? start.slice(0, space) : start;
  return /[\uD800-\uDBFF]$/.test(words) ? words.slice(0, -1) : words;
}

/** How the model sees again what was cut. */
function againWords(call: ToolCall | undefined): string {
  const path = call === undefined ? undefined : pathOf(call);
  switch (call?.tool) {
    case "read":
      return path === undefined ? "Read it again to see it." : `Read ${path} again to see it as it is now.`;
    case "list":
    case "search":
      return `Call ${call.tool} again to see it all.`;
    case "run":
      return "Run the command again only if that does no harm and its output still matters.";
    default:
      return "Look again if it still matters.";
  }
}

const pathPattern = /"path"\s*:\s*("(?:[^"\\]|\\.){1,200}")/;

/** As JSON text, quotes included. Looked for in the first words only: the tools of this program name it first. */
const pathOf = ({ args }: Pick<ToolCall, "args">): string | undefined => pathPattern.exec(headOf(args))?.[1];

const cutField = (size: string): string => `[Cut to save room: ${size} stood here when the call was made.]`;

/** Each long text within the arguments by its first words; the rest as it was. What is no JSON stays what it is. */
function cutArgs(args: string): string {
  try {
    return JSON.stringify(
      JSON.parse(args, (_key, value: unknown) =>
        typeof value === "string" && value.length > longest
          ? `${firstWords(value)} ${cutField(inUnits(value))}`
          : value,
      ),
    );
  } catch {
    return args;
  }
}

const longFields: Readonly<Record<string, readonly string[]>> = { write: ["content"], edit: ["old", "new"] };

/** Arguments that lie beside the log cannot be read here: what can be said of them without. */
function storedArgs(tool: string, args: Text): string {
  const path = pathOf({ args });
  const fields = (longFields[tool] ?? ["arguments"]).map(
    (field) => `"${field}":${JSON.stringify(cutField(inUnits(args)))}`,
  );
  return `{${[...(path === undefined ? [] : [`"path":${path}`]), ...fields].join(",")}}`;
}
