// What comes in of an answer while it is being given: its words for whoever looks on, that an agent is at work, and at the
// end its long texts.

import { bytesOf, type BlobRef } from "../domain/text.ts";
import { entryText } from "../domain/entry-plan.ts";
import { readAgentAnswer, readSynthesisAnswer, synthesisText } from "../domain/read-deliberation-answer.ts";
import type { Consult } from "../core/state.ts";
import type { EventLog, ModelDelta } from "./ports.ts";
import type { World } from "./run-duty.ts";
import { storeText } from "./texts.ts";

/** Reports often enough that an agent whose answer comes in is never held for idle. */
const reportsInIdleTime = 3;

/** Does nothing where the consult is no agent's cycle. */
export function hearAgent(consult: Consult, { ports, state, tell }: World): () => void {
  const { deliberation: id, role } = consult;
  const deliberation = id === null ? undefined : state.deliberations.get(id);
  if (deliberation === undefined || role === null) return () => {};
  const every = deliberation.setup.limits.idleMs / reportsInIdleTime;
  let last = ports.clock.elapsed();
  return () => {
    const now = ports.clock.elapsed();
    if (now - last < every) return;
    last = now;
    tell({ type: "report.heard", deliberation: deliberation.id, role });
  };
}

/**
 * Hands the words on to the feed. Not those about an attempt: such a consult may end without an event of its own, and its
 * words would be left over.
 */
export function sayAloud(consult: Consult, { feed, signal }: World): (delta: ModelDelta) => void {
  if (consult.attempt !== null) return () => {};
  const ref = { consult: consult.id, round: consult.round, try: consult.try };
  return (delta) => {
    // What a call says after it was cut off belongs to nothing any more.
    if (!signal.aborted) feed.publish({ kind: "answer_delta", ref, delta });
  };
}

/** What was asked, and whether of an agent at a table that makes a plan. */
type Asked = Pick<Consult, "purpose"> & { readonly isPlanning: boolean };

/** What is too long for an event, stored, by its hex sha-256; empty for an answer that cannot be read. */
export async function storeLongTexts(
  log: Pick<EventLog, "putBlob">,
  asked: Asked,
  answer: string,
): Promise<Readonly<Record<string, BlobRef>>> {
  const stored: Record<string, BlobRef> = {};
  for (const text of textsOf(asked, answer)) {
    const kept = await storeText(log, text);
    if (typeof kept !== "string") stored[kept.blob] = kept;
  }
  return stored;
}

/** Answers of a few words, as most are, are not read twice. */
const shortAnswer = 4_096;

function textsOf({ purpose, isPlanning }: Asked, answer: string): readonly string[] {
  if (bytesOf(answer) <= shortAnswer) return [];
  if (purpose === "synthesise") {
    const read = readSynthesisAnswer(answer, { isPlanning });
    return read.ok ? [synthesisText(read.value)] : [];
  }
  if (purpose !== "deliberate" && purpose !== "mediate") return [];
  const read = readAgentAnswer(answer, { isPlanning });
  if (!read.ok) return [];
  const { entries, objections, messages, votes } = read.value;
  return [
    ...entries.flatMap((entry) => [entryText(entry), ...(entry.patch === undefined ? [] : [entry.patch])]),
    ...[...objections, ...messages].map(({ text }) => text),
    ...votes.map(({ reasoning }) => reasoning),
  ];
}
