// What tickets must be to each other before a plan is taken: unique ids, known dependencies, no cycle.
// All faults at once, all or nothing. Cost grows with tickets plus dependencies.

import { didYouMean } from "../domain/nearest-name.ts";
import type { PlanProblem } from "../domain/rejection.ts";
import { parseTicketFile, wholeFile } from "../domain/ticket-file.ts";
import type { Plan, PlanNode } from "../domain/ticket-file.ts";
import type { Ticket } from "../domain/ticket.ts";
import { findCycles } from "./cycles.ts";

export type ReadPlan =
  | { readonly ok: true; readonly plan: Plan }
  | { readonly ok: false; readonly problems: readonly PlanProblem[] };

/** A ticket file's text to a plan that may be run, or every fault it has in the file's order. Never throws. */
export function readPlan(text: string): ReadPlan {
  const file = parseTicketFile(text);
  const graph = file.ok ? checkPlan(file.plan.tickets) : checkGraph(file.nodes);
  if (file.ok && graph.length === 0) return file;
  const problems = [...(file.ok ? [] : file.problems), ...graph];
  return { ok: false, problems: problems.toSorted((a, b) => a.index - b.index) };
}

/** The graph's faults; empty for a plan that may be run. Repeated dependency entries count once. */
export function checkPlan(tickets: readonly Ticket[]): PlanProblem[] {
  if (tickets.length === 0) {
    return [{ index: wholeFile, field: "tickets", problem: "there is no ticket", remedy: "Add at least one ticket." }];
  }
  return checkGraph(tickets.map(({ id, dependsOn }, index) => ({ index, id, dependsOn })));
}

function checkGraph(nodes: readonly PlanNode[]): PlanProblem[] {
  const places = new Map<string, number>();
  nodes.forEach((node, place) => {
    if (!places.has(node.id)) places.set(node.id, place);
  });
  return [...findTwins(nodes), ...findStrays(nodes, places), ...findRings(nodes, places)];
}

/** Ids that are equal, or that a person could not tell apart because only their Unicode form differs. */
function findTwins(nodes: readonly PlanNode[]): PlanProblem[] {
  const seen = new Map<string, PlanNode>();
  const problems: PlanProblem[] = [];
  for (const node of nodes) {
    const form = node.id.normalize("NFC");
    const first = seen.get(form);
    if (first === undefined) {
      seen.set(form, node);
      continue;
    }
    const problem =
      first.id === node.id
        ? `is the id of ticket ${first.index} as well`
        : `looks the same as the id of ticket ${first.index}: they differ only in Unicode form`;
    problems.push({
      index: node.index,
      id: node.id,
      field: "id",
      problem,
      remedy: "Give each ticket an id of its own.",
    });
  }
  return problems;
}

/** Nearest names are looked for this often; a file with more strays than that has another fault. */
const nearestSearches = 50;

function findStrays(nodes: readonly PlanNode[], places: ReadonlyMap<string, number>): PlanProblem[] {
  const problems: PlanProblem[] = [];
  const hints = new Map<string, string>();
  const hintFor = (missing: string): string => {
    const known = hints.get(missing);
    if (known !== undefined || hints.size >= nearestSearches) return known ?? "";
    const hint = didYouMean(missing, places.keys());
    hints.set(missing, hint);
    return hint;
  };
  for (const { index, id, dependsOn } of nodes) {
    for (const needed of new Set(dependsOn)) {
      if (needed === id) {
        problems.push({
          index,
          id,
          field: "dependsOn",
          problem: "the ticket waits for itself",
          remedy: "Remove its own id.",
        });
      } else if (!places.has(needed)) {
        const problem = `"${cut(needed)}" is no ticket of this plan${hintFor(needed)}`;
        problems.push({
          index,
          id,
          field: "dependsOn",
          problem,
          remedy: `Correct the id, add that ticket, or remove "${cut(needed)}".`,
        });
      }
    }
  }
  return problems;
}

function findRings(nodes: readonly PlanNode[], places: ReadonlyMap<string, number>): PlanProblem[] {
  const edges = nodes.map(({ dependsOn }, place) =>
    [...new Set(dependsOn)].flatMap((id) => places.get(id) ?? []).filter((target) => target !== place),
  );
  return findCycles(edges).flatMap((cycle) => {
    const first = nodes[cycle[0] ?? 0];
    if (first === undefined) return [];
    const problem = `these tickets wait for each other: ${ringText(cycle.map((place) => nodes[place]?.id ?? ""))}`;
    return [
      { index: first.index, id: first.id, field: "dependsOn", problem, remedy: "Remove one of these dependencies." },
    ];
  });
}

const shownOfRing = 12;

/** `A -> B -> A`, where each waits for the next; the middle of a long ring is counted. */
export function ringText(ids: readonly string[]): string {
  const shown =
    ids.length <= shownOfRing
      ? ids
      : [...ids.slice(0, shownOfRing - 1), `(${ids.length - shownOfRing} more)`, ...ids.slice(-1)];
  return [...shown, ...ids.slice(0, 1)].map(cut).join(" -> ");
}

const cut = (id: string): string => (id.length > 60 ? `${id.slice(0, 60)}…` : id);
