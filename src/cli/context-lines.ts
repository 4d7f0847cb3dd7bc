// A worker's window as lines: a bar, what fills it by part, the largest messages, and what comes before the next call.

import { toPrintableLine } from "../domain/printable.ts";
import type { ContextColour, ContextMessage, ContextMeter } from "../views/context-meter.ts";
import { counted, cut, tokensInWords } from "../views/words.ts";
import { span, type Line, type Tone } from "./terminal/line.ts";
import type { Glyphs } from "./terminal/style.ts";

export const contextTones = {
  green: "completed",
  yellow: "step_paused",
  red: "failed",
  unknown: "quiet",
} as const satisfies Record<ContextColour, Tone>;

const barWidth = 30;
const largestShown = 5;

export function contextLines(meter: ContextMeter, glyphs: Glyphs, program: string): readonly Line[] {
  const { ticket, title, attempt, turn, model } = meter;
  return [
    [
      span(toPrintableLine(ticket), "plain", true),
      span(title === ticket ? "" : ` ${cut(toPrintableLine(title), 60)}`),
      span(`  attempt ${attempt}, turn ${turn}, ${toPrintableLine(model)}`, "quiet"),
    ],
    barLine(meter, glyphs),
    ...(meter.isCounted ? [] : [[span("  estimated: the provider has not counted a call of it yet", "quiet")]]),
    ...meter.parts.map(({ part, tokens, percent }): Line => [
      span(`  ${part.padEnd(8)}${tokensInWords(tokens).padStart(7)}${`${percent} %`.padStart(7)}`),
    ]),
    ...largestLines(meter.messages),
    [span(`  ${inputWords(meter)}`, "quiet")],
    ...nextLines(meter, program).map((line): Line => [span(`  ${line}`, meter.willCompact ? "alarm" : "quiet")]),
  ];
}

function barLine({ tokens, window, percent, headroom, colour }: ContextMeter, glyphs: Glyphs): Line {
  if (window === null || percent === null || headroom === null)
    return [
      span(`  about ${tokensInWords(tokens)} tokens; `),
      span("how large the model's window is, is not known", contextTones[colour]),
    ];
  const done = Math.min(barWidth, Math.round((barWidth * tokens) / window));
  return [
    span("  "),
    span(glyphs.bar.done.repeat(done), contextTones[colour]),
    span(glyphs.bar.open.repeat(barWidth - done), "faint"),
    span(` ${percent} % ${colour}`, contextTones[colour], true),
    span(`: about ${tokensInWords(tokens)} of ${tokensInWords(window)} tokens, ${tokensInWords(headroom)} left`),
  ];
}

const messageInWords = ({ what, turn, tokens }: ContextMessage): string =>
  `${toPrintableLine(what)}${turn === null ? "" : ` (turn ${turn})`} ${tokensInWords(tokens)}`;

function largestLines(messages: readonly ContextMessage[]): readonly Line[] {
  const largest = messages.toSorted((a, b) => b.tokens - a.tokens).slice(0, largestShown);
  return [
    [span(`  largest of ${counted(messages.length, "message")}:`)],
    ...largest.map((message): Line => [span(`    ${messageInWords(message)}`)]),
  ];
}

function inputWords({ input: { fresh, cachedRead, cacheWrite } }: ContextMeter): string {
  const all = fresh + cachedRead + cacheWrite;
  if (all === 0) return "nothing was sent yet";
  const share = Math.round((cachedRead * 100) / all);
  return `sent so far: ${tokensInWords(fresh)} new, ${tokensInWords(cachedRead)} read from the cache (${share} %), ${tokensInWords(cacheWrite)} written to it`;
}

function nextLines({ preview, willCompact, compacted, ticket }: ContextMeter, program: string): readonly string[] {
  const before = compacted === 0 ? [] : [`${turnsInWords(compacted)} told in short; the log has every word`];
  if (preview === null) return before;
  const gain = `${counted(preview.texts, "text")}, about ${tokensInWords(preview.tokens)} tokens less`;
  const first = preview.first.map((message) => `  ${messageInWords(message)}`);
  const more = preview.texts > first.length ? [`  and ${preview.texts - first.length} more`] : [];
  const lead = willCompact
    ? `WARNING: the next call will compact: ${turnsInWords(preview.upTo)} told in short (${gain}):`
    : `${program} context compact ${toPrintableLine(ticket)}  would tell turns up to ${preview.upTo} in short (${gain}):`;
  return [...before, lead, ...first, ...more];
}

const turnsInWords = (upTo: number): string => (upTo === 1 ? "turn 1 is" : `turns 1 to ${upTo} are`);
