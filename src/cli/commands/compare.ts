// `tutti compare`: two moments of a run, or of a run and another, beside each other.

import { toPrintableLine } from "../../domain/printable.ts";
import type {
  Comparison,
  Moment,
  SpendDifference,
  TicketDifference,
  TicketMoment,
} from "../../views/compare-states.ts";
import { causeWords, counted, durationInWords, firstLine, statusWords, tokensInWords } from "../../views/words.ts";
import { inUsd } from "../../domain/budget.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";

export type CompareOptions = CommonOptions & { readonly a?: number; readonly b?: number; readonly with?: string };

export async function compareCommand(
  run: string | undefined,
  { repo, a, b, with: other, json }: CompareOptions,
  context: CliContext,
): Promise<ExitCode> {
  const desk = await context.desk();
  const compared = await desk.compare({
    one: { repo, ...(run !== undefined && { run }) },
    ...(a !== undefined && { a }),
    ...(b !== undefined && { b }),
    ...(other !== undefined && { other }),
  });
  context.out.write(json === true ? `${JSON.stringify(compared)}\n` : `${comparisonLines(compared).join("\n")}\n`);
  return 0;
}

function comparisonLines({ a, b, ms, tickets, same, spend, approvals, commits }: Comparison): readonly string[] {
  const apart = `${durationInWords(Math.abs(ms))} ${ms < 0 ? "earlier" : "later"}`;
  return [
    `a: ${momentWords(a)}`,
    `b: ${momentWords(b)}, ${apart}`,
    "",
    ...(tickets.length === 0 ? ["No ticket stands otherwise."] : tickets.map(ticketLine)),
    ...(same === 0 || tickets.length === 0
      ? []
      : [`${counted(same, "ticket")} more ${same === 1 ? "stands" : "stand"} the same.`]),
    "",
    ...spend.map(spendLine),
    ...approvals.opened.map(({ id, gate, ticket }) => `opened: ${id} (${gate}, ${toPrintableLine(ticket ?? "run")})`),
    ...approvals.closed.map(({ id, gate, ticket }) => `closed: ${id} (${gate}, ${toPrintableLine(ticket ?? "run")})`),
    ...commits.onlyA.map(({ ticket, commit }) => `only in a: ${commit.slice(0, 12)} of ${toPrintableLine(ticket)}`),
    ...commits.onlyB.map(({ ticket, commit }) => `only in b: ${commit.slice(0, 12)} of ${toPrintableLine(ticket)}`),
  ];
}

const momentWords = ({ run, seq, phase, outcome }: Moment): string =>
  `${run ?? "no run"} at record ${seq}, ${outcome ?? phase}`;

const ticketLine = ({ ticket, title, a, b }: TicketDifference): string =>
  `${toPrintableLine(ticket)} (${firstLine(title, 60)}): ${standing(a)} -> ${standing(b)}`;

function standing(moment: TicketMoment | null): string {
  if (moment === null) return "not in the plan";
  const { status, attempt, cause } = moment;
  const tried = attempt > 1 ? `, attempt ${attempt}` : "";
  return `${statusWords[status]}${cause === null ? "" : ` because ${causeWords[cause]}`}${tried}`;
}

function spendLine({ tier, tokens, costMicros }: SpendDifference): string {
  const sign = (value: number): string => (value < 0 ? "-" : "+");
  const cost = costMicros === null ? "cost not known" : `${sign(costMicros)}${inUsd(Math.abs(costMicros))}`;
  return `${tier === null ? "All tiers" : `Tier ${tier}`}: ${sign(tokens)}${tokensInWords(Math.abs(tokens))} tokens, ${cost}`;
}
