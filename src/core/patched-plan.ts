// The plan as it would stand after a patch: what its tickets must be to each other. All faults at once.

import { didYouMean } from "../domain/nearest-name.ts";
import type { TicketId } from "../domain/ids.ts";
import type { PlanProblem } from "../domain/rejection.ts";
import { findCycles } from "./cycles.ts";
import { fault, shortened } from "./patch-fault.ts";
import { ringText } from "./plan-rules.ts";
import { isDropped, type RunState } from "./state.ts";
import { at } from "./vector.ts";

/** What a patch says of edges, with the place in the request where it says so. */
export type Arranged = {
  readonly leaving: ReadonlyMap<TicketId, string>;
  readonly rewired: ReadonlyMap<TicketId, { readonly dependsOn: readonly TicketId[]; readonly place: string }>;
  readonly newcomers: readonly Node[];
};

type Node = {
  readonly id: TicketId;
  readonly dependsOn: readonly TicketId[];
  /** Empty where the patch leaves the ticket as it is. */
  readonly place: string;
};

export function checkArrangement(state: RunState, arranged: Arranged): PlanProblem[] {
  const nodes = [...standing(state, arranged), ...arranged.newcomers];
  const places = new Map<TicketId, number>();
  nodes.forEach(({ id }, place) => {
    if (!places.has(id)) places.set(id, place);
  });
  return [
    ...findTwins(state, arranged.newcomers),
    ...nodes.flatMap((node) => findStrays(state, node, { places, leaving: arranged.leaving })),
    ...findRings(nodes, places),
  ];
}

/** Tickets of the plan that stay in it. */
const standing = (state: RunState, { leaving, rewired }: Arranged): Node[] =>
  state.graph.tickets.flatMap(({ id, dependsOn }, index) => {
    if (leaving.has(id) || isDropped(at(state.tickets, index))) return [];
    const now = rewired.get(id);
    return now === undefined ? { id, dependsOn, place: "" } : { id, ...now };
  });

/** An id is used once in the life of a run: its branches and its history stay. */
function findTwins(state: RunState, newcomers: readonly Node[]): PlanProblem[] {
  if (newcomers.length === 0) return [];
  const seen = new Map<string, string>();
  for (const id of state.graph.indexOf.keys()) seen.set(id.normalize("NFC"), "a ticket of this run");
  return newcomers.flatMap(({ id, place }) => {
    const form = id.normalize("NFC");
    const first = seen.get(form);
    if (first === undefined) {
      seen.set(form, place);
      return [];
    }
    return fault(`${place}.id`, `"${shortened(id)}" is the id of ${first} already`, "Give it an id of its own.");
  });
}

type Known = { readonly places: ReadonlyMap<TicketId, number>; readonly leaving: ReadonlyMap<TicketId, string> };

function findStrays(state: RunState, node: Node, { places, leaving }: Known): PlanProblem[] {
  return [...new Set(node.dependsOn)].flatMap((needed) => {
    const name = shortened(needed);
    const leaves = leaving.get(needed);
    if (leaves !== undefined && !places.has(needed)) {
      const problem = `${name} leaves the plan, but ${shortened(node.id)} still waits for it`;
      const remedy =
        node.place === ""
          ? `Rewire ${shortened(node.id)} in the same patch, or drop it as well.`
          : "Leave it out of dependsOn.";
      return fault(node.place === "" ? leaves : `${node.place}.dependsOn`, problem, remedy);
    }
    if (needed === node.id)
      return fault(`${node.place}.dependsOn`, `${name} would wait for itself`, "Remove its own id.");
    if (places.has(needed)) return [];
    const problem = state.graph.indexOf.has(needed)
      ? `${name} left the plan before`
      : `"${name}" is no ticket of this plan${didYouMean(needed, places.keys())}`;
    return fault(`${node.place}.dependsOn`, problem, "Correct the id, add that ticket, or leave it out.");
  });
}

function findRings(nodes: readonly Node[], places: ReadonlyMap<TicketId, number>): PlanProblem[] {
  const edges = nodes.map(({ dependsOn }, place) =>
    [...new Set(dependsOn)].flatMap((id) => places.get(id) ?? []).filter((target) => target !== place),
  );
  return findCycles(edges).map((cycle) => {
    const ids = cycle.map((place) => nodes[place]?.id ?? "");
    const said = cycle.map((place) => nodes[place]?.place ?? "").find((place) => place !== "") ?? "patch";
    const problem = `these tickets would wait for each other: ${ringText(ids)}`;
    return fault(`${said}.dependsOn`, problem, "Remove one of these dependencies.");
  });
}
