// A change of the plan while a person puts it together: the same parts as a patch file.

export type NewTicket = {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly dependsOn: readonly string[];
  readonly track?: string;
};

export type PlanDraft = {
  readonly add: readonly NewTicket[];
  readonly drop: readonly string[];
  readonly rewire: readonly { readonly ticket: string; readonly dependsOn: readonly string[] }[];
  readonly split: readonly { readonly ticket: string; readonly into: readonly NewTicket[] }[];
};

export const emptyDraft: PlanDraft = { add: [], drop: [], rewire: [], split: [] };

export const isEmptyDraft = ({ add, drop, rewire, split }: PlanDraft): boolean =>
  add.length + drop.length + rewire.length + split.length === 0;

/** As the API takes it. An empty title is left out: the description gives one. */
export const toPatch = (draft: PlanDraft, reason: string): Record<string, unknown> => ({
  reason,
  add: draft.add.map(toTicket),
  drop: draft.drop,
  rewire: draft.rewire,
  split: draft.split.map(({ ticket, into }) => ({ ticket, into: into.map(toTicket) })),
});

const toTicket = ({ title, ...ticket }: NewTicket): Record<string, unknown> => ({
  ...ticket,
  ...(title.trim() !== "" && { title: title.trim() }),
});

export type DraftPart = { readonly key: string; readonly sign: "+" | "-" | ">" | "/"; readonly words: string };

const waits = (ids: readonly string[]): string =>
  ids.length === 0 ? "waits for nothing" : `waits for ${ids.join(", ")}`;

/** One line for each part, for a list in which each can be taken out again. */
export const partsOf = ({ add, drop, rewire, split }: PlanDraft): readonly DraftPart[] => [
  ...add.map(({ id, title, dependsOn }): DraftPart => ({
    key: `add ${id}`,
    sign: "+",
    words: `${id} ${title}, ${waits(dependsOn)}`,
  })),
  ...split.map(({ ticket, into }): DraftPart => ({
    key: `split ${ticket}`,
    sign: "/",
    words: `${ticket} becomes ${into.map(({ id }) => id).join(", ")}`,
  })),
  ...drop.map((ticket): DraftPart => ({ key: `drop ${ticket}`, sign: "-", words: `${ticket} leaves the plan` })),
  ...rewire.map(({ ticket, dependsOn }): DraftPart => ({
    key: `rewire ${ticket}`,
    sign: ">",
    words: `${ticket} ${waits(dependsOn)}`,
  })),
];

export function without(draft: PlanDraft, key: string): PlanDraft {
  return {
    add: draft.add.filter(({ id }) => `add ${id}` !== key),
    drop: draft.drop.filter((ticket) => `drop ${ticket}` !== key),
    rewire: draft.rewire.filter(({ ticket }) => `rewire ${ticket}` !== key),
    split: draft.split.filter(({ ticket }) => `split ${ticket}` !== key),
  };
}

/** What is said of a ticket anew takes the place of what was said before. */
export const withPart = (draft: PlanDraft, part: Partial<PlanDraft>): PlanDraft => {
  const keys = partsOf({ ...emptyDraft, ...part }).map(({ key }) => key);
  const cleared = keys.reduce(without, draft);
  return {
    add: [...cleared.add, ...(part.add ?? [])],
    drop: [...cleared.drop, ...(part.drop ?? [])],
    rewire: [...cleared.rewire, ...(part.rewire ?? [])],
    split: [...cleared.split, ...(part.split ?? [])],
  };
};
