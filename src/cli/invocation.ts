// How the person would call this program again about the same repository, for the hints that are printed.

import type { Environment } from "./terminal/terminal.ts";

/** As a shell has to be told it. */
export const quote = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;

const npmScripts: readonly (string | undefined)[] = ["tutti", "demo"];

/** After words that were only recorded. */
export const laterLine = (env: Environment, { repo, run }: { readonly repo: string; readonly run: string }): string =>
  `No process conducts the run; it counts when you go on: ${invocationOf(env, repo)} resume ${run}\n`;

const commands =
  "run|plan|resume|status|runs|watch|approvals|approve|answer|edit|reject|replan|abort|clean|land|log|mode|context|help";

/** Remedies name commands as `tutti status`; from a clone, or about another repository, that is not what has to be typed. */
export const toTypable = (text: string, program: string): string =>
  program === "tutti" ? text : text.replaceAll(new RegExp(`\\btutti (?=(?:${commands})\\b)`, "g"), `${program} `);

/** `tutti`, or `npm run -s tutti --` from a clone; with the repository, unless it is the current folder. */
export function invocationOf(env: Environment, repo: string): string {
  const program = npmScripts.includes(env["npm_lifecycle_event"]) ? "npm run -s tutti --" : "tutti";
  const store = env["TUTTI_STORE_SAID"];
  const kept = store === undefined ? program : `${program} --store ${quote(store)}`;
  return repo === "." ? kept : `${kept} --repo ${quote(repo)}`;
}
