// Printing what may be longer than memory: no faster than whoever reads it takes it.

import type { Screen } from "./terminal/terminal.ts";

/** Resolves at once while there is room, else when the text has been taken, or when its reader is gone. */
export const writeWhenTaken = (out: Pick<Screen, "write">, text: string): Promise<void> =>
  new Promise((resolve) => {
    if (out.write(text, () => resolve())) resolve();
  });
