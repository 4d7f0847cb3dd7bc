// What each tier and worker has said and done, as one growing text each: for programs that read a run as its panels
// . Long texts are shown by their beginning, and old parts of a long stream give way to new ones.

import type { Event, Recorded } from "../domain/event.ts";
import type { TicketId } from "../domain/ids.ts";
import { headOf, type Text } from "../domain/text.ts";

/** `Tier 3 (Worker): T7`, as A-135 has it. */
export const workerStream = (ticket: TicketId): string => `Tier 3 (Worker): ${ticket}`;

const tierStreams: Readonly<Record<number, string>> = {
  1: "Tier 1 (Orchestrator)",
  2: "Tier 2 (Tech Lead)",
  4: "Tier 4 (QA)",
};

/** Of a tier that is asked rather than sent to work. */
export const tierStream = (tier: number): string => tierStreams[tier] ?? `Tier ${tier}`;

export type StreamTexts = {
  /** In the order of the log, each once. */
  readonly take: (recorded: Recorded) => void;
  readonly read: () => Readonly<Record<string, string>>;
};

/** Characters of a tool's output that are shown. */
const longestResult = 500;

/** At most `streams` texts of at most `characters`: the ones that grew last, and of each its end. */
export function createStreamTexts({ streams = 256, characters = 16_000 } = {}): StreamTexts {
  const texts = new Map<string, string>();
  const tiers = new Map<string, number>();

  const add = (stream: string, piece: string): void => {
    if (piece === "") return;
    const before = texts.get(stream);
    const whole = before === undefined ? piece : `${before}\n${piece}`;
    // Put back at the end: the stream that has been still for longest goes first.
    texts.delete(stream);
    texts.set(stream, whole.length > characters ? keepEnd(whole, characters) : whole);
    for (const oldest of texts.keys()) {
      if (texts.size <= streams) return;
      texts.delete(oldest);
    }
  };

  const take = ({ event }: Recorded): void => {
    if (event.type === "consult.started") tiers.set(event.consult, event.tier);
    else if (event.type === "consult.replied") add(tierStream(tiers.get(event.consult) ?? 0), shown(event.text));
    else if (event.type === "consult.ended") tiers.delete(event.consult);
    else if ("ticket" in event && event.ticket !== undefined) add(workerStream(event.ticket), pieceOf(event));
  };

  return { take, read: () => Object.fromEntries(texts) };
}

function pieceOf(event: Event): string {
  switch (event.type) {
    case "attempt.started":
      return event.attempt === 1 ? "" : `[ATTEMPT ${event.attempt}] ${event.model}`;
    case "turn.replied":
      return shown(event.text);
    case "message.edited":
      return `[MESSAGE EDITED] ${shown(event.text)}`;
    case "tool.called":
      return `[TOOL CALL] ${event.tool}\n${shown(event.args)}`;
    case "tool.returned":
    case "tool.refused":
      return `[TOOL RESULT]\n${shown(event.output, longestResult)}`;
    default:
      return "";
  }
}

const shown = (text: Text, most = Number.POSITIVE_INFINITY): string => {
  const head = headOf(text);
  if (typeof text === "string" && head.length <= most) return head;
  return `${head.slice(0, most)}... (truncated)`;
};

/** Whole lines where there are any. */
const keepEnd = (text: string, most: number): string => {
  const end = text.slice(-most);
  const line = end.indexOf("\n");
  return line === -1 ? end : end.slice(line + 1);
};
