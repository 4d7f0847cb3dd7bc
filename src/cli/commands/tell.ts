// `tutti tell`: a person's word to the worker of a ticket.

import { toPrintableLine } from "../../domain/printable.ts";
import type { Board } from "../../views/board.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { CliFault } from "../errors.ts";
import { choiceOf, steer } from "./control.ts";

export type TellOptions = CommonOptions & { readonly run?: string };

export async function tellCommand(
  ticket: string,
  words: readonly string[],
  options: TellOptions,
  context: CliContext,
): Promise<ExitCode> {
  const text = words.join(" ").trim();
  if (text === "")
    throw new CliFault("usage", "there is nothing to tell", 'Say it in quotes: tutti tell T7 "use the parser"');
  await steer(
    {
      choice: choiceOf(options.run, options),
      hold: true,
      bodies: [{ type: "ticket.steer", ticket, text }],
      did: "told",
      more: { ticket },
      words: (board) => toldWords(board, ticket),
    },
    options,
    context,
  );
  return 0;
}

function toldWords({ tickets }: Board, ticket: string): string {
  const status = tickets.find(({ id }) => id === ticket)?.status;
  const name = toPrintableLine(ticket);
  return status === "running" || status === "step_paused"
    ? `the worker of ${name} is told before its next call`
    : `the next worker of ${name} is told with its brief`;
}
