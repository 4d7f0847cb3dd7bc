// The live board as lines of a given size: header, tickets by what matters now, last news, what waits for the person.

import { attemptKey, type ConsultId } from "../../domain/ids.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import type { TicketStatus } from "../../domain/ticket.ts";
import type { Board, BoardTicket } from "../../views/board.ts";
import { costInWords, counted, statusWords, tokensInWords } from "../../views/words.ts";
import { totalTokens } from "../../domain/usage.ts";
import type { DeliberationView } from "../../views/deliberation-view.ts";
import { deliberationHead, deliberationLines } from "./deliberation-board.ts";
import { fitLine, justify, lineWidth, span, type Line, type Span } from "./line.ts";
import type { Glyphs } from "./style.ts";
import { planningLines } from "./planning-lines.ts";
import { columnsFor, shortDuration, ticketLine, type Columns } from "./ticket-line.ts";
import { displayWidth, padToWidth, tailToWidth } from "./width.ts";

export type NewsLine = {
  readonly time: string;
  readonly subject: string;
  readonly words: string;
  readonly tone: Line[number]["tone"];
  /** In a row. */ readonly times?: number;
};

export type LiveFacts = {
  readonly board: Board;
  /** Of a run that is a deliberation; it stands in place of the tickets. */
  readonly deliberation?: DeliberationView | null;
  /** Epoch ms. */
  readonly now: number;
  /** By `ticket#attempt`: the end of what its model is saying. */
  readonly tails: ReadonlyMap<string, string>;
  /** The end of what is said in answer to a consult. */
  readonly answerTail?: (consult: ConsultId) => string;
  /** Oldest first. */
  readonly news: readonly NewsLine[];
  readonly stalled: string | null;
  /** How the person calls this program. */
  readonly program: string;
  /** What can be pressed now, or null where no key is read. */
  readonly keys: string | null;
};

export type Size = { readonly columns: number; readonly rows: number };

export function boardLines(facts: LiveFacts, size: Size, glyphs: Glyphs): Line[] {
  const isLow = size.rows < 16;
  const head = headLines(facts, size.columns, glyphs);
  const asks = askLines(facts, size, glyphs);
  const gap: Line[] = isLow ? [] : [[]];
  const newsKept = Math.min(facts.news.length, isLow ? 1 : Math.max(3, Math.floor(size.rows / 4)));
  const fixed = head.length + gap.length + withGap(newsKept, gap) + withGap(asks.length, gap);
  const room = Math.max(1, size.rows - fixed);
  const body = bodyLines(facts, { room, columns: size.columns, glyphs });
  // What the tickets leave is the news's.
  const newsRoom = size.rows - head.length - gap.length * 2 - body.length - withGap(asks.length, gap);
  const news = newsLines(facts.news.slice(-Math.max(1, newsKept, newsRoom)));
  return [
    ...head,
    ...gap,
    ...body,
    ...(news.length > 0 ? [...gap, ...news] : []),
    ...(asks.length > 0 ? [...gap, ...asks] : []),
  ]
    .slice(0, size.rows)
    .map((line) => fitLine(line, size.columns));
}

type Room = { readonly room: number; readonly columns: number; readonly glyphs: Glyphs };

function bodyLines(facts: LiveFacts, { room, columns, glyphs }: Room): Line[] {
  const { board, deliberation = null, now, answerTail } = facts;
  if (deliberation !== null) return deliberationLines(deliberation, { room, columns, glyphs, answerTail });
  return board.planning === null
    ? ticketLines(facts, { room, columns: columnsFor(board, columns), glyphs })
    : planningLines(board.planning, { room, columns, glyphs, now });
}

const withGap = (lines: number, gap: readonly Line[]): number => (lines === 0 ? 0 : lines + gap.length);

function newsLines(news: readonly NewsLine[]): Line[] {
  const widest = Math.min(16, Math.max(0, ...news.map(({ subject }) => displayWidth(subject))));
  return news.map(({ time, subject, words, tone, times = 1 }) => [
    span(` ${time} `, "faint"),
    span(`${padToWidth(subject, widest)} `, tone ?? "quiet"),
    span(times === 1 ? words : `${words} (${times} times)`, "quiet"),
  ]);
}

// ---- header ----------------------------------------------------------------------------------------------------

function headLines(facts: LiveFacts, columns: number, glyphs: Glyphs): Line[] {
  const { board } = facts;
  const title: Line = [span(` ${toPrintableLine(board.title)}`, "plain", true)];
  const name: Line = [
    span(`${board.run ?? ""} `, "faint"),
    span(`${board.mode} `, board.mode === "linear" ? "step_paused" : "accent"),
  ];
  const { deliberation = null } = facts;
  const bar = deliberation === null ? barLine(board, columns, glyphs) : deliberationHead(deliberation);
  const lines = [justify(title, name, columns), bar, figuresLine(facts, columns, glyphs)];
  if (facts.stalled !== null) {
    lines.push([
      span(
        ` ${glyphs.failed} The store takes no more records: ${toPrintableLine(facts.stalled)}. Make room; the run waits.`,
        "alarm",
        true,
      ),
    ]);
  }
  if (board.pause !== null && board.outcome === null) {
    const what = board.pause.drain ? "Draining: tickets under way go on, no further one starts" : "Paused";
    lines.push([span(` ${glyphs.step_paused} ${what}: ${toPrintableLine(board.pause.reason)}`, "step_paused", true)]);
  }
  if (board.outcome !== null) lines.push(outcomeLine(board, glyphs));
  return lines;
}

const outcomeLine = (board: Board, glyphs: Glyphs): Line => {
  const status =
    board.outcome === "completed" || board.outcome === "planned"
      ? "completed"
      : board.outcome === "blocked"
        ? "blocked"
        : "failed";
  return [
    span(` ${glyphs[status]} Ended ${board.outcome ?? ""}: ${toPrintableLine(board.reason ?? "")}`, status, true),
  ];
};

function barLine(board: Board, columns: number, glyphs: Glyphs): Line {
  const { counts, total } = board;
  const words = countWords(board, columns);
  const width = Math.max(4, columns - lineWidth(words) - 4);
  const share = (count: number): number => (total === 0 ? 0 : (count / total) * width);
  const edges = [
    counts.completed,
    counts.running,
    counts.step_paused,
    counts.blocked + counts.failed + counts.cancelled,
  ];
  const tones = ["completed", "running", "step_paused", "failed"] as const;
  const marks = [glyphs.bar.done, glyphs.bar.active, glyphs.bar.active, glyphs.bar.lost];
  const bar: Span[] = [];
  let sum = 0;
  let filled = 0;
  edges.forEach((count, place) => {
    sum += count;
    // Rounded at the edges, not per part, so that the bar is full exactly when nothing is open.
    const end = Math.max(filled + (count > 0 && filled < width ? 1 : 0), Math.round(share(sum)));
    if (end > filled) bar.push(span((marks[place] ?? "").repeat(end - filled), tones[place] ?? "plain"));
    filled = end;
  });
  if (filled < width) bar.push(span(glyphs.bar.open.repeat(width - filled), "faint"));
  return [span(" "), ...bar, span("  "), ...words];
}

function countWords(board: Board, columns: number): Line {
  const { counts, total } = board;
  if (board.planning !== null) return [span("being planned", "running")];
  if (board.outcome === "planned") return [span(`${counted(total, "ticket")} planned`, "completed")];
  const words: Span[] = [
    span(`${counts.completed}/${total} completed`, counts.completed === total ? "completed" : "quiet"),
  ];
  if (columns < 60) return words;
  for (const status of ["running", "step_paused", "blocked", "failed", "cancelled"] as const) {
    if (counts[status] > 0) words.push(span(`  ${counts[status]} ${statusWords[status]}`, status));
  }
  return words;
}

/** What does not fit is left out, from the end. */
function figuresLine(facts: LiveFacts, columns: number, glyphs: Glyphs): Line {
  const { board, now, deliberation = null } = facts;
  const { lanes, spend, criticalPath } = board;
  const elapsed = (board.outcome === null ? now : board.lastAt) - board.startedAt;
  const tokens = totalTokens(spend);
  const figures = [
    shortDuration(elapsed),
    ...(board.planning === null && deliberation === null ? [`lanes ${lanes.used}/${lanes.limit}`] : []),
    `${tokensInWords(tokens)} tokens`,
    ...(tokens === 0 ? [] : [`${spend.estimated ? "about " : ""}${costText(board)}`]),
    ...(criticalPath.ids.length > 0 ? [`longest path: ${counted(criticalPath.ids.length, "ticket")} to go`] : []),
  ];
  const line: Span[] = [span(` ${figures[0] ?? ""}`, "quiet")];
  for (const figure of figures.slice(1)) {
    const next = [span(`  ${glyphs.dot}  `, "faint"), span(figure, "quiet")];
    if (lineWidth(line) + lineWidth(next) > columns) break;
    line.push(...next);
  }
  return line;
}

const costText = (board: Board): string =>
  board.spend.costMicros === null ? "cost unknown" : costInWords(board.spend.costMicros);

// ---- what waits for the person ---------------------------------------------------------------------------------

function askLines(facts: LiveFacts, size: Size, glyphs: Glyphs): Line[] {
  const { board, program, keys } = facts;
  const asking = board.tickets.find(({ waitsFor }) => waitsFor?.kind === "person");
  const lines: Line[] = [];
  const isTicket = board.asks === null && asking?.waitsFor?.kind === "person";
  if (isTicket || board.asks !== null) {
    const more = board.approvals > 1 ? ` (and ${board.approvals - 1} more)` : "";
    const who = isTicket ? toPrintableLine(asking.id) : "The run";
    lines.push([
      span(` ${glyphs.step_paused} ${who} needs you: `, "step_paused", true),
      span(`${toPrintableLine(board.asks ?? asking?.step ?? "")}${more}`, "step_paused"),
    ]);
    const how = keys === null ? "   In another terminal:" : "   Press a to answer, or in another terminal:";
    if (size.rows >= 16) lines.push([span(`${how} ${program} approvals`, "quiet")]);
  }
  if (keys !== null && size.rows >= 12) lines.push([span(` ${keys}`, "faint")]);
  return lines;
}

// ---- tickets ---------------------------------------------------------------------------------------------------

/** In the order they are shown. */
const groups: readonly (readonly TicketStatus[])[] = [
  ["running"],
  ["step_paused"],
  ["ready"],
  ["blocked", "failed"],
  ["cancelled"],
  ["pending"],
];
/** Who gets lines first, what moves or hurts before what only waits; and how many before others get more. */
const claims = [
  { group: 0, first: 2 },
  { group: 1, first: 1 },
  { group: 3, first: 1 },
  { group: 2, first: 1 },
  { group: 5, first: 0 },
  { group: 4, first: 0 },
] as const;

type Body = { readonly room: number; readonly columns: Columns; readonly glyphs: Glyphs };

function ticketLines(facts: LiveFacts, body: Body): Line[] {
  const { board } = facts;
  const members = groups.map((statuses) =>
    board.tickets.filter(({ status }) => statuses.includes(status)).toSorted(inOrder),
  );
  const sizes = groups.map((statuses) => statuses.reduce((sum, status) => sum + board.counts[status], 0));
  const wanted = sizes.reduce((sum, size) => sum + size, 0) + (board.counts.completed > 0 ? 1 : 0);
  const needsFold = board.counts.completed > 0 || wanted > body.room;
  const given = shareOut(sizes, Math.max(1, body.room - (needsFold ? 1 : 0)));
  const spare = body.room - (needsFold ? 1 : 0) - given.reduce((sum, lines) => sum + lines, 0);
  const lines = groups.flatMap((statuses, group) =>
    groupLines(facts, {
      ...body,
      statuses,
      members: members[group] ?? [],
      size: sizes[group] ?? 0,
      lines: given[group] ?? 0,
    }),
  );
  const left = groups.filter((_, group) => given[group] === 0).flat();
  const fold = foldLine(board, body, left);
  return [...withTails(facts, lines, { spare, columns: body.columns.all }), ...(fold.length === 0 ? [] : [fold])];
}

const inOrder = (a: BoardTicket, b: BoardTicket): number => b.rank - a.rank || a.index - b.index;

/** A first share for those that have one, then as many lines as each wants, in the order of claims. */
function shareOut(sizes: readonly number[], room: number): number[] {
  const given = sizes.map(() => 0);
  let left = room;
  const give = (group: number, most: number): void => {
    const lines = Math.min(left, Math.max(0, most - (given[group] ?? 0)));
    given[group] = (given[group] ?? 0) + lines;
    left -= lines;
  };
  for (const { group, first } of claims) give(group, Math.min(first, sizes[group] ?? 0));
  for (const { group } of claims) give(group, sizes[group] ?? 0);
  return given;
}

type Group = Body & {
  readonly statuses: readonly TicketStatus[];
  readonly members: readonly BoardTicket[];
  readonly size: number;
  readonly lines: number;
};

type Drawn = { readonly line: Line; readonly ticket: BoardTicket | null };

function groupLines(facts: LiveFacts, group: Group): Drawn[] {
  const { lines, size, members, columns, glyphs, statuses } = group;
  if (lines === 0) return [];
  const isCut = size > lines || size > members.length;
  const shown = members.slice(0, isCut ? lines - 1 : lines);
  const drawn = shown.map((ticket) => ({ line: ticketLine(ticket, columns, { glyphs, now: facts.now }), ticket }));
  if (!isCut) return drawn;
  const status = statuses[0] ?? "pending";
  const what = statuses.length > 1 ? "blocked or failed" : statusWords[status];
  const more = `${size - shown.length} ${shown.length === 0 ? "" : "more "}${what}`;
  return [...drawn, { line: [span(` ${glyphs[status]} `, status), span(more, "faint")], ticket: null }];
}

/** Where lines are to spare, what a running worker's model is saying stands under its ticket. */
function withTails(
  facts: LiveFacts,
  drawn: readonly Drawn[],
  room: { readonly spare: number; readonly columns: number },
): Line[] {
  let { spare } = room;
  return drawn.flatMap(({ line, ticket }) => {
    const tail =
      ticket === null ? undefined : facts.tails.get(attemptKey({ ticket: ticket.id, attempt: ticket.attempt }));
    if (tail === undefined || tail === "" || ticket?.status !== "running" || spare <= 0) return [line];
    spare -= 1;
    return [line, [span(`     ${tailToWidth(toPrintableLine(tail), room.columns - 6)}`, "faint")]];
  });
}

/** What is done, and what had no line of its own, as counts. */
function foldLine(board: Board, body: Body, left: readonly TicketStatus[]): Line {
  const line: Span[] = [];
  for (const status of ["completed", ...left] as const) {
    const count = board.counts[status];
    if (count > 0)
      line.push(span(` ${body.glyphs[status]} `, status), span(`${count} ${statusWords[status]} `, status));
  }
  const ids = board.tickets.filter(({ status }) => status === "completed").map(({ id }) => toPrintableLine(id));
  const isNamed = ids.length > 0 && ids.length === board.counts.completed && line.length === 2;
  return isNamed ? [...line, span(` ${ids.join(" ")}`, "faint")] : line;
}
