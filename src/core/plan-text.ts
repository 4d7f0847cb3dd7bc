// A plan in words, to be read before it is signed: its tracks and tickets with what each waits for, then every ticket whole.

import type { Track } from "../domain/plan.ts";
import type { ShellCommand, Ticket } from "../domain/ticket.ts";
import type { TicketId } from "../domain/ids.ts";
import { makeGraph } from "./graph.ts";
import { checkPlan } from "./plan-rules.ts";

export type PlanInWords = { readonly tracks: readonly Track[] | null; readonly tickets: readonly Ticket[] };

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** The chain of tickets that the plan's end waits for, heaviest first to last; empty for an unsound plan. */
export function longestPathOf(tickets: readonly Ticket[]): readonly TicketId[] {
  if (checkPlan(tickets).length > 0) return [];
  const { rank, dependents } = makeGraph(tickets);
  const heaviest = (places: readonly number[]): number | undefined =>
    places.reduce<number | undefined>(
      (best, place) => (best === undefined || (rank[place] ?? 0) > (rank[best] ?? 0) ? place : best),
      undefined,
    );
  const ids: TicketId[] = [];
  let place = heaviest(tickets.map((_, index) => index));
  while (place !== undefined) {
    const ticket = tickets[place];
    if (ticket !== undefined) ids.push(ticket.id);
    place = heaviest(dependents[place] ?? []);
  }
  return ids;
}

/** One line for each track and ticket, and the longest path. */
export function planOverview({ tracks, tickets }: PlanInWords): readonly string[] {
  const path = longestPathOf(tickets);
  const known = (tracks ?? []).filter(({ id }) => tickets.some(({ track }) => track === id));
  const names = new Set(known.map(({ id }) => id));
  const others = tickets.filter(({ track }) => track === undefined || !names.has(track));
  const widest = Math.min(24, Math.max(0, ...tickets.map(({ id }) => id.length)));
  const lineOf = ({ id, title, dependsOn }: Ticket): string =>
    `  ${id.padEnd(widest)}  ${title}${dependsOn.length === 0 ? "" : `  <- ${dependsOn.join(", ")}`}`;
  return [
    `${known.length === 0 ? "" : `${counted(known.length, "track")}, `}${counted(tickets.length, "ticket")}. "<-" names what a ticket waits for.`,
    ...known.flatMap((track) => [
      "",
      `${track.id}: ${track.title}${track.dependsOn.length === 0 ? "" : ` (builds on ${track.dependsOn.join(", ")})`}`,
      ...tickets.filter((ticket) => ticket.track === track.id).map(lineOf),
    ]),
    ...(others.length === 0 ? [] : ["", ...(known.length === 0 ? [] : ["Of no track:"]), ...others.map(lineOf)]),
    ...(path.length === 0 ? [] : ["", `Longest path, ${counted(path.length, "ticket")}: ${path.join(" > ")}`]),
  ];
}

/** Everything that a signature stands for: nothing is left out. */
export const planInWords = (plan: PlanInWords): string =>
  [...planOverview(plan), "", "Every ticket in full:", ...plan.tickets.flatMap(inFull)].join("\n");

function inFull(ticket: Ticket): readonly string[] {
  const { id, title, description, dependsOn, contextFiles, touches, verify, models, archetype, trust, strategy } =
    ticket;
  const facts: readonly (readonly [string, readonly string[]])[] = [
    ["waits for", dependsOn],
    ["worker", archetype === "worker" ? [] : [archetype]],
    ["models", models],
    ["trust", trust === undefined ? [] : [trust]],
    ["strategy", strategy === undefined ? [] : [strategy]],
    ["machine", ticket.labels ?? []],
    ["target", ticket.targetFile === undefined ? [] : [ticket.targetFile]],
    ["shown", contextFiles],
    ["may change", touches],
    ["checks", verify.map(shellInWords)],
    ["weight", ticket.weight === 1 ? [] : [String(ticket.weight)]],
    ["first rung", ticket.startRung === 0 ? [] : [String(ticket.startRung)]],
  ];
  return [
    "",
    `${id}: ${title}`,
    ...facts.filter(([, words]) => words.length > 0).map(([name, words]) => `  ${name}: ${words.join(", ")}`),
    ...(description.trim() === title
      ? []
      : description
          .trim()
          .split("\n")
          .map((line) => `  ${line}`)),
  ];
}

export const shellInWords = (command: ShellCommand): string =>
  typeof command === "string" ? command : JSON.stringify(command);
