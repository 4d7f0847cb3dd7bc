// How full each worker's window is, what fills it, and having its old turns told in short.

import { didYouMean } from "../../domain/nearest-name.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import { boardOf } from "../../views/board.ts";
import { contextMetersOf } from "../../views/context-meter.ts";
import { statusWords } from "../../views/words.ts";
import { createClient } from "../client.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { contextLines } from "../context-lines.ts";
import type { Look, RunChoice } from "../desk.ts";
import { CliFault } from "../errors.ts";
import { invocationOf, laterLine } from "../invocation.ts";
import { createStyle } from "../terminal/style.ts";

export type ContextOptions = CommonOptions & { readonly run?: string };

const choiceOf = ({ repo, run }: ContextOptions): RunChoice => ({ repo, ...(run === undefined ? {} : { run }) });

export async function contextCommand(
  ticket: string | undefined,
  options: ContextOptions,
  context: CliContext,
): Promise<ExitCode> {
  const look = await (await context.desk()).look(choiceOf(options));
  if (ticket !== undefined) refuseUnknown(look, ticket);
  const workers = contextMetersOf(look.state).filter((meter) => ticket === undefined || meter.ticket === ticket);
  if (options.json === true) {
    context.out.write(`${JSON.stringify({ run: look.run, workers })}\n`);
    return 0;
  }
  if (workers.length === 0) {
    context.out.write(`${noWorkerWords(look, ticket)}\n`);
    return 0;
  }
  const { glyphs, toAnsi } = createStyle(context.out, context.env);
  const program = invocationOf(context.env, options.repo);
  const blocks = workers.map((meter) => contextLines(meter, glyphs, program).map(toAnsi).join("\n"));
  context.out.write(`${blocks.join("\n\n")}\n`);
  return 0;
}

const idsOf = ({ state }: Look): readonly string[] => boardOf(state).tickets.map(({ id }) => id);

function refuseUnknown(look: Look, ticket: string): void {
  const known = idsOf(look);
  if (known.includes(ticket)) return;
  throw new CliFault(
    "ticket_unknown",
    `there is no ticket ${JSON.stringify(ticket)} in ${look.run}${didYouMean(ticket, known)}`,
    "See its tickets with `tutti status`",
  );
}

function noWorkerWords({ run, state }: Look, ticket: string | undefined): string {
  if (ticket === undefined) return `No worker is at work in ${run}.`;
  const found = boardOf(state).tickets.find(({ id }) => id === ticket);
  return `No worker is on ${toPrintableLine(ticket)} now: it is ${found === undefined ? "gone" : statusWords[found.status]}.`;
}

export async function compactCommand(ticket: string, options: ContextOptions, context: CliContext): Promise<ExitCode> {
  const connection = await (await context.desk()).connect(choiceOf(options), { hold: true });
  try {
    await createClient(connection.send).command({ type: "context.compact", ticket });
    const { run, isLive } = connection;
    if (options.json === true)
      context.out.write(`${JSON.stringify({ run, did: "compacted", live: isLive, ticket })}\n`);
    else
      context.out.write(
        `${run}: the old turns of ${toPrintableLine(ticket)} are told in short from its next call on.\n${isLive ? "" : laterLine(context.env, { repo: options.repo, run })}`,
      );
    return 0;
  } finally {
    await connection.close();
  }
}
