// What a worker without a workspace is told when its ticket is tried again. With one, the briefs port composes it.

import { dataBlockNotice, toDataBlock } from "../domain/data-block.ts";
import { headOf } from "../domain/text.ts";
import type { Ticket } from "../domain/ticket.ts";
import type { History } from "./state.ts";

/** Undefined for a first attempt: the ticket's own words are enough. Long texts are told by their first characters. */
export function retryBrief(ticket: Ticket, history: History, digest: (text: string) => string): string | undefined {
  const { last, guidance, said } = history;
  if (last === null && guidance === null && said.length === 0) return undefined;
  const parts = [ticket.description];
  if (last !== null) {
    const { detail, diagnosis } = last;
    const more = diagnosis === undefined || diagnosis === detail ? [] : [headOf(diagnosis)];
    // What failed is told in the words of models and programs.
    const told = toDataBlock("how the last attempt failed", [detail, ...more].join("\n\n"), digest);
    parts.push(dataBlockNotice, `The last attempt failed:\n\n${told}`);
  }
  for (const words of guidance === null ? said : [guidance, ...said]) parts.push(`A person adds: ${headOf(words)}`);
  return parts.join("\n\n");
}
