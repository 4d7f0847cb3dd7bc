// A forecast in words and columns of plain text: whole, in a few lines, and beside what became of it.

import { toPrintableLine } from "../domain/printable.ts";
import { chosenWay, type Compared, type ForecastFact } from "./forecast-fact.ts";
import type { Basis, Forecast, Way } from "./forecast.ts";
import type { Spread } from "./quantiles.ts";
import { tokenClasses } from "./try-out.ts";
import { costInWords, counted, cut, durationInWords, listInWords, tokensInWords } from "./words.ts";

/** `0.4 s`, `45 s`, `12 min`, `3.5 h`: no more digits than a forecast has a right to. */
export function aboutInWords(ms: number): string {
  if (ms < 950) return `${(ms / 1_000).toFixed(1)} s`;
  if (ms < 9_500) return `${(ms / 1_000).toFixed(1).replace(/\.0$/, "")} s`;
  if (ms < 90_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 100 * 60_000) return `${Math.round(ms / 60_000)} min`;
  const hours = ms / 3_600_000;
  return hours < 10 ? `${hours.toFixed(1).replace(/\.0$/, "")} h` : `${Math.round(hours)} h`;
}

/** `$0.0083`, `$0.49`, `$9.80`, `$231`. */
function aboutCost(micros: number): string {
  if (micros < 100) return costInWords(micros);
  if (micros >= 9_950_000) return `$${Math.round(micros / 1_000_000)}`;
  const dollars = Number(micros.toPrecision(2)) / 1_000_000;
  return `$${dollars < 0.1 ? dollars : dollars.toFixed(2)}`;
}

/** `40`, `8.6k`, `150k`, `1.2M`. */
const aboutTokens = (tokens: number): string => {
  const rough = Number(tokens.toPrecision(2));
  if (rough < 1_000) return String(rough);
  return rough < 1_000_000 ? `${rough / 1_000}k` : `${rough / 1_000_000}M`;
};

type Row = readonly [name: string, ...cells: string[]];
type Say = (value: number) => string;

const figureNames = {
  ms: "time",
  costMicros: "price",
  attempts: "attempts",
  input: "tokens in",
  cachedRead: "read from cache",
  cacheWrite: "written to cache",
  output: "tokens out",
  reasoning: "reasoning",
} as const satisfies Record<Compared["figure"], string>;

/** What was forecast has two digits at most; what came of it has all that are measured. */
const figureWords: Readonly<Record<Compared["figure"], { readonly forecast: Say; readonly fact: Say }>> = {
  ms: { forecast: aboutInWords, fact: durationInWords },
  costMicros: { forecast: aboutCost, fact: costInWords },
  attempts: { forecast: String, fact: String },
  input: { forecast: aboutTokens, fact: tokensInWords },
  cachedRead: { forecast: aboutTokens, fact: tokensInWords },
  cacheWrite: { forecast: aboutTokens, fact: tokensInWords },
  output: { forecast: aboutTokens, fact: tokensInWords },
  reasoning: { forecast: aboutTokens, fact: tokensInWords },
};

/** A class that no attempt used leaves a trace of the stated figure and no more. */
const isNothing = ({ likely, high }: Spread): boolean => high === 0 || (likely === 0 && high < 1_000);

/** `width`: columns of the terminal. */
export function forecastLines(forecast: Forecast, title: string, width = 80): readonly string[] {
  const way = chosenWay(forecast);
  const cells = ({ low, likely, high }: Spread, say: Say): readonly string[] => [low, likely, high].map(say);
  const rows: Row[] = [
    ["", "low", "likely", "high"],
    [figureNames.ms, ...cells(way.ms, aboutInWords)],
    way.costMicros === null
      ? [figureNames.costMicros, "unknown"]
      : [figureNames.costMicros, ...cells(way.costMicros, aboutCost)],
    ...tokenClasses
      .filter((each) => !isNothing(way.tokens[each]))
      .map((each): Row => [figureNames[each], ...cells(way.tokens[each], aboutTokens)]),
    [figureNames.attempts, ...cells(way.attempts, String)],
  ];
  const how = forecast.chosen === "linear" ? "one ticket at a time" : `on ${counted(way.lanes, "lane")}`;
  return [
    ...fold(`${toPrintableLine(title)}: ${counted(forecast.tickets, "ticket")} ${how}`, width),
    "",
    ...columns(rows),
    "",
    ...pathLines(forecast, width),
    ...fold(worthInWords(forecast), width),
    "",
    ...basisLines(forecast.basis, width),
    ...fold(
      "Of ten such runs eight stay between low and high. Time in which a run waits for you is not counted.",
      width,
    ),
  ];
}

/** Few enough to stand above a run that begins. */
export function shortForecastLines(forecast: Forecast, width = 80): readonly string[] {
  const way = chosenWay(forecast);
  const { ids } = forecast.criticalPath;
  const price =
    way.costMicros === null
      ? "price unknown"
      : isNothing(way.costMicros)
        ? ""
        : rangeInWords(way.costMicros, aboutCost);
  const figures = [rangeInWords(way.ms, aboutInWords), price].filter((part) => part !== "").join(", ");
  return [
    ...fold(`Forecast: ${figures}. ${shortBasis(forecast.basis)}`, width),
    ...(ids.length < 2 ? [] : [`Critical path: ${pathInWords(ids, width - 16)}`]),
    ...fold(worthInWords(forecast), width),
  ];
}

const betweenInWords = ({ low, high }: Spread, say: Say): string =>
  say(low) === say(high) ? say(low) : `${say(low)} to ${say(high)}`;

/** `about 12 min (8 min to 20 min)`. */
const rangeInWords = ({ low, likely, high }: Spread, say: Say): string =>
  say(low) === say(high) ? `about ${say(likely)}` : `about ${say(likely)} (${say(low)} to ${say(high)})`;

const pathInWords = (ids: readonly string[], most: number): string => {
  const names = ids.map((id) => cut(toPrintableLine(id), 24));
  const whole = names.join(" > ");
  if (whole.length <= most) return whole;
  const last = names.at(-1) ?? "";
  let shown = "";
  let used = 0;
  for (const name of names.slice(0, -1)) {
    if (`${shown}${name} > ... > ${last}`.length > most && used > 0) break;
    shown += `${name} > `;
    used += 1;
  }
  const left = names.length - used - 1;
  return left === 0 ? `${shown}${last}` : `${shown}${left} more > ${last}`;
};

function pathLines({ criticalPath, tickets }: Forecast, width: number): readonly string[] {
  const { ids, ms } = criticalPath;
  if (tickets === 1) return [];
  return [
    ...fold(
      `Critical path: ${counted(ids.length, "ticket")}, ${rangeInWords(ms, aboutInWords)}. No number of lanes is quicker.`,
      width,
    ),
    `  ${pathInWords(ids, width - 2)}`,
    "",
  ];
}

function worthInWords({ tickets, parallel, linear, isWorthIt, speedUp, usefulLanes, chosen }: Forecast): string {
  if (tickets === 1) return "One ticket: there is nothing to do beside it.";
  if (parallel.lanes === 1) return "One lane: that is the same as linear.";
  const more = dearerInWords(linear, parallel);
  const times = `${aboutInWords(parallel.ms.likely)} on ${counted(parallel.lanes, "lane")}, ${aboutInWords(linear.ms.likely)} one at a time`;
  const useful = usefulLanes < parallel.lanes ? ` ${counted(usefulLanes, "lane")} would do nearly as well.` : "";
  if (!isWorthIt) return `Parallel is not worth it: ${times}${more}.`;
  const instead = chosen === "linear" ? " This run goes one at a time." : "";
  return `Parallel is worth it: ${times} (${speedUp.toFixed(1)} times as long)${more}.${useful}${instead}`;
}

/** Beside each other tickets may conflict, and what conflicts is done again. */
function dearerInWords(linear: Way, parallel: Way): string {
  if (linear.costMicros === null || parallel.costMicros === null) return "";
  const more = parallel.costMicros.likely - linear.costMicros.likely;
  return more < linear.costMicros.likely / 50
    ? ", for about the same price"
    : `, for ${aboutCost(more)} more, because what conflicts is done again`;
}

const shortBasis = (basis: Basis): string =>
  basis.runs === 0 ? "No past run here: by stated figures." : `By ${counted(basis.runs, "past run")}.`;

function basisLines({ runs, passedOver, models, unpriced }: Basis, width: number): readonly string[] {
  const seen = models.filter(({ ground }) => ground === "own");
  const lent = models.filter(({ ground }) => ground === "others");
  const stated = models.filter(({ ground }) => ground === "stated");
  const names = (list: Basis["models"]): string => listInWords(list.map(({ model }) => toPrintableLine(model)));
  return [
    ...(runs === 0
      ? ["It rests on no past run of this project."]
      : [
          `It rests on ${counted(runs, "past run")} of this project${
            seen.length === 0
              ? ""
              : `: ${listInWords(seen.map(({ model, attempts }) => `${counted(attempts, "attempt")} of ${toPrintableLine(model)}`))}`
          }.`,
        ]),
    ...(lent.length === 0 ? [] : [`${names(lent)}: no attempt seen; judged by other models of the same tier.`]),
    ...(stated.length === 0
      ? []
      : [
          `${names(stated)}: no attempt seen; judged by stated figures, which may be off by a factor of three or more.`,
        ]),
    ...(unpriced.length === 0
      ? []
      : [`The price of ${listInWords([...new Set(unpriced)].map(toPrintableLine))} is not known.`]),
    ...(passedOver === 0
      ? []
      : [`${counted(passedOver, "past run")} could not be read and ${passedOver === 1 ? "is" : "are"} left out.`]),
  ].flatMap((line) => fold(line, width));
}

const verdictWords = { below: "less than forecast", within: "as forecast", above: "more than forecast" } as const;

/** A figure with what was forecast of it and what came of it, in words; `verdict` is empty before the end. */
export type ComparedRow = {
  readonly name: string;
  readonly forecast: string;
  readonly fact: string;
  readonly verdict: string;
};

/** Figures of which something was forecast or seen. */
export const comparedRows = ({ figures }: Pick<ForecastFact, "figures">): readonly ComparedRow[] =>
  figures
    .filter(({ forecast: spread, fact }) => (spread === null ? fact !== null : !isNothing(spread) || (fact ?? 0) > 0))
    .map(({ figure, forecast: spread, fact, verdict }) => {
      const say = figureWords[figure];
      return {
        name: figureNames[figure],
        forecast: spread === null ? "unknown" : betweenInWords(spread, say.forecast),
        fact: fact === null ? "unknown" : say.fact(fact),
        verdict: verdict === null ? "" : verdictWords[verdict],
      };
    });

/** For the end of a run, and for `tutti status`. */
export function forecastFactLines(compared: ForecastFact): readonly string[] {
  const { isDone, completed, forecast, besideMicros } = compared;
  const rows = comparedRows(compared).map((row): Row => [`  ${row.name}`, row.forecast, row.fact, row.verdict]);
  const title = isDone
    ? "Forecast and fact:"
    : `Forecast of the whole, and fact so far (${completed} of ${counted(forecast.tickets, "ticket")} completed):`;
  return [
    title,
    ...columns([["", "forecast", "fact"], ...rows]),
    ...((besideMicros ?? 0) > 0
      ? [`  beside it, not forecast: planning, diagnoses and reviews for ${costInWords(besideMicros)}`]
      : []),
  ];
}

/** Names at the left, figures at the right of their column. */
function columns(rows: readonly Row[]): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, place) => (widths[place] = Math.max(widths[place] ?? 0, cell.length)));
  return rows.map((row) =>
    row
      .map((cell, place) =>
        place === 0 || place > 3 ? cell.padEnd(widths[place] ?? 0) : cell.padStart(widths[place] ?? 0),
      )
      .join("   ")
      .trimEnd(),
  );
}

/** Between words; a word longer than a line stays whole. */
function fold(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + word.length + 1 > width) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
