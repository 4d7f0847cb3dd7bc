// Commands that only look: status, runs, watch, approvals, log.

import type { Recorded } from "../../domain/event.ts";
import { toPrintable, toPrintableLine } from "../../domain/printable.ts";
import { cacheEffectsOf, cacheLines } from "../../views/cache-effect.ts";
import { deliberationEndOf, isDeliberation } from "../../views/deliberation-end.ts";
import { pipelineStanding } from "../../views/deliberation-face.ts";
import { deliberationStatusLines } from "../../views/deliberation-table.ts";
import { becameOf } from "../../views/chain.ts";
import { boardOf } from "../../views/board.ts";
import { forecastFactOf } from "../../views/forecast-fact.ts";
import { forecastFactLines } from "../../views/forecast-lines.ts";
import { pendingKindsOf } from "../../views/pending-kinds.ts";
import { pipelineOf, type Pipeline } from "../../views/pipeline.ts";
import { spendOf } from "../../views/spend.ts";
import { lineageInWords, lineageOf } from "../../views/lineage.ts";
import { summaryOf } from "../../views/summary.ts";
import { counted } from "../../views/words.ts";
import { createTeller } from "../../views/telling.ts";
import { createClient } from "../client.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { Desk, Look, RunChoice } from "../desk.ts";
import { CliFault } from "../errors.ts";
import { invocationOf } from "../invocation.ts";
import { createLinePrinter, dayAndTime, toJsonLine, toLine } from "../print/lines.ts";
import { approvalLines } from "../approval-lines.ts";
import { nextLines, statusLines, table } from "../status-lines.ts";

type LookCommand = (run: string | undefined, options: CommonOptions, context: CliContext) => Promise<ExitCode>;

const choiceOf = (run: string | undefined, { repo }: CommonOptions): RunChoice => ({
  repo,
  ...(run === undefined ? {} : { run }),
});

const print = (context: CliContext, lines: readonly string[]): void => {
  context.out.write(lines.map((line) => `${line}\n`).join(""));
};

const printJson = (context: CliContext, value: unknown): void => {
  context.out.write(`${JSON.stringify(value)}\n`);
};

/** A folder whose process died before its plan was recorded holds no run yet. */
const isBegun = (look: Look): boolean => look.state.config !== null;

async function lookBegun(desk: Desk, choice: RunChoice): Promise<Look> {
  const look = await desk.look(choice);
  if (isBegun(look)) return look;
  throw new CliFault(
    "run_missing",
    `${look.run} was never begun: its process died before the plan was recorded`,
    `Remove it: tutti clean ${look.run}`,
  );
}

const statusCommand: LookCommand = async (run, options, context) => {
  const desk = await context.desk();
  const look = await lookBegun(desk, choiceOf(run, options));
  const { state, pid, folder } = look;
  const board = boardOf(state);
  const deliberation = deliberationEndOf(state, context.now());
  const compared = forecastFactOf(state, await desk.facts({ repo: options.repo, run: look.run }));
  if (options.json === true) {
    printJson(context, {
      run: look.run,
      pid,
      folder,
      board,
      summary: summaryOf(state),
      pending: pendingKindsOf(state),
      spend: spendOf(state),
      cache: cacheEffectsOf(state),
      forecast: compared,
      ...(deliberation !== null && { deliberation: deliberation.view, metrics: deliberation.metrics }),
    });
    return 0;
  }
  const facts = { board, isConducted: pid !== null };
  print(context, statusLines({ ...facts, now: context.now() }));
  if (deliberation !== null) print(context, deliberationStatusLines(deliberation.view, table));
  const cached = cacheLines(cacheEffectsOf(state));
  if (cached.length > 0) print(context, ["", ...cached]);
  if (compared !== null) print(context, ["", ...forecastFactLines(compared)]);
  print(context, nextLines(facts, invocationOf(context.env, options.repo)));
  return 0;
};

export async function runsCommand(options: CommonOptions, context: CliContext): Promise<ExitCode> {
  const looks = await (await context.desk()).list(options.repo);
  const pipelines = new Map(looks.map(({ run, state }) => [run, pipelineOf(state)]));
  if (options.json === true) {
    const runs = looks.map((look) => ({
      run: look.run,
      createdAt: look.createdAt,
      pid: look.pid,
      folder: look.folder,
      lineage: lineageOf(look.state),
      ...(isBegun(look)
        ? {
            ...chainFact(look.run, (run) => pipelines.get(run)),
            title: look.state.config?.title,
            phase: look.state.phase,
            summary: summaryOf(look.state),
          }
        : { phase: "empty" }),
    }));
    printJson(context, { runs });
    return 0;
  }
  if (looks.length === 0)
    print(context, [
      `There is no run of this repository yet. Start one: ${invocationOf(context.env, options.repo)} run <tickets.json>`,
    ]);
  print(
    context,
    table(
      looks.map((look) => [
        look.run,
        dayAndTime(look.createdAt),
        standing(look, (run) => pipelines.get(run)),
        `${toPrintableLine(look.state.config?.title ?? "")}${forkedWords(look)}`,
      ]),
    ),
  );
  return 0;
}

/** Where a deliberation stands in its chain, and what became of it. */
function chainFact(run: Look["run"], pipelineIn: PipelineOf): { readonly pipeline?: Pipeline } {
  const pipeline = pipelineIn(run);
  if (pipeline === null || pipeline === undefined) return {};
  return { pipeline: { ...pipeline, became: becameOf(pipeline, pipelineIn) } };
}

function forkedWords({ state }: Look): string {
  const lineage = lineageOf(state);
  return lineage === null ? "" : ` (${lineageInWords(lineage)})`;
}

type PipelineOf = (run: Look["run"]) => Pipeline | null | undefined;

function standing({ run, state, pid }: Look, pipelineIn: PipelineOf): string {
  if (state.config === null) return "never begun";
  if (isDeliberation(state)) return deliberationStanding(state, pid !== null, chainWord(pipelineIn(run), pipelineIn));
  if (state.phase === "planning") return pid === null ? "stopped, being planned" : "being planned";
  if (state.ended?.outcome === "planned") return `planned, ${counted(state.tickets.length, "ticket")}`;
  const done = `${state.counts.completed}/${state.tickets.length - state.dropped}`;
  if (state.ended !== null) return `${state.ended.outcome} ${done}`;
  if (pid === null) return `stopped ${done}`;
  return `${state.pause === null ? "running" : "paused"} ${done}`;
}

/** Of a run from which another one recovers; undefined: none does. */
function chainWord(pipeline: Pipeline | null | undefined, pipelineIn: PipelineOf): string | undefined {
  if (pipeline?.status !== "rebooting") return undefined;
  return pipelineStanding({ ...pipeline, became: becameOf(pipeline, pipelineIn) })?.word;
}

function deliberationStanding(state: Look["state"], isConducted: boolean, chain: string | undefined): string {
  const view = deliberationEndOf(state, 0)?.view;
  if (view?.outcome !== null && view !== undefined)
    return chain === undefined ? view.outcome : `${view.outcome}, ${chain}`;
  if (state.ended !== null) return state.ended.outcome;
  const round = `round ${view?.round ?? 1}`;
  if (!isConducted) return `stopped, ${round}`;
  return `${state.pause === null ? "deliberating" : "paused"}, ${round}`;
}

const logCommand: LookCommand = async (run, options, context) => {
  const tell = createTeller();
  const toText = (recorded: Recorded): string =>
    options.json === true ? toJsonLine(recorded) : toLine(recorded, tell(recorded));
  for await (const recorded of (await context.desk()).records(choiceOf(run, options), 0))
    context.out.write(`${toText(recorded)}\n`);
  return 0;
};

/** Ends when the run rests or ends; Ctrl-C ends only the watching. */
const watchCommand: LookCommand = async (run, options, context) => {
  const desk = await context.desk();
  const look = await lookBegun(desk, choiceOf(run, options));
  if (look.pid === null) {
    throw new CliFault(
      "not_conducted",
      `no process conducts ${look.run}`,
      `Go on with it: tutti resume ${look.run}. Read what happened: tutti log ${look.run}`,
    );
  }
  const connection = await desk.connect({ repo: options.repo, run: look.run }, { hold: false });
  const stopping = new AbortController();
  const ignoreSignals = context.onStopSignal(() => stopping.abort());
  const json = options.json === true;
  const tell = createTeller();
  const print = createLinePrinter((text) => context.out.write(text), { json });
  const show = (recorded: Recorded): void =>
    print({ kind: "recorded", recorded, ...(json ? {} : { telling: tell(recorded) }) });
  try {
    for await (const recorded of createClient(connection.send).events(0, stopping.signal)) show(recorded);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    ignoreSignals();
    await connection.close();
  }
  return 0;
};

const approvalsCommand: LookCommand = async (run, options, context) => {
  const desk = await context.desk();
  const look = await lookBegun(desk, choiceOf(run, options));
  const none = look.state.approvals.size === 0;
  const connection = none ? undefined : await desk.connect({ repo: options.repo, run: look.run }, { hold: false });
  const approvals = connection === undefined ? [] : await createClient(connection.send).approvals();
  await connection?.close();
  if (options.json === true) printJson(context, { run: look.run, approvals });
  else if (approvals.length === 0) print(context, [`Nothing waits for you in ${look.run}.`]);
  else
    print(
      context,
      approvals.flatMap((approval) =>
        toPrintable(approvalLines(approval, invocationOf(context.env, options.repo)).join("\n")).split("\n"),
      ),
    );
  return 0;
};

export const lookCommands: Readonly<Record<"status" | "watch" | "approvals" | "log", LookCommand>> = {
  status: statusCommand,
  watch: watchCommand,
  approvals: approvalsCommand,
  log: logCommand,
};
