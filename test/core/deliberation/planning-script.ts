// A table that makes the plan of a goal, as its stories are told: two plans, what both accept, and what the tiers would say.

import { ticketsAnswer, tracksAnswer } from "../planned-story.ts";
import { entry, play, says, vote, type Options, type Played, type Script, type Turn } from "./play.ts";

type Lines = { readonly tracks: readonly string[]; readonly tickets: Readonly<Record<string, readonly string[]>> };

/** Tracks and tickets in the words of the planned story: `A`, `B:A` is a B that waits for A. */
export const planOf = ({ tracks, tickets }: Lines): object => ({
  tracks: (JSON.parse(tracksAnswer(...tracks)) as { tracks: object[] }).tracks,
  tickets: Object.entries(tickets).flatMap(([track, lines]) =>
    (JSON.parse(ticketsAnswer(...lines)) as { tickets: object[] }).tickets.map((ticket) => ({ ...ticket, track })),
  ),
});

export const byLayer = planOf({ tracks: ["core", "shop:core"], tickets: { core: ["C1", "C2:C1"], shop: ["S1:C2"] } });
export const byFeature = planOf({ tracks: ["all"], tickets: { all: ["F1", "F2"] } });
export const both = planOf({ tracks: ["core"], tickets: { core: ["C1", "F1:C1"] } });

export const proposing = (key: string, plan: object): object => entry("solutions", key, 0, `Cut ${key}.`, { plan });
export const agreeing: Script = {
  ALPHA: [
    says({ entries: [proposing("by-layer", byLayer)] }),
    says({ entries: [entry("synthesis", "plan", 0, "Both.", { plan: both })], votes: [vote(1)] }),
    says({ status: "done" }),
  ],
  BETA: [
    says({ entries: [proposing("by-feature", byFeature)] }),
    says({ status: "working" }),
    says({ status: "done", votes: [vote(1)] }),
  ],
};

export const whole = (answer: object): Turn => ({ kind: "says", answer: answer as Record<string, unknown>, ms: 1_000 });
export const tiers: Script = {
  tracks: [whole(JSON.parse(tracksAnswer("own")) as object)],
  "tickets:own": [whole(JSON.parse(ticketsAnswer("O1")) as object)],
};

export const planning = (script: Script, options: Options = {}): Played =>
  play({ ...tiers, ...script }, { goal: "Sell books abroad.", ...options });
