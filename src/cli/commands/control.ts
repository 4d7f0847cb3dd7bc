// Commands that steer a run: pause, mode, lanes, abort. To the process that conducts it, or into its log where none does.

import type { Mode } from "../../domain/config.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import type { Trust } from "../../domain/ticket.ts";
import type { CommandBody } from "../../http/wire.ts";
import type { Board } from "../../views/board.ts";
import { questionIn } from "../../views/pipeline.ts";
import { createClient } from "../client.ts";
import { conductRun } from "../conduct.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { Desk, RunChoice } from "../desk.ts";
import { CliFault } from "../errors.ts";
import { invocationOf, laterLine } from "../invocation.ts";

export type PauseOptions = CommonOptions & {
  readonly drain?: boolean;
  readonly ticket?: string;
  readonly reason?: string;
};
export type ModeOptions = CommonOptions & {
  readonly run?: string;
  readonly trust?: Trust | "off";
  readonly ticket?: string;
};
export type AbortOptions = CommonOptions & {
  readonly ticket?: string;
  readonly reason?: string;
  readonly now?: boolean;
};

/** `did` is for scripts, `words` for people; `more` what else a script wants to know. */
type Steering = {
  readonly choice: RunChoice;
  readonly hold: boolean;
  readonly bodies: readonly CommandBody[];
  readonly did:
    | "paused"
    | "draining"
    | "switched"
    | "lanes_set"
    | "ticket_paused"
    | "told"
    | "models_set"
    | "rule_added"
    | "rule_removed"
    | "ticket_aborted"
    | "aborted";
  readonly more?: object;
  /** Where it depends on what became of it, made from the board after it. */
  readonly words: string | ((board: Board) => string);
};

/** Sends what is asked and says what came of it. */
export async function steer(
  steering: Steering,
  options: CommonOptions,
  context: CliContext,
): Promise<{ run: string; isLive: boolean }> {
  const { did, more, hold } = steering;
  const { run, isLive, words } = await send(await context.desk(), steering);
  if (options.json === true) context.out.write(`${JSON.stringify({ run, did, live: isLive, ...more })}\n`);
  else
    context.out.write(
      `${run}: ${words}.\n${isLive || !hold ? "" : laterLine(context.env, { repo: options.repo, run })}`,
    );
  return { run, isLive };
}

type Sent = { readonly run: string; readonly isLive: boolean; readonly words: string };

async function send(desk: Desk, { choice, hold, bodies, words }: Steering): Promise<Sent> {
  const connection = await desk.connect(choice, { hold });
  try {
    const client = createClient(connection.send);
    for (const body of bodies) await client.command(body);
    const { run, isLive } = connection;
    return { run, isLive, words: typeof words === "string" ? words : words((await client.status()).board) };
  } finally {
    await connection.close();
  }
}

export const choiceOf = (run: string | undefined, { repo }: CommonOptions): RunChoice => ({
  repo,
  ...(run === undefined ? {} : { run }),
});

export async function pauseCommand(
  run: string | undefined,
  options: PauseOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { drain = false, reason = "", ticket } = options;
  if (ticket !== undefined) return pauseTicket(run, { ...options, ticket }, context);
  const goOn = `go on with ${invocationOf(context.env, options.repo)} resume`;
  const words = drain ? `draining; attempts under way finish, then it stops; ${goOn}` : `paused; ${goOn}`;
  const did = drain ? "draining" : "paused";
  await steer(
    { choice: choiceOf(run, options), hold: false, bodies: [{ type: "pause", drain, reason }], did, words },
    options,
    context,
  );
  return 0;
}

async function pauseTicket(
  run: string | undefined,
  options: PauseOptions & { readonly ticket: string },
  context: CliContext,
): Promise<ExitCode> {
  const { ticket, reason = "" } = options;
  const name = toPrintableLine(ticket);
  const goOn = `${invocationOf(context.env, options.repo)} resume --ticket ${name}`;
  await steer(
    {
      choice: choiceOf(run, options),
      hold: true,
      bodies: [{ type: "ticket.pause", ticket, reason }],
      did: "ticket_paused",
      more: { ticket },
      words: `${name} is paused; its step under way ends, none follows; go on with ${goOn}`,
    },
    options,
    context,
  );
  return 0;
}

export async function modeCommand(
  mode: Mode | undefined,
  options: ModeOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { trust, ticket } = options;
  const bodies: CommandBody[] = [
    ...(mode === undefined ? [] : [{ type: "mode" as const, mode }]),
    ...(trust === undefined ? [] : [trustBody(trust === "off" ? null : trust, ticket)]),
  ];
  refuseHalfSaid(options, bodies.length);
  const whose = ticket === undefined ? "" : ` of ${toPrintableLine(ticket)}`;
  const words = [
    ...(mode === undefined ? [] : [`the mode is ${mode}`]),
    ...(trust === undefined ? [] : [`the trust override${whose} is ${trust}`]),
  ].join(", ");
  const more = { mode, trust, ticket };
  await steer(
    { choice: choiceOf(options.run, options), hold: true, bodies, did: "switched", more, words },
    options,
    context,
  );
  return 0;
}

function refuseHalfSaid({ trust, ticket }: ModeOptions, wishes: number): void {
  if (ticket !== undefined && trust === undefined) {
    throw new CliFault("usage", "--ticket says whose trust is meant", "Say --trust step, ask, auto or off as well");
  }
  if (wishes > 0) return;
  throw new CliFault(
    "usage",
    "neither a mode nor a trust level was given",
    "Say async, linear, or --trust step, ask, auto or off",
  );
}

const trustBody = (trust: Trust | null, ticket: string | undefined): CommandBody =>
  ticket === undefined ? { type: "trust", trust } : { type: "ticket.trust", ticket, trust };

export async function lanesCommand(
  lanes: number,
  options: CommonOptions & { readonly run?: string },
  context: CliContext,
): Promise<ExitCode> {
  const words = `${lanes} ${lanes === 1 ? "lane" : "lanes"} from now on`;
  await steer(
    {
      choice: choiceOf(options.run, options),
      hold: true,
      bodies: [{ type: "lanes", lanes }],
      did: "lanes_set",
      more: { lanes },
      words,
    },
    options,
    context,
  );
  return 0;
}

export async function abortCommand(
  run: string | undefined,
  options: AbortOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { ticket, reason = "", now = false } = options;
  const choice = choiceOf(run, options);
  if (ticket !== undefined && now)
    throw new CliFault("usage", "--now is about the whole run, not a ticket", "Leave out --now or --ticket.");
  if (ticket !== undefined) {
    const bodies = [{ type: "ticket.abort" as const, ticket, reason }];
    await steer(
      {
        choice,
        hold: true,
        bodies,
        did: "ticket_aborted",
        more: { ticket },
        words: (board) => abortedWords(board, ticket),
      },
      options,
      context,
    );
    return 0;
  }
  const { state } = await (await context.desk()).look(choice);
  const isEnding = (questionIn(state)?.ending ?? null) !== null;
  const aborted = await steer(
    {
      choice,
      hold: false,
      bodies: [{ type: "abort", reason, ...(now && { now }) }],
      did: "aborted",
      words: (board) => endWords(board, now || isEnding ? null : `${invocationOf(context.env, options.repo)} abort`),
    },
    options,
    context,
  );
  // Where a process conducts the run it clears up itself; else the worktrees are still there.
  if (!aborted.isLive) await clearUp(aborted.run, options, context);
  return 0;
}

/** A deliberation says what it leaves before it ends. `again`: what ends it at once; null where that is said already. */
function endWords({ phase, total }: Board, again: string | null): string {
  if (phase !== "running" || total > 0) return "aborted";
  return again === null
    ? "ends now, with what there is"
    : `coming to its end; its agents have a moment and its mediator the last word. To end it at once: ${again} --now`;
}

/** Usually it is cancelled at once; a merge under way has to be stopped first, and may turn out to be published (RUN14). */
function abortedWords({ tickets }: Board, ticket: string): string {
  const status = tickets.find(({ id }) => id === ticket)?.status;
  const name = `ticket ${toPrintableLine(ticket)}`;
  if (status !== "running") return `${name} is ${status ?? "cancelled"}`;
  return `${name} is being merged; that is stopped if it still can be, else the ticket ends completed`;
}

async function clearUp(run: string, options: CommonOptions, context: CliContext): Promise<void> {
  const desk = await context.desk();
  const look = await desk.look({ repo: options.repo, run });
  // Of an aborted run only a merge that was under way can still be open (RUN14), or a deliberation's end.
  if (look.state.disposals.size === 0 && look.state.attempts.size === 0 && look.state.ended !== null) return;
  const conducting = await desk.resume({ repo: options.repo, run: look.run, reopen: [] });
  await conductRun(conducting, context, { program: "tutti", json: false, plain: true, quiet: true });
}
