// What the agents of a deliberation prove themselves with: a secret for every seat in a file of the run's folder, and its
// digest in the log. No other run's are worth anything.

import { randomBytes } from "node:crypto";
import type { Setup } from "../domain/deliberation.ts";
import { digest } from "./ports.ts";

export type Capable = {
  readonly setup: Setup;
  /** Contents of the file, to be stored with the run. */
  readonly file: string;
};

export function giveCapabilities(setup: Setup): Capable {
  const secrets = new Map(setup.seats.map(({ role }) => [role, randomBytes(32).toString("base64url")]));
  return {
    setup: {
      ...setup,
      seats: setup.seats.map((seat) => ({ ...seat, capability: digest(secrets.get(seat.role) ?? "") })),
    },
    file: `${JSON.stringify(Object.fromEntries(secrets), null, 2)}\n`,
  };
}
