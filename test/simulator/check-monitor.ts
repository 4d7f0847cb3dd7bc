// Watches what other tiers say of an attempt: rounds are bounded, nothing merges that was sent back, and a hint that
// is not to be had costs the attempt nothing.

import type { RunState } from "../../src/core/state.ts";
import type { RunConfig } from "../../src/domain/config.ts";
import type { Event, EventOf, Purpose, Recorded } from "../../src/domain/event.ts";
import type { ConsultId } from "../../src/domain/ids.ts";
import type { Ticket } from "../../src/domain/ticket.ts";
import { must } from "./broken.ts";

export type CheckMonitor = { readonly see: (before: RunState, recorded: Recorded) => void };

type Named = { readonly ticket: string; readonly attempt: number };
type Asked = { readonly purpose: Purpose; readonly about: string; answers: number };

const keyOf = ({ ticket, attempt }: Named): string => `${ticket}#${attempt}`;

export function createCheckMonitor(config: RunConfig, tickets: readonly Ticket[]): CheckMonitor {
  const asked = new Map<ConsultId, Asked>();
  /** Red checks on an attempt's own tree, and how often it was sent back. */
  const reds = new Map<string, number>();
  const sentBack = new Map<string, number>();
  /** What was said of what it reported last. */
  const verdicts = new Map<string, EventOf<"review.closed">["verdict"]>();
  /** The attempt whose diagnosis has just ended: what follows of it is told by the rules alone. */
  let told: string | undefined;

  const mostRounds = (purpose: Purpose): number => (purpose === "diagnosis" ? 1 : (config.limits.planRounds ?? 3));

  const isReviewed = (id: string): boolean => {
    const named = tickets.find((ticket) => ticket.id === id)?.archetype;
    return (config.archetypes.find(({ name }) => name === named) ?? config.archetypes[0])?.review === true;
  };

  const closed = (event: EventOf<"review.closed">): void => {
    const key = keyOf(event);
    verdicts.set(key, event.verdict);
    must(isReviewed(event.ticket), () => `QA6 ${key} is reviewed and need not be`);
    if (event.verdict !== "sent_back") return;
    must(event.findings.length > 0, () => `QA8 ${key} is sent back for nothing`);
    sentBack.set(key, (sentBack.get(key) ?? 0) + 1);
  };

  const noted = (event: EventOf<"note.added">): void => {
    if (event.kind !== "review") return;
    const most = config.limits.reviewRounds ?? 0;
    must((sentBack.get(keyOf(event)) ?? 0) <= most, () => `QA7 ${keyOf(event)} is sent back more than ${most} times`);
  };

  const queued = (event: EventOf<"merge.queued">): void => {
    const verdict = verdicts.get(keyOf(event));
    const isFree = verdict === "approved" || verdict === "missed";
    must(isFree || !isReviewed(event.ticket), () => `QA7 ${keyOf(event)} merges ${verdict ?? "unreviewed"}`);
  };

  const failed = (event: EventOf<"attempt.failed">): void => {
    const key = keyOf(event);
    const isSpent = (reds.get(key) ?? 0) > config.limits.verifyRounds;
    const isByRule = event.failure.cause === "verification_failed" && isSpent;
    must(told !== key || isByRule, () => `QA3 ${key} fails by what became of its diagnosis: ${event.failure.cause}`);
    if (event.failure.cause === "review_rejected")
      must(
        (sentBack.get(key) ?? 0) > (config.limits.reviewRounds ?? 0),
        () => `QA7 ${key} fails by a review with rounds left`,
      );
  };

  const replied = ({ consult, round }: EventOf<"consult.replied">): void => {
    const own = asked.get(consult);
    if (own === undefined) return must(false, `EPIC4 QA8 ${consult} is answered and was never asked`);
    own.answers += 1;
    must(own.answers === round, () => `EPIC4 QA8 ${consult} is answered twice in one round`);
    must(round <= mostRounds(own.purpose), () => `EPIC4 QA8 ${consult}: a ${own.purpose} has round ${round}`);
  };

  const isOfOwnTree = (before: RunState, { ticket }: Named): boolean =>
    before.attempts.get(before.graph.tickets.findIndex(({ id }) => id === ticket))?.phase.at === "verifying";

  const seeEvent = (before: RunState, event: Event): void => {
    if (event.type === "consult.started") {
      const about = keyOf({ ticket: event.ticket ?? "", attempt: event.attempt ?? 0 });
      asked.set(event.consult, { purpose: event.purpose, about, answers: 0 });
      if (event.purpose === "review") must(isReviewed(event.ticket ?? ""), "QA6 a result is reviewed and need not be");
    } else if (event.type === "consult.replied") replied(event);
    else if (event.type === "consult.returned")
      must(
        event.round < mostRounds(asked.get(event.consult)?.purpose ?? "diagnosis"),
        () => `EPIC4 QA8 ${event.consult} goes back after its last round`,
      );
    else if (event.type === "verify.failed" && isOfOwnTree(before, event))
      reds.set(keyOf(event), (reds.get(keyOf(event)) ?? 0) + 1);
    else if (event.type === "finish.reported") verdicts.delete(keyOf(event));
    else if (event.type === "review.closed") closed(event);
    else if (event.type === "note.added") noted(event);
    else if (event.type === "merge.queued") queued(event);
    else if (event.type === "attempt.failed") failed(event);
    const own = event.type === "consult.ended" ? asked.get(event.consult) : undefined;
    told = own?.purpose === "diagnosis" ? own.about : undefined;
  };

  return { see: (before, { event }) => seeEvent(before, event) };
}
