// The live view of a run in the terminal that runs it. Redrawn when something happened, at most ten times a second,
// and once a second for the clock; nothing is polled.

import { attemptKey, type AttemptRef } from "../domain/ids.ts";
import type { Event } from "../domain/event.ts";
import { toPrintableLine } from "../domain/printable.ts";
import type { Board } from "../views/board.ts";
import type { DeliberationView } from "../views/deliberation-view.ts";
import type { LiveItem } from "../views/live-item.ts";
import { isNews } from "../views/news.ts";
import { counted } from "../views/words.ts";
import { subjectOf, tellingOf } from "../views/telling.ts";
import { clockTime } from "./print/lines.ts";
import { createAnswerTails } from "./terminal/answer-tails.ts";
import { boardLines, type NewsLine } from "./terminal/board-lines.ts";
import { createPainter, type Painter } from "./terminal/painter.ts";
import { createStyle, type Style } from "./terminal/style.ts";
import { sizeOf, type Environment, type Screen } from "./terminal/terminal.ts";
import type { Tone } from "./terminal/line.ts";

/** Calls back once after so many ms; the returned function cancels. */
export type Later = (ms: number, callback: () => void) => () => void;

export type LiveViewOptions = {
  readonly out: Screen;
  /** Epoch ms. */
  readonly now: () => number;
  readonly env?: Environment;
  readonly later?: Later;
  /** How the person calls this program. */
  readonly program?: string;
  /** Of a run that is a deliberation; asked when a frame is drawn. */
  readonly deliberation?: () => DeliberationView | null;
};

/** The board itself, or a way to get one with at most so many tickets: asked only when a frame is drawn. */
export type BoardSource = Board | ((limit: number) => Board);

export type LiveView = {
  readonly update: (board: BoardSource, item?: LiveItem) => void;
  /** A word from the program itself, among the news. */
  readonly say: (words: string) => void;
  /** What can be pressed now; null where no key is read. */
  readonly setKeys: (keys: string | null) => void;
  /** Gives the screen away until `resume`. News go on being gathered. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Back to the screen as it was before. Idempotent. */
  readonly close: () => void;
};

const frameMs = 100;
const tickMs = 1_000;
const newsKept = 60;
const tailKept = 400;

const timer: Later = (ms, callback) => {
  const handle = setTimeout(callback, ms);
  // Drawing keeps no process alive.
  handle.unref();
  return () => clearTimeout(handle);
};

export function createLiveView(options: LiveViewOptions): LiveView {
  const drawing = new Drawing(options);
  return {
    update: (board, item) => drawing.update(board, item),
    say: (words) => drawing.say(words),
    setKeys: (keys) => drawing.setKeys(keys),
    pause: () => drawing.setVisible(false),
    resume: () => drawing.setVisible(true),
    close: () => drawing.close(),
  };
}

class Drawing {
  readonly #out: Screen;
  readonly #now: () => number;
  readonly #later: Later;
  readonly #program: string;
  readonly #deliberation: () => DeliberationView | null;
  readonly #style: Style;
  readonly #painter: Painter;
  readonly #news: NewsLine[] = [];
  readonly #tails = createTails();
  readonly #answers = createAnswerTails();
  #source: BoardSource | undefined;
  #stalled: string | null = null;
  #keys: string | null = null;
  #isVisible = true;
  #isDue = false;
  #drawnAt = -Infinity;
  #cancelFrame = (): void => {};
  #cancelTick = (): void => {};

  constructor(options: LiveViewOptions) {
    const { out, now, env = process.env, later = timer, program = "tutti", deliberation = () => null } = options;
    this.#out = out;
    this.#deliberation = deliberation;
    this.#now = now;
    this.#later = later;
    this.#program = program;
    this.#style = createStyle(out, env);
    this.#painter = createPainter(out, this.#style);
    out.on("resize", this.#redraw);
  }

  update(board: BoardSource, item?: LiveItem): void {
    this.#source = board;
    if (item !== undefined) this.#take(item);
    this.#drawSoon();
  }

  say(words: string): void {
    this.#tell({ time: clockTime(this.#now()), subject: this.#program, words: toPrintableLine(words), tone: "accent" });
    this.#drawSoon();
  }

  setKeys(keys: string | null): void {
    this.#keys = keys;
    this.#drawSoon();
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    this.#isDue = false;
    this.#cancelFrame();
    this.#cancelTick();
    if (isVisible) this.#redraw();
    else this.#painter.close();
  }

  close(): void {
    this.setVisible(false);
    this.#out.off("resize", this.#redraw);
  }

  #redraw = (): void => {
    this.#painter.forget();
    this.#drawSoon();
  };

  /** Many updates, one frame: the first draws at once, the rest as soon as a frame's time has passed. */
  #drawSoon = (): void => {
    if (this.#isDue || !this.#isVisible) return;
    this.#isDue = true;
    this.#cancelFrame = this.#later(Math.max(0, frameMs - (this.#now() - this.#drawnAt)), this.#draw);
  };

  #draw = (): void => {
    this.#isDue = false;
    if (!this.#isVisible || this.#source === undefined) return;
    this.#cancelTick();
    this.#drawnAt = this.#now();
    const size = sizeOf(this.#out);
    const board = typeof this.#source === "function" ? this.#source(size.rows * 2) : this.#source;
    const facts = {
      board,
      deliberation: this.#deliberation(),
      now: this.#drawnAt,
      tails: this.#tails.all,
      answerTail: this.#answers.of,
      news: this.#news,
      stalled: this.#stalled,
      program: this.#program,
      keys: this.#keys,
    };
    this.#painter.paint(boardLines(facts, size, this.#style.glyphs));
    // The clock in the corner; a run that is over has none.
    if (board.outcome === null) this.#cancelTick = this.#later(tickMs, this.#drawSoon);
  };

  #take(item: LiveItem): void {
    if (item.kind === "stalled") this.#stalled = item.detail;
    else if (item.kind === "notice") {
      this.#tell({ time: clockTime(this.#now()), subject: "note", words: toPrintableLine(item.text), tone: "blocked" });
    } else if (item.kind === "delta") this.#tails.add(item.ref, item.delta);
    else if (item.kind === "answer_delta") this.#answers.add(item.ref, item.delta);
    else {
      const { recorded } = item;
      this.#tails.clearAfter(recorded.event);
      this.#answers.clearAfter(recorded.event);
      if (!isNews(recorded.event)) return;
      const telling = item.telling ?? tellingOf(recorded);
      const tone = toneOf(recorded.event);
      this.#tell({ time: clockTime(recorded.at), subject: subjectOf(telling), words: telling.words, tone });
    }
  }

  #tell(line: NewsLine): void {
    // Ten edits of one file are one line that counts them, also where others' news come between.
    const place = this.#news.findLastIndex(({ subject }) => subject === line.subject);
    const last = this.#news[place];
    if (last?.words !== line.words) this.#news.push(line);
    else {
      this.#news.splice(place, 1);
      this.#news.push({ ...line, times: (last.times ?? 1) + 1 });
    }
    if (this.#news.length > newsKept) this.#news.shift();
  }
}

type Delta = Extract<LiveItem, { kind: "delta" }>["delta"];

type Tails = {
  readonly all: ReadonlyMap<string, string>;
  readonly add: (ref: AttemptRef, delta: Delta) => void;
  readonly clearAfter: (event: Event) => void;
};

/** The last words of each worker's model, gone as soon as its turn is over. */
function createTails(): Tails {
  const all = new Map<string, string>();
  const callSizes = new Map<string, number>();
  return {
    all,
    add: (ref, { kind, text }) => {
      const key = attemptKey(ref);
      if (kind === "call") {
        // JSON in pieces is no reading: its size shows that it grows.
        const size = (callSizes.get(key) ?? 0) + text.length;
        callSizes.set(key, size);
        all.set(key, `writes its tool calls: ${counted(size, "character")}`);
        return;
      }
      const before = callSizes.delete(key) ? "" : (all.get(key) ?? "");
      all.set(key, toPrintableLine(`${before}${text}`.replace(/\s+/g, " ").slice(-tailKept)));
    },
    clearAfter: (event) => {
      if (!("ticket" in event) || event.ticket === undefined) return;
      const { ticket } = event;
      const attempt = "attempt" in event ? event.attempt : undefined;
      for (const key of all.keys()) {
        if (attempt === undefined ? !key.startsWith(`${ticket}#`) : key !== attemptKey({ ticket, attempt })) continue;
        all.delete(key);
        callSizes.delete(key);
      }
    },
  };
}

/** The colour of a news line's subject: what it did to the ticket. */
function toneOf(event: Event): Tone {
  switch (event.type) {
    case "ticket.completed":
    case "merge.published":
    case "verify.passed":
      return "completed";
    case "ticket.failed":
    case "attempt.failed":
    case "verify.failed":
    case "turn.failed":
    case "tool.lost":
    case "run.aborted":
      return "failed";
    case "ticket.blocked":
      return "blocked";
    case "approval.requested":
    case "run.paused":
    case "provider.held":
      return "step_paused";
    case "attempt.started":
      return "running";
    default:
      return "quiet";
  }
}
