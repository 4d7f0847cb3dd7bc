// Commit messages: the given text made safe for git, and the trailers that say which attempt a commit came from.

import type { AttemptRef, RunId } from "../../domain/ids.ts";

const maxMessage = 20_000;

/** A ticket's id as a trailer value: as it is where it is plain, else as a JSON string, on one line either way. */
export const toTrailerValue = (id: string): string =>
  /^[!-~]([ -~]*[!-~])?$/.test(id) && !id.startsWith('"') ? id : JSON.stringify(id);

export const verifiedTrailer = "Tutti-Verified";

/** Forged trailers in the text stay in its own paragraph: ours are the last paragraph, and only that one counts. */
export function makeCommitMessage(
  text: string,
  options: { readonly run: RunId; readonly ref: AttemptRef; readonly verified?: string },
): string {
  const body = text.toWellFormed().replaceAll("\0", "").replaceAll("\r\n", "\n").trim().slice(0, maxMessage);
  const trailers = [
    `Tutti-Run: ${options.run}`,
    `Tutti-Ticket: ${toTrailerValue(options.ref.ticket)}`,
    `Tutti-Attempt: ${options.ref.attempt}`,
    ...(options.verified === undefined ? [] : [`${verifiedTrailer}: ${options.verified}`]),
  ];
  return `${body || "Work of one ticket"}\n\n${trailers.join("\n")}\n`;
}
