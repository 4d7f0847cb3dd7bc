// How a run is shown while it goes on: JSON lines, plain lines, or the live view of a terminal that can draw.

import { toPrintable } from "../domain/printable.ts";
import type { LiveItem } from "../views/live-item.ts";
import { tellingOf } from "../views/telling.ts";
import type { CliContext } from "./context.ts";
import type { Conducting } from "./desk.ts";
import { createLinePrinter } from "./print/lines.ts";
import { canDraw } from "./terminal/terminal.ts";

export type Display = {
  readonly show: (item: LiveItem) => void;
  /** A word from the program itself. */
  readonly say: (line: string) => void;
  /** The same, where it cannot wait until the run is over. */
  readonly alert: (line: string) => void;
  /** Where the run can be seen and answered in a browser. */
  readonly page: (address: string) => void;
  /** Idempotent. */
  readonly close: () => void;
};

export type DisplayOptions = {
  readonly program: string;
  readonly json: boolean;
  readonly plain: boolean;
  readonly quiet?: boolean;
  /** The caller answers at the gates: this terminal does not ask. */
  readonly answersItself?: boolean;
  /** Ctrl-C, which comes as a key while keys are read. */
  readonly onInterrupt: () => void;
};

const nothing: Display = { show: () => {}, say: () => {}, alert: () => {}, page: () => {}, close: () => {} };

export async function openDisplay(
  conducting: Conducting,
  context: CliContext,
  options: DisplayOptions,
): Promise<Display> {
  if (options.quiet === true) return nothing;
  if (options.json || options.plain || !canDraw(context.out, context.env))
    return openLines(conducting, context, options);
  const { openLiveDisplay } = await import("./live-display.ts");
  return openLiveDisplay(conducting, context, options);
}

function openLines(
  conducting: Conducting,
  context: CliContext,
  { json, program, answersItself }: DisplayOptions,
): Display {
  const print = createLinePrinter((text) => context.out.write(text), { json });
  const show = (item: LiveItem): void => {
    print(json ? item : withTelling(conducting, item));
    const isAsking = item.kind === "recorded" && item.recorded.event.type === "approval.requested";
    // Here nothing is asked: lines cannot be scrolled, and a pipe has no keys.
    if (isAsking && !json && answersItself !== true)
      context.out.write(`         in another terminal: ${program} approvals\n`);
  };
  // Standard output is for records where they are asked for.
  const say = (line: string): void => void (json ? context.err : context.out).write(`${toPrintable(line)}\n`);
  // Beside what is printed of the run: who reads that expects the run and nothing else.
  const page = (address: string): void => void context.err.write(`Page: ${address}\n`);
  return { show, say, alert: say, page, close: () => {} };
}

/** The state knows what a record alone does not: titles, models, what a call was about. */
export const withTelling = (conducting: Pick<Conducting, "state">, item: LiveItem): LiveItem =>
  item.kind === "recorded" ? { ...item, telling: tellingOf(item.recorded, conducting.state()) } : item;
