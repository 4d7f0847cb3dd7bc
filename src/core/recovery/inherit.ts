// What a run that recovers begins with: entries of the run before, under keys that say whose they are and do not nest,
// written by nobody but the run itself. RCV rules in docs/SPEC.md.

import type { Inheritance } from "../../domain/deliberation.ts";
import type { HandedEntry, Handoff } from "../../domain/handoff.ts";

export const inheritanceBounds = { entries: 24, characters: 200_000, hints: 12 } as const;

export type InheritWish = {
  /** Checked: see `readHandoff`. */
  readonly handoff: Handoff;
  /** Hex sha-256 of the document as it is stored. */
  readonly digest: string;
  readonly root: string;
  readonly generation: number;
  readonly changes: readonly string[];
};

type Inherited = Inheritance["entries"][number];
type Found = Pick<Inherited, "section" | "provenance"> & { readonly base: string; readonly text: string };

/** Texts are whole here; whoever records them stores what is long. */
export function inherit({ handoff, digest, root, generation, changes }: InheritWish): Inheritance {
  const roles = rolesOf(handoff);
  const found = [
    ...handoff.problem_analysis.flatMap((each) =>
      find("problem", { ...each, agent: each.author, version: 1 }, { handoff, roles }),
    ),
    ...handoff.proposals.flatMap((each) => find("solutions", each, { handoff, roles })),
    ...lastVersions(handoff.synthesis_attempts).flatMap((each) => find("synthesis", each, { handoff, roles })),
  ];
  const kept = bound(found);
  const behind = found.length - kept.length;
  return {
    prior: handoff.from_pipeline,
    root,
    generation,
    outcome: handoff.abort_reason,
    handoff: digest,
    at: handoff.at,
    changes: [...changes],
    hints: [
      ...handoff.recovery_hints.slice(0, inheritanceBounds.hints),
      ...(behind > 0 ? [`${behind} older entries of the run before were left behind.`] : []),
    ],
    entries: withKeys(kept),
  };
}

/** Everybody who wrote something anywhere in the chain. */
function rolesOf(handoff: Handoff): readonly string[] {
  const entries = [...handoff.proposals, ...handoff.synthesis_attempts];
  const authors = entries.flatMap(({ agent, provenance }) => [agent, ...(provenance ? [provenance.author] : [])]);
  const analysts = handoff.problem_analysis.flatMap(({ author, provenance }) => [author, provenance?.author ?? author]);
  return [...new Set([...handoff.agent_states.map(({ role }) => role), ...authors, ...analysts])];
}

type Told = Pick<HandedEntry, "agent" | "key" | "value" | "version"> & Pick<Partial<HandedEntry>, "provenance">;

/** What the run itself put there and nobody wrote before it, such as the task, is put there anew. */
function find(
  section: Inherited["section"],
  entry: Told,
  { handoff, roles }: { readonly handoff: Handoff; readonly roles: readonly string[] },
): Found[] {
  const { agent, key, value: text, version } = entry;
  if (agent === orchestrator && entry.provenance === undefined) return [];
  const provenance = entry.provenance ?? { run: handoff.from_pipeline, author: agent, key, version };
  return [{ section, provenance, base: baseOf(provenance.key, roles), text }];
}

const orchestrator = "ORCHESTRATOR";

/** A key as it was before anybody inherited it. */
function baseOf(key: string, roles: readonly string[]): string {
  let base = key;
  for (;;) {
    const prefix = roles.map((role) => `inherited_${role.toLowerCase()}_`).find((each) => base.startsWith(each));
    if (prefix === undefined || prefix.length === base.length) return base;
    base = base.slice(prefix.length);
  }
}

/** The document has every version of a synthesis; what is inherited is how each stood. */
function lastVersions(attempts: readonly HandedEntry[]): readonly HandedEntry[] {
  return attempts.filter((each, place) => attempts.findLastIndex(({ key }) => key === each.key) === place);
}

/** The newest of each section first: what was written last is nearest to what they came to. */
function bound(found: readonly Found[]): readonly Found[] {
  const kept = new Set<Found>();
  let characters = 0;
  for (const each of found.toReversed()) {
    if (kept.size >= inheritanceBounds.entries) break;
    if (characters + each.text.length > inheritanceBounds.characters) continue;
    characters += each.text.length;
    kept.add(each);
  }
  return found.filter((each) => kept.has(each));
}

/** As long as a key that an agent may write, so that it can be answered under it. */
const longestKey = 64;

function withKeys(kept: readonly Found[]): Inherited[] {
  const taken = new Set<string>();
  return kept.map(({ section, provenance, base, text }) => {
    const wanted = `inherited_${provenance.author.toLowerCase()}_${base}`;
    let key = wanted.slice(0, longestKey);
    for (let count = 2; taken.has(`${section}/${key}`); count += 1) {
      const suffix = `_${count}`;
      key = wanted.slice(0, longestKey - suffix.length) + suffix;
    }
    taken.add(`${section}/${key}`);
    return { section, key, text, provenance };
  });
}
