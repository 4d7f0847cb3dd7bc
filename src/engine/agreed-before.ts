// What was deliberated about a ticket before its worker begins, with its texts loaded.

import { entryOf, type Deliberation } from "../core/deliberation/state.ts";
import type { RunState } from "../core/state.ts";
import type { TicketId } from "../domain/ids.ts";
import type { Deliberated } from "../domain/deliberated.ts";
import type { Ports } from "./ports.ts";
import { loadText } from "./texts.ts";

/** Of every deliberation about this ticket that has ended, the latest last. */
export async function deliberatedBefore(
  ports: Pick<Ports, "log">,
  state: RunState,
  ticket: TicketId,
): Promise<readonly Deliberated[]> {
  const found: Deliberated[] = [];
  for (const deliberation of state.deliberations.values())
    if (deliberation.ticket === ticket && deliberation.result !== null)
      found.push(await toDeliberated(ports, deliberation, deliberation.result));
  return found;
}

async function toDeliberated(
  { log }: Pick<Ports, "log">,
  deliberation: Deliberation,
  result: NonNullable<Deliberation["result"]>,
): Promise<Deliberated> {
  const { outcome, agreed, accepted, dissent } = result;
  const version = agreed === null ? lastSynthesis(deliberation) : versionOf(deliberation, agreed);
  const reasons: { role: string; text: string }[] = [];
  for (const { role, reasoning } of dissent) reasons.push({ role, text: await loadText(log, reasoning) });
  return {
    purpose: deliberation.purpose === "conflict" ? "conflict" : "ticket",
    outcome,
    isAgreed: agreed !== null,
    text: version === undefined ? "" : await loadText(log, version.text),
    patch: version === undefined || version.patch === null ? "" : await loadText(log, version.patch),
    accepted,
    dissent: reasons,
  };
}

const versionOf = (deliberation: Deliberation, { key, version }: { readonly key: string; readonly version: number }) =>
  entryOf(deliberation, "synthesis", key)?.versions.find((each) => each.version === version);

/** Without an agreement: the last word that was said towards one. */
const lastSynthesis = ({ board }: Deliberation) =>
  board
    .filter(({ section }) => section === "synthesis")
    .flatMap(({ versions }) => versions)
    .toSorted((a, b) => a.seq - b.seq)
    .at(-1);
