// The handoff document of a deliberation, made from the run's log with its texts loaded. Whoever owes it stores it.

import type { DeliberationId } from "../domain/deliberation.ts";
import type { Handoff } from "../domain/handoff.ts";
import type { Text } from "../domain/text.ts";
import { noteHandoff } from "../core/recovery/note-handoff.ts";
import { textsOfHandoff, writeHandoff, type HandoffEnding } from "../core/recovery/write-handoff.ts";
import { Fault, type EventLog } from "./ports.ts";
import { loadText } from "./texts.ts";

export type HandoffWish = Omit<HandoffEnding, "run"> & {
  readonly deliberation: DeliberationId;
  /** The last record that counts. */
  readonly at: number;
  /** Hex sha-256. */
  readonly digest: (text: string) => string;
};

/**
 * The same log up to `at` gives the same document. A text that is lost is told as lost. Throws Fault `log_corrupt`;
 * an unknown deliberation is a bug of the caller.
 */
export async function makeHandoff(log: EventLog, wish: HandoffWish): Promise<Handoff> {
  const { deliberation, at, digest, ...ending } = wish;
  const notes = noteHandoff(log.read(), deliberation, at);
  if (notes === undefined) throw new Error(`${log.run} has no deliberation ${deliberation} at record ${at}`);
  const loaded = new Map<Text, string>();
  for (const text of textsOfHandoff(notes)) loaded.set(text, await loadOrTell(log, text));
  return writeHandoff(notes, { ...ending, run: log.run }, { read: (text) => loaded.get(text) ?? "", digest });
}

async function loadOrTell(log: EventLog, text: Text): Promise<string> {
  try {
    return await loadText(log, text);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return typeof text === "string" ? text : `${text.head} [the rest of this text is lost]`;
  }
}
