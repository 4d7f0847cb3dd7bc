// `tutti tell`: a person's word to the worker of a ticket.

import { toPrintableLine } from "../../domain/printable.ts";
import { openDeliberation } from "../../views/deliberation-end.ts";
import type { Board } from "../../views/board.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { CliFault } from "../errors.ts";
import { choiceOf, steer } from "./control.ts";

export type TellOptions = CommonOptions & {
  readonly run?: string;
  /** A role of a deliberation, or "all". */
  readonly to?: string;
};

export async function tellCommand(
  ticket: string,
  words: readonly string[],
  options: TellOptions,
  context: CliContext,
): Promise<ExitCode> {
  if (options.to !== undefined) return tellAgents(ticket, words, { ...options, to: options.to }, context);
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

/** `tutti tell <run> --to ALPHA "..."`, or without the run where one is open. */
async function tellAgents(
  first: string,
  rest: readonly string[],
  options: TellOptions & { readonly to: string },
  context: CliContext,
): Promise<ExitCode> {
  const { to } = options;
  const text = (rest.length === 0 ? first : rest.join(" ")).trim();
  const run = rest.length === 0 ? options.run : first;
  if (text === "")
    throw new CliFault(
      "usage",
      "there is nothing to tell",
      'Say it in quotes: tutti tell <run> --to ALPHA "mind the cost"',
    );
  const look = await (await context.desk()).look(choiceOf(run, options));
  const deliberation = openDeliberation(look.state);
  if (deliberation === null)
    throw new CliFault("deliberation_unknown", `${look.run} has no deliberation that goes on`, "See `tutti status`");
  await steer(
    {
      choice: choiceOf(look.run, options),
      hold: true,
      bodies: [{ type: "deliberation.tell", deliberation, to, text }],
      did: "told",
      more: { to },
      words:
        to === "all" ? "every agent is told with its next cycle" : `${toPrintableLine(to)} is told with its next cycle`,
    },
    options,
    context,
  );
  return 0;
}
