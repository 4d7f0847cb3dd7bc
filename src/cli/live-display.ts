// The live view of the terminal that runs the run, and the gates it is asked at: the view steps aside for a question.

import { toPrintableLine } from "../domain/printable.ts";
import { boardOf } from "../views/board.ts";
import { deliberationEndOf } from "../views/deliberation-end.ts";
import type { CliContext } from "./context.ts";
import type { Conducting } from "./desk.ts";
import { withTelling, type Display, type DisplayOptions } from "./display.ts";
import { GateDesk } from "./gate-desk.ts";
import { createLiveView } from "./live-view.ts";
import { listenToKeys } from "./terminal/keys.ts";

export function openLiveDisplay(conducting: Conducting, context: CliContext, options: DisplayOptions): Display {
  const { out, env, now, keyboard } = context;
  const view = createLiveView({
    out,
    env,
    now,
    program: options.program,
    deliberation: () => deliberationEndOf(conducting.state(), now())?.view ?? null,
  });
  const board = (limit: number) => boardOf(conducting.state(), { limit });
  const said: string[] = [];
  let stopKeys = (): void => {};

  const isAsking = keyboard.isTTY === true && options.answersItself !== true;
  const gates = new GateDesk(conducting, context, {
    onInterrupt: options.onInterrupt,
    onOpen: () => {
      stopKeys();
      view.pause();
    },
    onClose: () => {
      listen();
      view.resume();
    },
    onError: (error) => void said.push(`A question could not be asked here: ${toPrintableLine(error.message)}`),
  });

  const listen = (): void => {
    stopKeys = listenToKeys(keyboard, (keys) => {
      if (keys.includes("ctrl-c")) options.onInterrupt();
      else if (keys.length === 1 && keys[0] === "a") gates.askAll();
    });
  };

  if (isAsking) {
    listen();
    gates.askAll();
  }
  view.setKeys(isAsking ? "a: answer what waits   ctrl-c: stop, to be resumed later" : null);
  view.update(board);
  let isClosed = false;
  return {
    show: (item) => {
      view.update(board, withTelling(conducting, item));
      if (isAsking && item.kind === "recorded") gates.take(item.recorded);
    },
    // The view covers the screen: words are kept for the moment it is gone.
    say: (line) => void said.push(line),
    alert: (line) => view.say(line),
    // A line of this view is cut where the screen ends, and an address cut short opens nothing.
    page: () => view.say(`Its page: ${options.program} link ${conducting.run}`),
    close: () => {
      if (isClosed) return;
      isClosed = true;
      gates.close();
      stopKeys();
      view.close();
      for (const line of said) out.write(`${line}\n`);
    },
  };
}
