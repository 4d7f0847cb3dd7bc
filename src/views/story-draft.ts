// A worker's story while records are told: its entries may be replaced.

import type { Recorded } from "../domain/event.ts";
import type { AttemptStory, WorkerEntry } from "./worker-entries.ts";

export type StoryDraft = { head: Omit<AttemptStory, "entries">; readonly entries: WorkerEntry[] };

/** Key and place of an entry that begins with this record. */
export const placeOf = ({ seq, at }: Recorded, key = `e${seq}`): { key: string; seq: number; at: number } => ({
  key,
  seq,
  at,
});

/** Replaces the newest entry of this key. False where there is none. */
export function change({ entries }: StoryDraft, key: string, to: (entry: WorkerEntry) => WorkerEntry): boolean {
  const place = entries.findLastIndex((entry) => entry.key === key);
  const found = entries[place];
  if (found === undefined) return false;
  entries[place] = to(found);
  return true;
}

/** Whether a turn comes after a message that a person rewrote. */
export const isAfterEdit = ({ head }: StoryDraft, turn: number): boolean =>
  head.editedTurns.some((edited) => turn > edited);
