// The load L1 on a run of the real rules: so many tickets, ticket events at a rate, workers whose models speak at a
// rate. Reproducible but for the clock.

import { createHash } from "node:crypto";
import { decide } from "../../src/core/decide.ts";
import { duties, type Duty } from "../../src/core/duties.ts";
import { initialState, type RunState } from "../../src/core/state.ts";
import { at } from "../../src/core/vector.ts";
import type { Command, Report } from "../../src/domain/command.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { Actor, AttemptRef, RunId, TicketId } from "../../src/domain/ids.ts";
import type { Ticket, TicketStatus } from "../../src/domain/ticket.ts";
import { answer, billingConfig, billingPlan, seeded } from "../../test/page/support/billing-run.ts";
import { paragraphs, workerReply } from "../../test/page/support/worker-talk.ts";

export type LoadPlan = {
  readonly tickets: number;
  /** Workers whose models speak, and how many tokens a second each. */
  readonly speakers: number;
  readonly tokens: number;
  /** Ticket events a second, all of them real decisions. */
  readonly events: number;
  /** Words that stand in every stream before it begins. */
  readonly words: number;
  /** Records in the log before it begins, at least. */
  readonly log: number;
  /** It goes on for so long without running out of tickets. */
  readonly minutes: number;
};

export type Speech = { readonly ref: AttemptRef; readonly turn: number; readonly text: string };

/** A ticket that looks different: when that was decided, in epoch ms. */
export type Change = { readonly index: number; readonly status: TicketStatus; readonly at: number };

export type Load = {
  readonly run: RunId;
  /** A ticket whose worker speaks. */
  readonly worker: TicketId;
  readonly state: () => RunState;
  /** Makes records until there are so many more. Gives how many it made. */
  readonly work: (records: number) => number;
  /** The next tokens of every speaker. */
  readonly speak: (tokens: number) => void;
  /** Since they were asked for last. */
  readonly takeChanges: () => readonly Change[];
};

type Out = { readonly onRecords: (records: readonly Recorded[]) => void; readonly onSpeech: (speech: Speech) => void };

/** Beside the speakers: workers that do all the rest, and workers that wait at a gate. */
const hands = 8;
const held = 4;
/** A hand goes on for so many turns, and for as long as enough tickets are done already. */
const turnsOfHand = 16;
const ticketsPerSecond = 1.5;
/** Of all tickets, how many a long load may finish. */
const finishedPart = 0.75;
/** A speaker's turn ends after so many words. */
const wordsOfTurn = 6_000;

const config: RunConfig = {
  ...billingConfig,
  lanes: { ...billingConfig.lanes, run: 64 },
  limits: { ...billingConfig.limits, turns: 1_000_000, attempts: 100 },
  budgets: {},
};

/** Wide enough for all workers: every third ticket waits for nothing. */
export const planOf = (tickets: number, chance: () => number): readonly Ticket[] =>
  billingPlan(tickets, chance).map((ticket, place) => (place % 3 === 0 ? { ...ticket, dependsOn: [] } : ticket));

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const words = paragraphs.join("\n\n").split(" ");

type Speaker = AttemptRef & { readonly turn: number; said: number };

const keyOf = ({ ticket, attempt }: AttemptRef): string => `${ticket}#${attempt}`;

type Rules = {
  readonly state: () => RunState;
  readonly made: () => number;
  readonly take: (command: Command, by?: Actor) => void;
  /** Reports what a made-up worker has done of it. */
  readonly settle: (duty: Duty) => void;
  readonly chance: () => number;
  readonly takeChanges: Load["takeChanges"];
};

/** The real rules, and who makes things up for them. */
function createRules({ tickets, minutes }: LoadPlan, onRecords: Out["onRecords"]): Rules {
  const chance = seeded(7);
  const changes: Change[] = [];
  const began = Date.now();
  let state = initialState;
  let made = 0;

  const take: Rules["take"] = (command, by = "engine") => {
    const now = Date.now();
    const decided = decide(state, command, { at: now, by, chance: chance(), digest });
    if (!decided.ok) throw new Error(`${command.type}: ${JSON.stringify(decided.rejection)}`);
    const before = state;
    state = decided.state;
    made += decided.records.length;
    for (const index of touched(decided.records, state)) {
      const { status } = at(state.tickets, index);
      if (index < before.tickets.length && status !== at(before.tickets, index).status)
        changes.push({ index, status, at: now });
    }
    onRecords(decided.records);
  };

  const rate = Math.min(ticketsPerSecond, (finishedPart * tickets) / (minutes * 60));
  const mayFinish = (): boolean => state.counts.completed < ((Date.now() - began) / 1000) * rate;
  const isLast = (report: Report): boolean => report.type === "report.replied" && report.calls[0]?.tool === "finish";
  const reply = (duty: Extract<Duty, { kind: "turn" }>): Report => {
    const asked = { ...duty, turn: Math.min(duty.turn, 9) };
    let told = workerReply(asked, chance);
    while (isLast(told) && (duty.turn < turnsOfHand || !mayFinish())) told = workerReply(asked, chance);
    return { ...told, turn: duty.turn } as Report;
  };

  return {
    state: () => state,
    made: () => made,
    take,
    settle: (duty) => take(duty.kind === "turn" ? reply(duty) : answer(duty, state, chance)),
    chance,
    takeChanges: () => changes.splice(0),
  };
}

/** Workers that are put on trust "step" come to a gate and stay there. Gives them. */
function holdSome({ take, settle, state }: Rules): ReadonlySet<number> {
  const stepped = new Set<number>();
  for (let tries = 0; tries < 2_000 && state().approvals.size < held; tries += 1) {
    for (const { ticket, index } of state().attempts.values()) {
      if (stepped.size >= held || stepped.has(index)) continue;
      stepped.add(index);
      take({ type: "ticket.set_trust", ticket, trust: "step" }, "person:ann");
    }
    const owed = duties(state());
    const duty = owed.find((each) => "index" in each && stepped.has(each.index)) ?? owed[0];
    if (duty === undefined) break;
    settle(duty);
  }
  return stepped;
}

export function createLoad(plan: LoadPlan, { onRecords, onSpeech }: Out): Load {
  const rules = createRules(plan, onRecords);
  const { state, made, settle } = rules;
  const run = "run_0page0under0load0" as RunId;
  const speakers = new Map<string, Speaker>();

  /** Whoever is at a turn speaks, until there are enough. */
  const listen = (): void => {
    for (const duty of duties(state())) {
      if (speakers.size >= plan.speakers) return;
      if (duty.kind !== "turn" || stepped.has(duty.index) || speakers.has(keyOf(duty.ref))) continue;
      speakers.set(keyOf(duty.ref), { ...duty.ref, turn: duty.turn, said: 0 });
    }
  };

  const isSpeaking = (duty: Duty): boolean => duty.kind === "turn" && speakers.get(keyOf(duty.ref))?.turn === duty.turn;

  const work: Load["work"] = (records) => {
    const from = made();
    while (made() - from < records) {
      const open = duties(state()).filter((duty) => !isSpeaking(duty));
      const duty = open[Math.floor(rules.chance() * open.length)];
      if (duty === undefined) break;
      settle(duty);
    }
    return made() - from;
  };

  const speak: Load["speak"] = (tokens) => {
    for (const [key, speaker] of speakers) {
      const { ticket, attempt, turn } = speaker;
      onSpeech({ ref: { ticket, attempt }, turn, text: sayMore(speaker, tokens) });
      if (speaker.said < wordsOfTurn) continue;
      speakers.delete(key);
      const duty = duties(state()).find((each) => each.kind === "turn" && keyOf(each.ref) === key);
      if (duty !== undefined) settle(duty);
      listen();
    }
  };

  rules.take({ type: "run.create", run, config, tickets: planOf(plan.tickets, rules.chance) }, "person:ann");
  const stepped = holdSome(rules);
  while (state().attempts.size < held + plan.speakers + hands && work(1) > 0);
  listen();
  work(plan.log - made());
  // Speeches end one after the other.
  let place = 0;
  for (const speaker of speakers.values()) {
    place += 1;
    const { ticket, attempt, turn } = speaker;
    onSpeech({ ref: { ticket, attempt }, turn, text: sayMore(speaker, plan.words) });
    speaker.said += Math.floor(((wordsOfTurn - plan.words) * place) / (speakers.size + 1));
  }
  const [first] = speakers.values();
  if (first === undefined) throw new Error("nobody speaks: the plan has too few tickets");
  return { run, worker: first.ticket, state, work, speak, takeChanges: rules.takeChanges };
}

function touched(records: readonly Recorded[], state: RunState): ReadonlySet<number> {
  const found = new Set<number>();
  for (const { event } of records) {
    if (!("ticket" in event) || event.ticket === undefined || event.ticket === null) continue;
    const index = state.graph.indexOf.get(event.ticket);
    if (index === undefined) continue;
    found.add(index);
    for (const dependent of state.graph.dependents[index] ?? []) found.add(dependent);
  }
  return found;
}

/** Every tenth word is the time it was said at, as `~` and epoch ms in base 36, for whoever measures its arrival. */
function sayMore(speaker: Speaker, tokens: number): string {
  let text = "";
  for (let token = 0; token < tokens; token += 1) {
    speaker.said += 1;
    const word = words[speaker.said % words.length] ?? "";
    text += speaker.said % 10 === 0 ? `~${Date.now().toString(36)} ` : `${word} `;
  }
  return text;
}
