// The screen on which a gate is answered: who asks what, the whole of it to scroll through, what each key means.

import { toPrintableLine, type Hidden } from "../../domain/printable.ts";
import type { ApprovalView } from "../../views/approvals.ts";
import { listInWords } from "../../views/words.ts";
import { fitLine, justify, lineWidth, span, type Line, type Span } from "./line.ts";
import type { Cursor } from "./painter.ts";
import type { Glyphs } from "./style.ts";
import { displayWidth, tailToWidth } from "./width.ts";

/** What the bottom of the screen asks for. */
export type Prompt =
  | { readonly kind: "keys"; readonly keys: readonly KeyHint[] }
  | { readonly kind: "input"; readonly label: string; readonly text: string };

export type KeyHint = { readonly key: string; readonly does: string; readonly isReady: boolean };

export type ApprovalScreen = {
  readonly view: ApprovalView;
  /** Above the body; for example what an edit changed. */
  readonly title: string;
  readonly body: readonly Line[];
  /** First line of the body that is shown. */
  readonly top: number;
  readonly hidden: readonly Hidden[];
  /** Something to tell, in the place of the key line's hint. */
  readonly notice: string | null;
  readonly prompt: Prompt;
  /** How many more wait behind this one. */
  readonly more: number;
};

export type Drawn = {
  readonly lines: readonly Line[];
  readonly cursor?: Cursor;
  /** Lines of the body that fit. */ readonly page: number;
};

export function approvalLines(
  screen: ApprovalScreen,
  size: { readonly columns: number; readonly rows: number },
  glyphs: Glyphs,
): Drawn {
  const { columns, rows } = size;
  const head = headOf(screen, columns, glyphs);
  const { lines: foot, cursor } = footOf(screen, columns);
  const page = Math.max(1, rows - head.length - foot.length - 2);
  const body = screen.body.slice(screen.top, screen.top + page);
  const filler: Line[] = Array.from({ length: page - body.length }, () => []);
  const lines = [
    ...head,
    rule(columns, glyphs),
    ...body,
    ...filler,
    placeLine(screen, page, { columns, glyphs }),
    ...foot,
  ];
  const footAt = lines.length - foot.length;
  return {
    lines: lines.slice(0, rows).map((line) => fitLine(line, columns)),
    page,
    ...(cursor === undefined
      ? {}
      : { cursor: { row: Math.min(rows - 1, footAt + cursor.row), column: Math.min(columns - 1, cursor.column) } }),
  };
}

const rule = (columns: number, glyphs: Glyphs): Line => [span(glyphs.rule.repeat(columns), "faint")];

function headOf(screen: ApprovalScreen, columns: number, glyphs: Glyphs): Line[] {
  const { view, hidden, more, title } = screen;
  const name: Line = [
    span(` ${glyphs.step_paused} ${toPrintableLine(view.ticket ?? "run")} `, "step_paused", true),
    span(toPrintableLine(view.title), "plain", true),
  ];
  const waits = more === 0 ? "" : `${more} more wait `;
  const facts = [
    ...(view.attempt === null ? [] : [`attempt ${view.attempt}`, view.model]),
    ...(view.tool === "" ? [] : [`tool ${view.tool}`]),
    view.id,
  ];
  const lines: Line[] = [
    justify(name, [span(waits, "step_paused")], columns),
    [span(`   ${toPrintableLine(facts.join(`  ${glyphs.dot}  `))}`, "faint")],
    [span(` ${toPrintableLine(title)}`, "accent", true)],
  ];
  if (hidden.length > 0) {
    const names = hidden.map(({ name: code, kind, count }) => `${code} ${kind}${count > 1 ? ` (${count} times)` : ""}`);
    lines.push([span(` ${glyphs.failed} Holds characters you would not see: ${listInWords(names, 5)}`, "alarm", true)]);
  }
  return lines;
}

/** Where the shown part stands in the whole, and how to see the rest. */
function placeLine(
  screen: ApprovalScreen,
  page: number,
  to: { readonly columns: number; readonly glyphs: Glyphs },
): Line {
  const { columns, glyphs } = to;
  const total = screen.body.length;
  if (total <= page) return rule(columns, glyphs);
  const below = total - Math.min(total, screen.top + page);
  const words =
    below > 0
      ? ` ${below} more ${below === 1 ? "line" : "lines"}: space for the next page, G for the end `
      : ` the end of ${total} lines `;
  const left: Span[] = [span(glyphs.rule.repeat(2), "faint"), span(words, below > 0 ? "step_paused" : "faint")];
  return [...left, span(glyphs.rule.repeat(Math.max(0, columns - lineWidth(left))), "faint")];
}

function footOf(screen: ApprovalScreen, columns: number): { lines: Line[]; cursor?: Cursor } {
  const { prompt, notice } = screen;
  const notes: Line[] = notice === null ? [] : [[span(` ${toPrintableLine(notice)}`, "step_paused")]];
  if (prompt.kind === "keys") return { lines: [...notes, ...keyLines(prompt.keys, columns)] };
  const label = ` ${prompt.label} `;
  const room = Math.max(4, columns - displayWidth(label) - 1);
  const text = tailToWidth(toPrintableLine(prompt.text), room);
  return {
    lines: [...notes, [span(label, "accent", true), span(text)], [span(" enter: send    esc: back", "faint")]],
    cursor: { row: notes.length, column: displayWidth(label) + displayWidth(text) },
  };
}

/** As many lines as the hints need at this width. */
function keyLines(keys: readonly KeyHint[], columns: number): Line[] {
  const lines: Span[][] = [[]];
  for (const { key, does, isReady } of keys) {
    const hint = [
      span(` ${key}`, isReady ? "accent" : "faint", isReady),
      span(` ${does}  `, isReady ? "plain" : "faint"),
    ];
    const last = lines.at(-1) ?? [];
    if (last.length > 0 && lineWidth(last) + lineWidth(hint) > columns) lines.push(hint);
    else last.push(...hint);
  }
  return lines;
}
