// What an agent of a deliberation is asked: what stood there when its cycle began, with its texts loaded. What came later
// is for its next one.

import { isPlanning } from "../core/deliberation/plan-moves.ts";
import { agentOf, type Agent, type Deliberation, type Entry, type EntryVersion } from "../core/deliberation/state.ts";
import { configOf, type Consult, type RunState } from "../core/state.ts";
import type { DeliberationQuestion, PlanFrame, ShownEntry, ShownVote } from "../domain/deliberation-question.ts";
import type { Text } from "../domain/text.ts";
import type { Ports } from "./ports.ts";
import { loadText } from "./texts.ts";

/** Undefined for a consult that is no agent's cycle. */
export async function askInDeliberation(ports: Ports, state: RunState, consult: Consult): Promise<string | undefined> {
  const deliberation = consult.deliberation === null ? undefined : state.deliberations.get(consult.deliberation);
  const agent = deliberation === undefined ? undefined : agentOf(deliberation, consult.role ?? "");
  const { purpose } = consult;
  if (deliberation === undefined || agent === undefined) return undefined;
  if (purpose !== "deliberate" && purpose !== "mediate" && purpose !== "synthesise") return undefined;
  const survey = (await ports.workspace?.survey()) ?? null;
  const table = { ports, deliberation, agent };
  const question = {
    ...(await toQuestion(table)),
    purpose,
    isChecked: configOf(state).workspace === "git",
    plan: planFrame(state, deliberation),
  };
  return ports.briefs.askInDeliberation(question, { survey });
}

function planFrame(state: RunState, deliberation: Deliberation): PlanFrame | null {
  if (!isPlanning(deliberation)) return null;
  const { archetypes, verify, limits } = configOf(state);
  return { archetypes: archetypes.map(({ name }) => name), verify, most: limits.planTickets ?? Infinity };
}

type Table = { readonly ports: Ports; readonly deliberation: Deliberation; readonly agent: Agent };

async function toQuestion(table: Table): Promise<Omit<DeliberationQuestion, "purpose" | "isChecked" | "plan">> {
  const { ports, deliberation, agent } = table;
  const { objective, setup, mediator, ending, inheritance } = deliberation;
  const load = (text: Text): string | Promise<string> => loadText(ports.log, text);
  return {
    objective: { ...objective, text: await load(objective.text) },
    role: agent.role,
    brief: setup.seats.find(({ role }) => role === agent.role)?.brief ?? "",
    table: deliberation.agents.filter(({ status }) => status !== "revoked"),
    rounds: setup.limits.rounds,
    mediatorDecides: setup.mediatorDecides,
    mediator,
    entries: await entriesOf(table),
    objections: await loadAll(
      deliberation.objections.filter(({ settled, seq }) => settled === null && seq <= agent.reading),
      ({ text }) => load(text),
      (objection, text) => ({ ...objection, text }),
    ),
    votes: await votesOf(table),
    messages: await messagesOf(table),
    refused: await loadAll(
      deliberation.refusedWrites.filter(({ role, seq }) => role === agent.role && seq > agent.told),
      ({ text }) => load(text),
      (refused, text) => ({ ...refused, text }),
    ),
    inheritance,
    ending,
  };
}

async function loadAll<T, Shown>(
  items: readonly T[],
  load: (item: T) => string | Promise<string>,
  show: (item: T, text: string) => Shown,
): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  for (const item of items) shown.push(show(item, await load(item)));
  return shown;
}

const isNewTo = (agent: Agent, { author, seq }: { readonly author: string; readonly seq: number }): boolean =>
  seq > agent.told && author !== agent.role;

/** The versions that stood when the cycle began. */
async function entriesOf({ ports, deliberation, agent }: Table): Promise<readonly ShownEntry[]> {
  const standing = deliberation.board.flatMap((entry) => {
    const versions = entry.versions.filter(({ seq }) => seq <= agent.reading);
    const latest = versions.at(-1);
    return latest === undefined ? [] : [{ entry, latest, earlier: versions.slice(0, -1) }];
  });
  const shown: ShownEntry[] = [];
  for (const { entry, latest, earlier } of standing.toSorted((a, b) => a.latest.seq - b.latest.seq))
    shown.push({
      ...(await toShown(ports, entry, latest)),
      earlier: earlier.map(({ author }) => author),
      isNew: isNewTo(agent, latest),
    });
  return shown;
}

async function toShown(
  ports: Ports,
  { section, key }: Entry,
  { version, author, text, patch, tests, provenance, evidence }: EntryVersion,
): Promise<Omit<ShownEntry, "earlier" | "isNew">> {
  return {
    section,
    key,
    version,
    author,
    text: await loadText(ports.log, text),
    patch: patch === null ? null : await loadText(ports.log, patch),
    tests,
    provenance,
    evidence:
      evidence === null ? null : { result: evidence.result, detail: await loadText(ports.log, evidence.detail) },
  };
}

const votesOf = ({ ports, deliberation, agent }: Table): Promise<readonly ShownVote[]> =>
  loadAll(
    deliberation.votes.filter(({ seq }) => seq <= agent.reading),
    ({ reasoning }) => loadText(ports.log, reasoning),
    ({ role, key, version, stance }, reasoning) => {
      const entry = deliberation.board.find((each) => each.section === "synthesis" && each.key === key);
      const latest = entry?.versions.findLast(({ seq }) => seq <= agent.reading);
      return { role, key, version, stance, reasoning, isCurrent: latest?.version === version };
    },
  );

const messagesOf = ({ ports, deliberation, agent }: Table): Promise<DeliberationQuestion["messages"]> =>
  loadAll(
    deliberation.messages.filter(
      ({ from, to, seq }) => seq <= agent.reading && (to === "all" || to === agent.role || from === agent.role),
    ),
    ({ text }) => loadText(ports.log, text),
    ({ from, to, kind, seq }, text) => ({ from, to, kind, text, isNew: isNewTo(agent, { author: from, seq }) }),
  );
