// The page's buses: all of them tell with the frames of one pulse.

import { createBusOn, createPulse, type Bus } from "./telling.ts";

/** As browsers have them, for whoever reads this without one. */
declare const requestAnimationFrame: (draw: () => void) => number;
declare const cancelAnimationFrame: (frame: number) => void;

const pulse = createPulse({
  request: (draw) => requestAnimationFrame(draw),
  cancel: (frame) => cancelAnimationFrame(frame),
  // A message sent from a frame arrives once that frame is drawn.
  drawn: (then) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener("message", () => {
      port1.close();
      then();
    });
    port1.start();
    port2.postMessage(null);
  },
});

/** `ms`: least time between two tellings, where that is more than the pulse's; `before`: done before each. */
export const createBus = (ms = 0, before: () => void = () => {}): Bus => createBusOn(pulse, { ms, before });
