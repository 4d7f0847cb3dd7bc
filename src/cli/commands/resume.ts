// `tutti resume`: goes on with a run, whether its process lives (paused) or is gone (taken over).

import { readRaises } from "../../domain/budget.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import { adoptionLines } from "../../views/report.ts";
import { isAttended } from "../attended.ts";
import { createClient } from "../client.ts";
import { conductEither } from "../conduct-either.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { Desk } from "../desk.ts";
import { CliFault } from "../errors.ts";

export type ResumeOptions = CommonOptions & {
  readonly retry?: readonly string[];
  readonly say?: string;
  readonly ticket?: readonly string[];
  readonly raise?: readonly string[];
  readonly attended?: boolean;
  readonly unattended?: boolean;
  readonly plain?: boolean;
};

export async function resumeCommand(
  run: string | undefined,
  options: ResumeOptions,
  context: CliContext,
): Promise<ExitCode> {
  const reopen = options.retry ?? [];
  if (options.say !== undefined && reopen.length === 0) {
    throw new CliFault("usage", "--say needs a ticket to say it about", "Add --retry <ticket>.");
  }
  const bounds = (options.raise ?? []).join(",");
  const raises = bounds === "" ? undefined : readRaises(bounds);
  if (raises?.ok === false) throw new CliFault("usage", raises.problem, "See `tutti help resume`");
  const desk = await context.desk();
  const choice = { repo: options.repo, ...(run === undefined ? {} : { run }) };
  const look = await desk.look(choice);
  if (look.pid !== null) return resumeLive(desk, { ...options, run: look.run }, context);
  if (options.ticket !== undefined) await resumeTickets(desk, { ...options, run: look.run });
  const attended = isAttended(options, context);
  const conducting = await desk.resume({
    repo: options.repo,
    run: look.run,
    reopen,
    ...(options.say === undefined ? {} : { guidance: options.say }),
    ...(raises === undefined ? {} : { raises: raises.raises }),
    ...(attended === undefined ? {} : { attended }),
  });
  const json = options.json === true;
  for (const line of conducting.adopted === undefined ? [] : adoptionLines(conducting.adopted)) {
    (json ? context.err : context.out).write(`${line}\n`);
  }
  return conductEither(conducting, options, { context, desk });
}

/** Recorded before the run goes on, so that it goes on with them. */
async function resumeTickets(desk: Desk, options: ResumeOptions & { readonly run: string }): Promise<void> {
  const connection = await desk.connect(options, { hold: true });
  try {
    const client = createClient(connection.send);
    for (const ticket of options.ticket ?? []) await client.command({ type: "ticket.resume", ticket });
  } finally {
    await connection.close();
  }
}

/** Its own process goes on with it; this one only says so. */
async function resumeLive(
  desk: Desk,
  options: ResumeOptions & { readonly run: string },
  context: CliContext,
): Promise<ExitCode> {
  const connection = await desk.connect(options, { hold: false });
  const client = createClient(connection.send);
  const guidance = options.say === undefined ? {} : { guidance: options.say };
  for (const ticket of options.retry ?? []) await client.command({ type: "ticket.reopen", ticket, ...guidance });
  for (const ticket of options.ticket ?? []) await client.command({ type: "ticket.resume", ticket });
  const bounds = (options.raise ?? []).join(",");
  if (bounds !== "") await client.command({ type: "budget.raise", bounds });
  const { board } = await client.status();
  const attended = options.attended === true ? true : options.unattended === true ? false : undefined;
  const changesAttendance = attended !== undefined && attended !== board.attended;
  if (changesAttendance) await client.command({ type: "attended", attended });
  // One paused worker goes on; the run stays as it is.
  if (options.ticket !== undefined) return resumed(options, context);
  if (board.pause !== null) await client.command({ type: "resume" });
  else if (options.retry === undefined && bounds === "" && !changesAttendance) {
    throw new CliFault(
      "already_so",
      `${options.run} is going on in another process`,
      `Follow it: tutti watch ${options.run}`,
    );
  }
  return resumed(options, context);
}

function resumed(options: ResumeOptions & { readonly run: string }, context: CliContext): ExitCode {
  const words =
    options.json === true
      ? JSON.stringify({ run: options.run, did: "resumed", live: true })
      : `${toPrintableLine(options.run)} goes on in its own terminal.`;
  context.out.write(`${words}\n`);
  return 0;
}
