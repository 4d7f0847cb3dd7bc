// Watches the money: keeps books of its own from the events, sees no bound overdrawn by one token (P11, BUD rules), and
// compares with what the state says.

import type { RunState } from "../../src/core/state.ts";
import type { Caps, RunConfig } from "../../src/domain/config.ts";
import {
  isConsultEvent,
  type ConsultEvent,
  type Event,
  type Recorded,
  type Reservation,
} from "../../src/domain/event.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import type { Usage } from "../../src/domain/usage.ts";
import { must } from "./broken.ts";
import { workerOf } from "./room.ts";

type Book = { tokens: number; micros: number; turns: number; spawns: number; heldTokens: number; heldMicros: number };
type CallRef = { readonly ticket: string; readonly attempt: number };

export type BudgetMonitor = {
  readonly see: (recorded: Recorded) => void;
  /** After every decision. */
  readonly compare: (state: RunState) => void;
};

export function createBudgetMonitor(config: RunConfig, tickets: readonly Ticket[]): BudgetMonitor {
  const { run, ticket: each, track, tiers = {} } = config.budgets ?? {};
  const isBounded = config.budgets !== undefined;
  const caps = new Map<string, Caps>(
    Object.entries({ run, tickets: each, tracks: track }).flatMap(([scope, own]) => (own ? [[scope, own]] : [])),
  );
  for (const [tier, own] of Object.entries(tiers)) caps.set(`tier:${tier}`, own);
  const books = new Map<string, Book>();
  const held = new Map<string, Reservation>();

  const bookOf = (key: string): Book => {
    const found = books.get(key) ?? { tokens: 0, micros: 0, turns: 0, spawns: 0, heldTokens: 0, heldMicros: 0 };
    books.set(key, found);
    return found;
  };
  /** `tier`: of whoever is asked; by default the worker's. */
  const keysOf = (id: string, tier?: number): readonly string[] => {
    const ticket = tickets.find((one) => one.id === id);
    if (ticket === undefined) throw new Error(`no ticket ${id}`);
    const more = ticket.track === undefined ? [] : [`track:${ticket.track}`];
    return ["run", `tier:${tier ?? workerOf(config, ticket, 0).tier}`, ...more, `ticket:${id}`];
  };
  const capOf = (key: string, name: keyof Caps): number => {
    const wide = key.startsWith("ticket:") ? "tickets" : key.startsWith("track:") ? "tracks" : key;
    const [own, all] = [caps.get(key)?.[name], caps.get(wide)?.[name]];
    return own === undefined && all === undefined ? Infinity : Math.max(own ?? 0, all ?? 0);
  };
  const add = (id: string, change: (book: Book) => void, tier?: number): void => {
    for (const key of keysOf(id, tier)) {
      const book = bookOf(key);
      change(book);
      must(book.tokens + book.heldTokens <= capOf(key, "tokens"), () => `P11 BUD5 the tokens of ${key} are overdrawn`);
      must(
        book.micros + book.heldMicros <= capOf(key, "costMicros"),
        () => `P11 BUD5 the money of ${key} is overdrawn`,
      );
      must(book.turns <= capOf(key, "turns"), () => `BUD10 the turns of ${key} are overdrawn`);
      must(book.spawns <= capOf(key, "spawns"), () => `BUD10 the starts of ${key} are overdrawn`);
      must(book.heldTokens >= 0 && book.heldMicros >= 0, () => `BUD2 ${key} gives back what it does not hold`);
    }
  };
  const keyOf = ({ ticket, attempt }: CallRef): string => `${ticket}#${attempt}`;

  const release = (ref: CallRef): Reservation | undefined => {
    const reserved = held.get(keyOf(ref));
    held.delete(keyOf(ref));
    return reserved;
  };
  const settle = (ref: CallRef, usage: Usage | undefined): void => {
    const reserved = release(ref);
    must(!isBounded || usage === undefined || reserved !== undefined, "BUD1 a call is made that holds nothing back");
    if (reserved === undefined) return;
    const { tokens, micros } = usageWorth(usage, reserved);
    add(ref.ticket, (book) => {
      book.heldTokens -= reserved.tokens;
      book.heldMicros -= reserved.costMicros ?? 0;
      book.tokens += tokens;
      book.micros += micros;
    });
  };

  /** Questions to another tier about a ticket, with what their call under way holds back. */
  const consults = new Map<
    string,
    { readonly ticket: string; readonly tier: number; reserved: Reservation | undefined }
  >();
  const askTier = (id: string, reserved: Reservation | undefined, turns: number): void => {
    const consult = consults.get(id);
    must((reserved !== undefined) === isBounded, "BUD1 a question holds back where there is no bound, or the reverse");
    if (consult === undefined || reserved === undefined) return;
    must(consult.reserved === undefined, "BUD1 a question is put while it is under way");
    consult.reserved = reserved;
    const hold = (book: Book): void => {
      book.heldTokens += reserved.tokens;
      book.heldMicros += reserved.costMicros ?? 0;
      book.turns += turns;
    };
    add(consult.ticket, hold, consult.tier);
  };
  const settleTier = (id: string, usage: Usage | undefined): void => {
    const consult = consults.get(id);
    const reserved = consult?.reserved;
    if (consult === undefined || reserved === undefined) return;
    consult.reserved = undefined;
    const used = usageWorth(usage, reserved);
    const settleBook = (book: Book): void => {
      book.heldTokens -= reserved.tokens;
      book.heldMicros -= reserved.costMicros ?? 0;
      book.tokens += used.tokens;
      book.micros += used.micros;
    };
    add(consult.ticket, settleBook, consult.tier);
  };
  const seeConsult = (event: ConsultEvent): void => {
    if (event.type === "consult.started") {
      consults.set(event.consult, { ticket: event.ticket ?? "", tier: event.tier, reserved: undefined });
      askTier(event.consult, event.reserved, 1);
    } else if (event.type === "consult.reserved") askTier(event.consult, event.reserved, event.try === 1 ? 1 : 0);
    else if (event.type === "consult.replied" || event.type === "consult.failed")
      settleTier(event.consult, event.usage);
    else if (event.type === "consult.ended") settleTier(event.consult, undefined);
  };

  const see = (event: Event): void => {
    if (isConsultEvent(event)) return seeConsult(event);
    if (event.type === "budget.raised") caps.set(event.scope, { ...caps.get(event.scope), ...event.caps });
    else if (event.type === "attempt.started") add(event.ticket, (book) => (book.spawns += 1));
    else if (event.type === "turn.started") {
      const { reserved } = event;
      must(
        (reserved !== undefined) === isBounded,
        "BUD1 a call holds back where there is no bound, or nothing where there is",
      );
      must(!held.has(keyOf(event)), "BUD1 a call is begun while another of the same attempt is under way");
      if (reserved === undefined) return;
      held.set(keyOf(event), reserved);
      add(event.ticket, (book) => {
        book.heldTokens += reserved.tokens;
        book.heldMicros += reserved.costMicros ?? 0;
        book.turns += event.try === 1 ? 1 : 0;
      });
    } else if (event.type === "turn.replied" || event.type === "turn.failed") settle(event, event.usage);
    else if (event.type === "attempt.failed") settle(event, undefined);
    else if (event.type === "ticket.cancelled") {
      const name = [...held.keys()].find((key) => key.startsWith(`${event.ticket}#`));
      if (name !== undefined) settle({ ticket: event.ticket, attempt: Number(name.split("#").at(-1)) }, undefined);
    }
  };

  const compare = (state: RunState): void => {
    if (!isBounded) return;
    for (const [key, book] of books) {
      const index = tickets.findIndex(({ id }) => key === `ticket:${id}`);
      const account = state.ledger.get(key);
      const spent = index < 0 ? account?.spent : state.tickets.chunks[0]?.[index]?.history.spent;
      must(
        spent?.tokens === book.tokens && spent.costMicros === book.micros && spent.turns === book.turns,
        () => `BUD2 ${key} has spent ${JSON.stringify(book)}, and the state says ${JSON.stringify(spent)}`,
      );
      if (index < 0)
        must(
          account?.reserved.tokens === book.heldTokens && account.reserved.costMicros === book.heldMicros,
          () => `BUD1 what is held back of ${key} is not the sum of its calls under way`,
        );
    }
    for (const attempt of state.attempts.values()) {
      const isWaiting =
        (attempt.phase.at === "next" && attempt.lane) || (attempt.phase.at === "calling" && attempt.phase.isUnfunded);
      if (!isWaiting || (state.pause !== null && !state.pause.drain)) continue;
      must(
        isHeldUp(attempt.ticket),
        () => `BUD13 ${attempt.ticket} waits, and no call under way holds anything of its bounds`,
      );
    }
  };
  const isHeldUp = (id: string): boolean => keysOf(id).some((key) => (books.get(key)?.heldTokens ?? 0) > 0);

  return { see: ({ event }) => see(event), compare };
}

/** The worst case where nobody saw what a call has used. */
function usageWorth(
  usage: Usage | undefined,
  reserved: Reservation,
): { readonly tokens: number; readonly micros: number } {
  if (usage === undefined || usage.estimated) return { tokens: reserved.tokens, micros: reserved.costMicros ?? 0 };
  const { input, cachedRead, cacheWrite, output, reasoning, costMicros } = usage;
  return { tokens: input + cachedRead + cacheWrite + output + reasoning, micros: costMicros ?? 0 };
}
