// The name of whoever started this process, as it is put into the log.

import { userInfo } from "node:os";
import type { Environment } from "./place.ts";

/** The system's name for the user; containers may have none. */
export function findPerson(env: Environment): string {
  try {
    return userInfo().username;
  } catch {
    return env["USER"] ?? "someone";
  }
}
