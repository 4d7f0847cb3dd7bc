// Whether somebody is there to answer.

import type { CliContext } from "./context.ts";

type Said = { readonly attended?: boolean; readonly unattended?: boolean; readonly json?: boolean };

/** What the person said; else yes at a terminal, and undefined where nobody can tell. */
export function isAttended(said: Said, context: CliContext): boolean | undefined {
  if (said.attended === true) return true;
  if (said.unattended === true) return false;
  return context.keyboard.isTTY === true && context.out.isTTY === true && said.json !== true ? true : undefined;
}
