// Opens a deliberation: who sits down, what is on the table from the start.

import type { DeliberationConfig, DeliberationId, Section, Setup } from "../../domain/deliberation.ts";
import type { EventOf } from "../../domain/event.ts";
import type { TicketId } from "../../domain/ids.ts";
import { emit, type Draft } from "../draft.ts";
import { seatMediator } from "./seat-mediator.ts";
import { deliberationOf } from "./evolve-deliberation.ts";
import { entryOf, orchestrator } from "./state.ts";

/** What is wrong with who is to sit down; empty: nothing. */
export function problemsOfSetup({ seats }: Setup): readonly string[] {
  const count = (kind: string): number => seats.filter((seat) => seat.kind === kind).length;
  const roles = seats.map(({ role }) => role);
  const twice = [...new Set(roles.filter((role, place) => roles.indexOf(role) < place))];
  return [
    ...(count("proposer") < 2 ? ["it takes at least two proposers"] : []),
    ...(count("mediator") > 1 ? ["there is room for one mediator"] : []),
    ...twice.map((role) => `${role} is seated twice`),
    ...(roles.includes(orchestrator) ? [`${orchestrator} is the run's own name`] : []),
  ];
}

type Opening = {
  readonly purpose: EventOf<"deliberation.opened">["purpose"];
  readonly ticket?: TicketId;
  readonly config: Pick<DeliberationConfig, "objective" | "setup" | "inheritance">;
};

export function openDeliberation(draft: Draft, { purpose, ticket, config }: Opening): DeliberationId {
  const id = `D${draft.state.seq + 1}` as DeliberationId;
  const { objective, setup, inheritance } = config;
  emit(draft, {
    type: "deliberation.opened",
    deliberation: id,
    purpose,
    ...(ticket === undefined ? {} : { ticket }),
    objective,
    setup,
    ...(inheritance === undefined ? {} : { inheritance }),
  });
  putOpening(draft, id);
  if (setup.mediatorAtOnce) seatMediator(draft, id, { why: "forced", detail: "it sits there from the start" });
  return id;
}

/** What is on the table from the start, as far as it does not stand there. */
export function putOpening(draft: Draft, id: DeliberationId): void {
  const { objective, inheritance } = deliberationOf(draft.state, id);
  put(draft, id, { section: "problem", key: "task_definition", text: objective.text });
  if (inheritance === null) return;
  put(draft, id, { section: "problem", key: "recovery_context", text: recoveryContext(inheritance) });
  for (const { section, key, text, provenance } of inheritance.entries)
    put(draft, id, { section, key, text, provenance });
}

type Put = Pick<EventOf<"deliberation.written">, "key" | "text" | "provenance"> & { readonly section: Section };

export function put(draft: Draft, id: DeliberationId, { section, key, text, provenance }: Put): void {
  if (entryOf(deliberationOf(draft.state, id), section, key) !== undefined) return;
  const digest = typeof text === "string" ? draft.circumstances.digest(text) : text.blob;
  const from = provenance === undefined ? {} : { provenance };
  const place = { author: orchestrator, section, key, version: 1 };
  emit(draft, { type: "deliberation.written", deliberation: id, ...place, text, digest, ...from });
}

/** B-111: what an agent of a recovery has to know. */
function recoveryContext({
  generation,
  prior,
  outcome,
  entries,
  changes,
  hints,
}: NonNullable<DeliberationConfig["inheritance"]>): string {
  return [
    `This is attempt ${generation}: the run before it, ${prior}, ended with ${outcome.replaceAll("_", " ")}.`,
    `${entries.length} entries of it stand on the blackboard with their first authors. Read them, look for common ground, and put the best of them together; the mediator helps.`,
    `What is other this time: ${changes.join("; ")}.`,
    ...hints.map((hint) => `Hint: ${hint}`),
  ].join("\n");
}
