// The board as lines: what fits, what is cut and what is said about it.

import { describe, expect, it } from "vitest";
import { boardLines, type LiveFacts } from "../../../src/cli/terminal/board-lines.ts";
import { lineWidth, plainText } from "../../../src/cli/terminal/line.ts";
import { asciiGlyphs, unicodeGlyphs } from "../../../src/cli/terminal/style.ts";
import { ticketStatuses } from "../../../src/domain/ticket.ts";
import { sampleBoard, start, ticket } from "./sample-board.ts";

const facts = (more: Partial<LiveFacts> = {}): LiveFacts => ({
  board: sampleBoard(),
  now: start + 60_000,
  tails: new Map([["MONEY#2", "the separator stands before every third digit"]]),
  news: [
    { time: "14:02:01", subject: "CSV-2#1", words: "is merged as 596b53d7", tone: "completed" },
    { time: "14:02:09", subject: "MONEY#2", words: "edits src/money.js", tone: "quiet" },
  ],
  stalled: null,
  program: "tutti",
  keys: null,
  ...more,
});

const draw = (
  size: { columns: number; rows: number },
  more: Partial<LiveFacts> = {},
  glyphs = unicodeGlyphs,
): string[] => boardLines(facts(more), size, glyphs).map((line) => plainText(line).trimEnd());

describe("the live board", () => {
  it("80 x 24 shows header, tickets by what matters, news, and what waits for the person", () => {
    expect(draw({ columns: 80, rows: 24 }).join("\n")).toMatchInlineSnapshot(`
      " Monthly budgets                                     run_0123456789abcdef async
       ━━━╍╍╍╍╍╍╳╳╳─────  2/10 completed  2 running  1 needs you  1 blocked  1 failed
       1m00  ·  lanes 2/4  ·  15.8k tokens  ·  $0.0473

       ▸ MONEY  Grouped thous…  #2 edit src/money.js      claude-son… ↑1  12.4k    48s
           the separator stands before every third digit
       ▸ 漢字   日本語のテス…   thinking                  claude-sonnet…            3s
       ■ PKG    Install as a…   may it run npm publish?                   3.38k    20s
       ○ MONTH  Know months     ready, waits for a lane
       ⊖ BUDGET Read a budget…  the worker cannot go on: no file format is given
       ◆ OVER   What went over  its checks are red: 3 attempts are used up: npm test…
       ◌ LEFT   What is left    needs BUDGET, which did not complete
       ◌ CLI    On the comman…  after MONEY and MONTH
       ✓ 2 completed  CSV-1 CSV-2

       14:02:01 CSV-2#1 is merged as 596b53d7
       14:02:09 MONEY#2 edits src/money.js

       ■ PKG needs you: may it run npm publish?
         In another terminal: tutti approvals"
    `);
  });

  it("WIN6 from 90 columns on the live line of a worker says how full its window is", () => {
    const context = { tokens: 86_000, window: 200_000, percent: 43, colour: "green" } as const;
    const { tickets, ...rest } = sampleBoard();
    const full = tickets.map((each) => (each.id === "MONEY" ? { ...each, context } : each));
    const lineAt = (columns: number): string =>
      draw({ columns, rows: 24 }, { board: { ...rest, tickets: full } }).find((line) => line.includes("MONEY")) ?? "";
    expect(lineAt(100)).toMatch(/12\.4k {2}43% {4}48s$/);
    expect(lineAt(80)).not.toContain("43%");
  });

  it("40 x 12 keeps ids, what they do and what waits", () => {
    expect(draw({ columns: 40, rows: 12 }).join("\n")).toMatchInlineSnapshot(`
      " Monthly budgets
       ━━━━╍╍╍╍╍╍╍╳╳╳╳───────  2/10 completed
       1m00  ·  lanes 2/4  ·  15.8k tokens
       ▸ MONEY  #2 edit src/money.js       48s
       ▸ 漢字   thinking                    3s
       ■ PKG    may it run npm publi…      20s
       ○ MONTH  ready, waits for a lane
       ⊖ BUDGET the worker cannot go on: no f…
       ◆ OVER   its checks are red: 3 attempt…
       ✓ 2 completed  ◌ 2 pending
       14:02:09 MONEY#2 edits src/money.js
       ■ PKG needs you: may it run npm publis…"
    `);
  });

  it("200 x 50 has room for whole titles, models with their providers, and cost", () => {
    expect(draw({ columns: 200, rows: 50 }).join("\n")).toMatchInlineSnapshot(`
      " Monthly budgets                                                                                                                                                             run_0123456789abcdef async
       ━━━━━━━━━━━━━━━━━━━━━━━━━━━╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╍╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳╳─────────────────────────────────────────  2/10 completed  2 running  1 needs you  1 blocked  1 failed
       1m00  ·  lanes 2/4  ·  15.8k tokens  ·  $0.0473  ·  longest path: 3 tickets to go

       ▸ MONEY  Grouped thousands        #2 turn 4: edit src/money.js                                                                                    anthropic/claude-sonnet-4-5 ↑1  12.4k  $0.0372    48s
           the separator stands before every third digit
       ▸ 漢字   日本語のテスト 🎉 mixed  turn 1: thinking                                                                                                anthropic/claude-sonnet-4-5                        3s
       ■ PKG    Install as a command     may it run npm publish?                                                                                         anthropic/claude-sonnet-4-5     3.38k  $0.0101    20s
       ○ MONTH  Know months              ready, waits for a lane
       ⊖ BUDGET Read a budgets file      the worker cannot go on: no file format is given
       ◆ OVER   What went over           its checks are red: 3 attempts are used up: npm test is red
       ◌ LEFT   What is left             needs BUDGET, which did not complete
       ◌ CLI    On the command line      after MONEY and MONTH
       ✓ 2 completed  CSV-1 CSV-2

       14:02:01 CSV-2#1 is merged as 596b53d7
       14:02:09 MONEY#2 edits src/money.js

       ■ PKG needs you: may it run npm publish?
         In another terminal: tutti approvals"
    `);
  });

  it("never draws a line wider or a screen higher than the terminal", () => {
    for (const columns of [1, 2, 7, 20, 39, 40, 41, 59, 60, 79, 80, 100, 120, 199]) {
      for (const rows of [1, 2, 3, 5, 8, 11, 12, 15, 16, 24, 60]) {
        const lines = boardLines(facts({ stalled: "disk full", keys: "a: answer" }), { columns, rows }, unicodeGlyphs);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines)
          expect(lineWidth(line), `${columns} x ${rows}: ${plainText(line)}`).toBeLessThanOrEqual(columns);
      }
    }
  });

  it("cuts long lists, says how many more, and shows every status that there is", () => {
    const many = Array.from({ length: 1_000 }, (_, index) => {
      const status =
        (["running", "ready", "pending", "blocked", "completed", "step_paused"] as const)[index % 6] ?? "pending";
      return ticket(`T${index}`, status, { waitsFor: status === "step_paused" ? { kind: "lane" } : null });
    });
    const lines = draw({ columns: 80, rows: 24 }, { board: sampleBoard(many) });
    expect(lines).toHaveLength(24);
    const text = lines.join("\n");
    for (const words of ["more running", "needs you", "ready", "blocked or failed", "167 pending", "166 completed"])
      expect(text).toContain(words);
    const body = lines.slice(4).join("\n");
    const counts = [
      ...body.matchAll(/[▸■○⊖◌✓] (\d+) (?:more )?(running|needs you|ready|blocked or failed|pending|completed)/g),
    ];
    const shown = [...body.matchAll(/^ [▸■○⊖◌] T\d+/gm)].length;
    expect(counts.reduce((sum, [, count]) => sum + Number(count), 0) + shown).toBe(1_000);
  });

  it("every status has a shape of its own, in both sets of glyphs", () => {
    for (const glyphs of [unicodeGlyphs, asciiGlyphs]) {
      expect(new Set(ticketStatuses.map((status) => glyphs[status])).size).toBe(ticketStatuses.length);
    }
  });

  it("says that the store takes no more records, that the run is paused, and how it ended", () => {
    const [, , , stalled] = draw({ columns: 80, rows: 24 }, { stalled: "no space left" });
    expect(stalled).toContain("The store takes no more records: no space left");
    const paused = sampleBoard(undefined, { pause: { reason: "lunch", drain: false } });
    expect(draw({ columns: 80, rows: 24 }, { board: paused }).join("\n")).toContain("■ Paused: lunch");
    const ended = sampleBoard(undefined, { outcome: "completed", reason: "all 10 tickets are completed" });
    expect(draw({ columns: 80, rows: 24 }, { board: ended })[3]).toBe(
      " ✓ Ended completed: all 10 tickets are completed",
    );
  });

  it("P17 escapes what a ticket, a model or a worker put into its words", () => {
    const evil = "\u001b[2Jtitle\u202e\r\nnext";
    const board = sampleBoard(
      [ticket(evil, "running", { title: evil, step: evil }), ticket("B", "failed", { reason: evil })],
      { title: evil },
    );
    const text = boardLines(
      facts({ board, tails: new Map([[`${evil}#1`, evil]]) }),
      { columns: 200, rows: 24 },
      unicodeGlyphs,
    )
      .map(plainText)
      .join("");
    expect(text).toContain("\\x1b[2Jtitle\\u{202e}");
    expect(text).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it("the bar is full exactly when nothing is open", () => {
    const done = Array.from({ length: 7 }, (_, index) => ticket(`T${index}`, "completed"));
    expect(draw({ columns: 60, rows: 24 }, { board: sampleBoard(done) })[1]).not.toContain("─");
    const almost = [
      ...Array.from({ length: 999 }, (_, index) => ticket(`T${index}`, "completed")),
      ticket("Z", "pending"),
    ];
    expect(draw({ columns: 60, rows: 24 }, { board: sampleBoard(almost) })[1]).toContain("999/1000");
  });
});
