// Tables that make the plan of a goal: agents write plans of sense and nonsense, tiers answer where no plan is left. What
// came of it is judged by the log alone.

import { checkPlan } from "../../src/core/plan-rules.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { Setup } from "../../src/domain/deliberation.ts";
import { entryText } from "../../src/domain/entry-plan.ts";
import type { EventOf, Recorded } from "../../src/domain/event.ts";
import type { ModelId } from "../../src/domain/ids.ts";
import type { EntryPlan } from "../../src/domain/plan.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { ticketsAnswer, tracksAnswer } from "../core/planned-story.ts";
import { digest } from "../support/given.ts";
import { must } from "./broken.ts";
import type { Chance } from "./chance.ts";

/** Nobody attends: what nobody may decide ends the run. */
export const goalOf = (setup: Setup): Partial<RunConfig> => ({
  goal: { epic: "Sell books abroad.", only: "plan" },
  trust: "auto",
  attended: false,
  tiers: { "1": ["p1/m" as ModelId], "2": ["p2/m" as ModelId] },
  deliberations: { setup, conflicts: false, planning: true },
});

const lines = [["A"], ["A", "B"], ["A", "B:A"], ["A", "B:A", "C:A"]] as const;
const unsound = [["A:B", "B:A"], ["A", "A"], ["A:Z"], []] as const;

function somePlan(chance: Chance): object {
  const tracks = (JSON.parse(tracksAnswer("core", ...(chance.maybe(0.3) ? ["shop"] : []))) as { tracks: object[] })
    .tracks;
  const names = chance.maybe(0.08) ? chance.pick(unsound) : chance.pick(lines);
  const { tickets } = JSON.parse(ticketsAnswer(...names)) as { tickets: object[] };
  const of = (place: number): string => (place === 1 && tracks.length > 1 ? "shop" : "core");
  return { tracks, tickets: tickets.map((ticket, place) => ({ ...ticket, track: of(place) })) };
}

type Entry = { readonly section: string; readonly text: string; readonly patch?: string; readonly tests?: unknown };
type Vote = { readonly reasoning: string };
type Answer = { readonly entries: readonly object[]; readonly votes: readonly object[] };

/** The same answer at a table that makes a plan. A vote's reasoning holds the digest of what it is meant for. */
export function withPlans<T extends Answer>(chance: Chance, answer: T): T {
  const digests = new Map<string, string>();
  const entries = (answer.entries as readonly Entry[]).map((entry) => {
    const { patch: _patch, tests: _tests, ...rest } = entry;
    const move = chance.maybe(0.02) ? entry : rest;
    if (entry.section === "problem" || chance.maybe(0.03)) return move;
    const plan = somePlan(chance) as Record<string, unknown>;
    digests.set(digest(entry.text), digest(entryText({ text: entry.text, plan })));
    return { ...move, plan };
  });
  const votes = (answer.votes as readonly Vote[]).map((vote) => {
    const [role = "", meant = ""] = vote.reasoning.split(":");
    return { ...vote, reasoning: `${role}:${digests.get(meant) ?? meant}` };
  });
  return { ...answer, entries, votes };
}

export const lastWord = (chance: Chance): object => ({
  key: "rescue",
  text: "What is left.",
  ...(chance.maybe(0.6) ? { plan: somePlan(chance) } : {}),
});

export function tierAnswer(chance: Chance, purpose: string, track: string | null): string {
  if (chance.maybe(0.1)) return "prose";
  if (purpose === "tracks") return tracksAnswer("own");
  return ticketsAnswer(`${track ?? "x"}-1`, `${track ?? "x"}-2`);
}

/** Reads the log of such a run, and says which promise of PDEL it breaks. */
export class PlanWatch {
  readonly #written = new Map<string, EntryPlan | undefined>();
  readonly #tickets: Ticket[] = [];
  #ended: EventOf<"deliberation.ended"> | undefined;
  #tracked: EventOf<"plan.tracked"> | undefined;
  #accepted = 0;
  #asked = 0;

  see({ event }: Recorded): void {
    if (event.type === "deliberation.written" && event.section === "synthesis") this.#write(event);
    else if (event.type === "deliberation.ended") this.#ended = event;
    else if (event.type === "consult.started" && event.purpose === "tracks") this.#ask();
    else if (event.type === "plan.tracked") this.#track(event);
    else if (event.type === "plan.added") this.#tickets.push(...event.tickets);
    else if (event.type === "plan.accepted") this.#accept();
    else if (event.type === "run.ended")
      must((event.outcome === "planned") === (this.#accepted === 1), `the run ends ${event.outcome}`);
  }

  #write({ key, version, plan, author }: EventOf<"deliberation.written">): void {
    this.#written.set(`${key}@${version}`, plan);
    must(plan !== undefined || key === "rescue", `${author} writes a synthesis without a plan`);
    must(plan === undefined || checkPlan(plan.tickets).length === 0, `${author} writes an unsound plan`);
  }

  #ask(): void {
    this.#asked += 1;
    must(this.#asked === 1, "tier 1 is asked twice");
    must(this.#ended !== undefined, "tier 1 is asked while the table sits");
    must(this.#ended?.outcome !== "consensus", "tier 1 is asked in spite of an agreement");
  }

  #track(event: EventOf<"plan.tracked">): void {
    must(this.#tracked === undefined, "the plan has its tracks twice");
    must(this.#ended !== undefined, "the plan has tracks while the table sits");
    this.#tracked = event;
    const { deliberated } = event;
    must((deliberated === undefined) === (this.#asked === 1), "the plan comes from a tier and from a table");
    const { outcome, agreed } = this.#ended ?? {};
    const isAgreed = deliberated?.key === agreed?.key && deliberated?.version === agreed?.version;
    must(outcome !== "consensus" || isAgreed, "another plan is taken than was agreed on");
  }

  #accept(): void {
    this.#accepted += 1;
    const { deliberated, tracks } = this.#tracked ?? {};
    must(checkPlan(this.#tickets).length === 0, "an unsound plan is accepted");
    if (deliberated === undefined) return;
    const plan = this.#written.get(`${deliberated.key}@${deliberated.version}`);
    const ids = (tickets: readonly Ticket[] = []): string => JSON.stringify(tickets.map(({ id }) => id).toSorted());
    must(ids(plan?.tickets) === ids(this.#tickets), "the draft is not the plan that was chosen");
    must(
      JSON.stringify(plan?.tracks) === JSON.stringify(tracks),
      "the tracks are not those of the plan that was chosen",
    );
  }
}
