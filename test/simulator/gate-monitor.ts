// Watches calls, results and approvals: nothing runs without the right that was given for exactly it (I3, H-*).

import type { RunState } from "../../src/core/state.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { Event, EventOf, Gate, Recorded } from "../../src/domain/event.ts";
import type { Actor, ApprovalId, TicketId } from "../../src/domain/ids.ts";
import type { LiveRule } from "../../src/domain/live-rule.ts";
import type { Text } from "../../src/domain/text.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import type { ToolCall } from "../../src/domain/tool.ts";
import { must } from "./broken.ts";

export type Settlement = { readonly by: Actor; readonly decision: string; readonly isVoid: boolean };

export type GateMonitor = {
  readonly see: (before: RunState, recorded: Recorded) => void;
  readonly settlements: ReadonlyMap<ApprovalId, Settlement>;
};

type Place = { readonly ticket: string; readonly attempt: number; readonly turn: number; readonly call: number };

/** Simulated runs come with their tickets: every question is about an attempt, but for those about a patch. */
type Asked = EventOf<"approval.requested"> & { readonly ticket: TicketId; readonly attempt: number };

const keyOf = ({ ticket, attempt, turn, call }: Place): string => `${ticket}#${attempt}/${turn}.${call}`;
const turnOf = ({ ticket, attempt, turn }: Omit<Place, "call">): string => `${ticket}#${attempt}/${turn}`;

/** Trust, written down a second time: does this gate hold for a person now, and if not, may it pass? */
export function policy(
  state: RunState,
  config: RunConfig,
  ask: { ticket: Ticket; gate: Gate; tool: string; kind: ToolCall["class"]; args?: Text | undefined },
  rules: readonly LiveRule[],
): "hold" | "pass" | "refuse" {
  const index = state.graph.tickets.findIndex(({ id }) => id === ask.ticket.id);
  const override = state.trust ?? state.ticketTrust.get(index) ?? config.trust;
  const named = config.archetypes.find(({ name }) => name === ask.ticket.archetype) ?? config.archetypes[0];
  const trust = override ?? ask.ticket.trust ?? named?.trust;
  const made = madeAnswer(rules, ask);
  if (made === "reject") return "refuse";
  const rule = config.rules.find(({ gate, tool }) => gate === ask.gate && (tool === "*" || tool === ask.tool));
  if (rule?.decision === "reject") return "refuse";
  const decision = made ?? rule?.decision;
  if (decision === "approve" && override !== "step") return "pass";
  const asksPerson = ask.gate === "question" || ask.gate === "unknown";
  const isHeld = asksPerson || trust === "step" || (trust === "ask" && ask.gate === "call" && ask.kind !== "pure");
  if (!isHeld && decision !== "ask") return "pass";
  return state.attended ? "hold" : "refuse";
}

/** Rules of persons as simulated runs have them, a second time: by gate, tool, ticket and one plain command. */
function madeAnswer(
  rules: readonly LiveRule[],
  ask: { ticket: Ticket; gate: Gate; tool: string; args?: Text | undefined },
): "approve" | "reject" | "ask" | undefined {
  const matching = rules.flatMap(({ argv, ticket, tool, gate, decision }, place) => {
    const isAbout =
      gate === ask.gate && (tool === "*" || tool === ask.tool) && (ticket === undefined || ticket === ask.ticket.id);
    const isSaid = argv === undefined || ask.args === JSON.stringify({ command: argv.join(" ") });
    const width = (argv === undefined ? 0 : 100) + (ticket === undefined ? 0 : 10) + (tool === "*" ? 0 : 1);
    return isAbout && isSaid ? [{ decision, width, place }] : [];
  });
  if (matching.some(({ decision }) => decision === "reject")) return "reject";
  return matching.toSorted((a, b) => b.width - a.width || b.place - a.place)[0]?.decision;
}

export function createGateMonitor(config: RunConfig, tickets: readonly Ticket[]): GateMonitor {
  const byId = new Map(tickets.map((ticket) => [ticket.id, ticket]));
  const replies = new Map<string, readonly ToolCall[]>();
  const results = new Set<string>();
  /** Calls begun, by how often. */
  const begun = new Map<string, number>();
  const lost = new Set<string>();
  /** Made by persons and not taken back, by id. */
  const rules = new Map<string, LiveRule>();
  const open = new Map<ApprovalId, Asked>();
  /** Open questions about a patch. */
  const plans = new Set<ApprovalId>();
  const settlements = new Map<ApprovalId, Settlement>();
  /** What a person released: spent by one start with exactly these arguments. */
  const released = new Map<string, { readonly args: Text | undefined; readonly gate: Gate }>();

  /** The ticket whose last message the present decision has rewritten. */
  let rewritten: string | undefined;

  const asked = (before: RunState, requested: EventOf<"approval.requested">): void => {
    const { ticket, attempt } = requested;
    if (requested.gate === "plan") {
      const isFirst = before.phase === "planning";
      must(isFirst || before.proposals.has(requested.approval), "PATCH13 a patch is asked about that nobody proposed");
      plans.add(requested.approval);
      return;
    }
    if (ticket === undefined || attempt === undefined) return must(false, "GATE7 a question is about no attempt");
    const event: Asked = { ...requested, ticket, attempt };
    // A result that was held when its message was rewritten is the same question asked anew.
    const isSame = event.gate === "result" && rewritten === event.ticket;
    must(before.attended || isSame, "GATE4 somebody is asked although nobody attends");
    must(
      ![...open.values()].some((other) => other.ticket === event.ticket),
      "GATE7 one attempt asks two questions at once",
    );
    if (event.gate === "call") must(!results.has(keyOf(event)), "GATE1 a call that has a result is asked about");
    if (event.gate === "result") must(results.has(keyOf(event)), "GATE1 a result that is not there is asked about");
    if (event.gate === "unknown") must(lost.has(keyOf(event)), "RUN10 a call that was not lost is unknown");
    open.set(event.approval, event);
  };

  const closed = (event: EventOf<"approval.answered" | "approval.voided">, by: Actor): void => {
    const question = open.get(event.approval);
    must(question !== undefined || plans.delete(event.approval), "GATE5 an approval is settled twice");
    open.delete(event.approval);
    const decision = event.type === "approval.answered" ? event.decision : event.reason;
    settlements.set(event.approval, { by, decision, isVoid: event.type === "approval.voided" });
    if (question === undefined || event.type !== "approval.answered") return;
    const isYes = event.decision === "approve" || (event.decision === "edit" && question.gate === "call");
    if (isYes && (question.gate === "call" || question.gate === "unknown")) {
      released.set(keyOf(question), { args: event.edited, gate: question.gate });
    }
  };

  const called = (before: RunState, event: EventOf<"tool.called">): void => {
    const key = keyOf(event);
    const written = replies.get(turnOf(event))?.[event.call];
    must(
      written?.tool === event.tool && written.class === event.class,
      "ATT5 a call runs that the reply does not have",
    );
    must(!results.has(key), "ATT5 a call runs that has its result");
    const right = released.get(key);
    const expected = right?.args ?? written?.args;
    must(event.args === expected, "GATE8 a call runs with other arguments than were released");
    const ticket = byId.get(event.ticket);
    if (right === undefined && ticket !== undefined) {
      must(
        policy(before, config, { ticket, gate: "call", tool: event.tool, kind: event.class, args: written?.args }, [
          ...rules.values(),
        ]) === "pass",
        "GATE1 a call runs that nobody released",
      );
    }
    const times = (begun.get(key) ?? 0) + 1;
    must(
      times === 1 || (lost.has(key) && right?.gate === "unknown"),
      "RUN10 an effectful call runs a second time unasked",
    );
    begun.set(key, times);
    released.delete(key);
    lost.delete(key);
    if (written !== undefined && written.args !== event.args) {
      const calls = replies.get(turnOf(event)) ?? [];
      replies.set(
        turnOf(event),
        calls.map((call, place) => (place === event.call ? { ...call, args: event.args } : call)),
      );
    }
  };

  const returned = (event: EventOf<"tool.returned" | "tool.refused">): void => {
    must(!results.has(keyOf(event)), "ATT5 a call has two results");
    results.add(keyOf(event));
  };

  const seeEvent = (before: RunState, event: Event, by: Actor): void => {
    if (event.type !== "approval.requested" && event.type !== "approval.voided") rewritten = undefined;
    if (event.type === "approval.requested") asked(before, event);
    else if (event.type === "approval.answered" || event.type === "approval.voided") closed(event, by);
    else if (event.type === "tool.called") called(before, event);
    else if (event.type === "tool.returned" || event.type === "tool.refused") returned(event);
    else if (event.type === "plan.added") for (const ticket of event.tickets) byId.set(ticket.id, ticket);
    else if (event.type === "plan.patched") for (const ticket of event.patch.add) byId.set(ticket.id, ticket);
    else if (event.type === "rule.added") rules.set(event.id, event.rule);
    else if (event.type === "rule.removed") rules.delete(event.id);
    else if (event.type === "tool.lost") lost.add(keyOf(event));
    else if (event.type === "turn.replied") replies.set(turnOf(event), event.calls);
    else if (event.type === "message.edited" || event.type === "message.restored") {
      const before = replies.get(turnOf(event)) ?? [];
      const isKept = before.every(
        (call, place) => !results.has(keyOf({ ...event, call: place })) || event.calls[place]?.args === call.args,
      );
      must(isKept, "GATE14 a call that has run was unwritten");
      replies.set(turnOf(event), event.calls);
      rewritten = event.ticket;
    } else if (event.type === "turn.started" && event.turn > 1) {
      // The first call too many is refused for all that follow it.
      const owed = (replies.get(turnOf({ ...event, turn: event.turn - 1 })) ?? []).slice(
        0,
        config.limits.callsPerTurn + 1,
      );
      const hasFinish = owed.some(({ tool }) => tool === "finish");
      must(
        hasFinish || owed.every((_, call) => results.has(keyOf({ ...event, turn: event.turn - 1, call }))),
        "ATT5 a turn begins before every call has its result",
      );
    }
  };

  return { settlements, see: (before, { event, by }) => seeEvent(before, event, by) };
}
