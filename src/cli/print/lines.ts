// Plain lines, for pipes, CI logs and terminals that cannot draw: one line per event worth reading, or one record per
// line as recorded.

import type { Recorded } from "../../domain/event.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import type { LiveItem } from "../../views/live-item.ts";
import { isNews } from "../../views/news.ts";
import { subjectOf, tellingOf, type Telling } from "../../views/telling.ts";

/** `HH:MM:SS` of the local time zone. */
export const clockTime = (at: number): string => {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
};

/** `2026-03-01 14:02` of the local time zone. */
export const dayAndTime = (at: number): string => {
  const date = new Date(at);
  const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
    .map((part) => String(part).padStart(2, "0"))
    .join("-");
  return `${day} ${clockTime(at).slice(0, 5)}`;
};

/** `14:02:31 PB-2#1 runs npm test`. `telling`, where given, is one made with more at hand than the record. */
export const toLine = (recorded: Recorded, telling: Telling = tellingOf(recorded)): string =>
  `${clockTime(recorded.at)} ${subjectOf(telling)} ${telling.words}`;

/** The record exactly as it is in the log, on one line. */
export const toJsonLine = (recorded: Recorded): string => JSON.stringify(recorded);

/** Writes feed items as they come; deltas are for drawing only and leave no line. */
export const createLinePrinter =
  (write: (text: string) => void, options: { readonly json: boolean }): ((item: LiveItem) => void) =>
  (item) => {
    if (item.kind === "recorded") {
      if (options.json) write(`${toJsonLine(item.recorded)}\n`);
      else if (isNews(item.recorded.event)) write(`${toLine(item.recorded, item.telling)}\n`);
    } else if (item.kind === "notice" && !options.json) {
      write(`note: ${toPrintableLine(item.text)}\n`);
    } else if (item.kind === "stalled" && !options.json) {
      write(
        item.detail === null
          ? "The store takes records again; the run goes on.\n"
          : `The store takes no more records (${toPrintableLine(item.detail)}). Make room: the run waits and tries again by itself.\n`,
      );
    }
  };
