// Budgets as plain text, for `tutti budget`.

import { inUsd } from "../domain/budget.ts";
import { toPrintableLine } from "../domain/printable.ts";
import type { Usage } from "../domain/usage.ts";
import type { BudgetLine, BudgetView } from "../views/budget.ts";
import { costInWords, counted } from "../views/words.ts";

/** Tickets shown; the rest is in the JSON. */
const mostTickets = 20;

export type DayFacts = {
  readonly spent: { readonly tokens: number; readonly costMicros: number };
  readonly held: { readonly tokens: number; readonly costMicros: number };
};

export function budgetLines(
  view: BudgetView,
  {
    title,
    day,
    dayCaps,
  }: { readonly title: string; readonly day: DayFacts | null; readonly dayCaps: BudgetLine["caps"] },
): readonly string[] {
  const tickets = view.tickets.toSorted(
    (a, b) => b.counted.costMicros - a.counted.costMicros || b.counted.tokens - a.counted.tokens,
  );
  return [
    toPrintableLine(title),
    ...(view.isBounded ? [] : ["Nothing bounds this run. Bounds are set when it is begun: tutti run --budget-usd 5"]),
    "",
    ...linesOf(view.run),
    `  of this     planning, review and diagnosis ${costInWords(view.orchestration.costMicros)}, the work itself ${costInWords(view.work.costMicros)}`,
    ...(day === null || dayCaps === null ? [] : ["", ...dayLines(day, dayCaps)]),
    ...view.tiers.flatMap((line) => ["", ...linesOf(line)]),
    ...view.tracks.flatMap((line) => ["", ...linesOf(line)]),
    ...tickets.slice(0, mostTickets).flatMap((line) => ["", ...linesOf(line)]),
    ...(tickets.length > mostTickets
      ? ["", `${counted(tickets.length - mostTickets, "more ticket")}: see --json`]
      : []),
  ];
}

function linesOf({ scope, caps, spent, counted: used, assumed, reserved, left }: BudgetLine): readonly string[] {
  const money =
    caps?.costMicros === undefined
      ? `${costInWords(spent.costMicros)} spent`
      : `${inUsd(used.costMicros)} of ${inUsd(caps.costMicros)} spent, ${inUsd(reserved.costMicros)} held back, ${inUsd(left.costMicros ?? 0)} left`;
  const tokens =
    caps?.tokens === undefined
      ? []
      : [
          `  bound       ${used.tokens} of ${caps.tokens} tokens used, ${reserved.tokens} held back, ${left.tokens ?? 0} left`,
        ];
  const rest = [
    of("turns", spent.turns, caps?.turns),
    of("minutes", spent.minutes, caps?.minutes),
    of("starts of workers", spent.spawns, caps?.spawns),
  ].filter((part) => part !== "");
  return [
    toPrintableLine(scope.replace(":", " ")),
    `  money       ${money}`,
    `  tokens      ${classes(spent)}`,
    ...tokens,
    ...(rest.length > 0 ? [`  also        ${rest.join(", ")}`] : []),
    ...(assumed.tokens > 0
      ? [
          `  assumed     ${inUsd(assumed.costMicros)}, ${assumed.tokens} tokens: the worst case of calls whose end nobody saw`,
        ]
      : []),
  ];
}

const of = (name: string, used: number, cap: number | undefined): string =>
  cap === undefined ? (used === 0 ? "" : `${used} ${name}`) : `${used} of ${cap} ${name}`;

/** Four classes with four prices; their sum would say nothing. */
const classes = ({ input, cachedRead, cacheWrite, output, reasoning }: Usage): string =>
  `${input} input, ${cachedRead} read from cache, ${cacheWrite} written to cache, ${output + reasoning} output${reasoning > 0 ? ` (${reasoning} of it reasoning)` : ""}`;

const dayLines = ({ spent, held }: DayFacts, caps: NonNullable<BudgetLine["caps"]>): readonly string[] => [
  "day (all your runs, UTC)",
  ...(caps.costMicros === undefined
    ? []
    : [
        `  money       ${inUsd(spent.costMicros)} of ${inUsd(caps.costMicros)} spent, ${inUsd(held.costMicros)} held back`,
      ]),
  ...(caps.tokens === undefined
    ? []
    : [`  bound       ${spent.tokens} of ${caps.tokens} tokens used, ${held.tokens} held back`]),
];
