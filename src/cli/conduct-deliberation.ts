// Shows a deliberation this process conducts until it ends or rests, in the earlier system's form, and turns its ending
// into an exit code and the marker line. A clean-up that fails or hangs changes neither.

import { setTimeout as pause } from "node:timers/promises";
import { toPrintable, toPrintableLine } from "../domain/printable.ts";
import { deliberationEndOf, type DeliberationEnd } from "../views/deliberation-end.ts";
import { abortReasonOf, closingLines, deliberationExitCodes, metricsLines } from "../views/deliberation-report.ts";
import { makeStopper, outlive } from "./conduct.ts";
import type { CliContext, ExitCode } from "./context.ts";
import { createDeliberationPrinter } from "./deliberation-lines.ts";
import type { Conducting, Ending } from "./desk.ts";
import { openDisplay, type Display } from "./display.ts";
import { nothingBegun, type Marker, type MarkerResult } from "./marker.ts";
import { canDraw } from "./terminal/terminal.ts";

export type DeliberationOptions = {
  readonly marker: Marker;
  /** How the person calls this program. */
  readonly program: string;
  readonly json: boolean;
  readonly plain: boolean;
  /** The run that follows by itself from one that failed; undefined: none does. */
  readonly next?: (run: string) => Promise<Conducting | undefined>;
};

/** Throws what the conductor threw; the marker then says so when the process ends. */
export async function conductDeliberation(
  conducting: Conducting,
  context: CliContext,
  options: DeliberationOptions,
): Promise<ExitCode> {
  let told = await conductOne(conducting, context, options);
  for (;;) {
    const following = told.exitCode === 0 || told.resumable ? undefined : await nextOf(told, context, options);
    if (following === undefined) break;
    say(context, options, [`A recovery follows by itself: ${following.run}.`]);
    told = await conductOne(following, context, options);
  }
  options.marker.tell(told);
  return told.exitCode as ExitCode;
}

/** How the run ended stays true where its recovery cannot be begun: that is told, and the person can begin it later. */
async function nextOf(
  { run }: MarkerResult,
  { err }: CliContext,
  { next, program }: DeliberationOptions,
): Promise<Conducting | undefined> {
  try {
    return await next?.(run ?? "");
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    err.write(
      `error: ${toPrintableLine(why)} The recovery is not begun. Begin it with: ${program} recover ${run ?? ""}\n`,
    );
    return undefined;
  }
}

const say = (context: CliContext, { json }: Pick<DeliberationOptions, "json">, lines: readonly string[]): void => {
  (json ? context.err : context.out).write(lines.map((line) => `${line}\n`).join(""));
};

/** Prints everything of one run but the marker. */
async function conductOne(
  conducting: Conducting,
  context: CliContext,
  options: DeliberationOptions,
): Promise<MarkerResult> {
  const { marker, program, json } = options;
  const begun: MarkerResult = {
    ...nothingBegun,
    run: conducting.run,
    task: conducting.state().config?.deliberation?.task ?? conducting.run,
    pipeline: conducting.state().config?.deliberation?.pipeline ?? null,
    error: "the process ended before the deliberation did",
    resumable: true,
  };
  marker.expect(begun);
  const display = await openShown(conducting, context, options, (signal) => stop(signal));
  const stop = makeStopper(conducting, context, { program, alert: (line) => display.alert(line) });
  const unsubscribe = conducting.subscribe((item) => display.show(item));
  const ignoreSignals = context.onStopSignal(stop);
  const forget = context.onExit(display.close);
  let isPutAway = false;
  const putAway = async (): Promise<void> => {
    if (isPutAway) return;
    isPutAway = true;
    await cleanUp(conducting, context);
  };
  try {
    for (const note of conducting.notes) display.say(note);
    for (const recorded of conducting.history()) display.show({ kind: "recorded", recorded });
    conducting.start();
    void conducting.page.then((address) => (address === null ? undefined : display.page(address)));
    const ending = await conducting.done;
    display.close();
    unsubscribe();
    const end = deliberationEndOf(conducting.state(), context.now());
    const answer = end?.answer === null || end === null ? null : await conducting.wholeText(end.answer.text);
    if (end?.outcome !== null && end !== null) marker.expect(resultOf(begun, end));
    await putAway();
    if (ending.kind === "fault") throw ending.error;
    ignoreSignals();
    await outlive(conducting, context, program);
    return printEnd(begun, { ending, end, answer, conducting }, { context, options, json });
  } finally {
    // Also where something of it could not be shown.
    await putAway();
    display.close();
    unsubscribe();
    ignoreSignals();
    forget();
  }
}

/** The live view where the terminal can draw, else lines in the earlier system's form. */
async function openShown(
  conducting: Conducting,
  context: CliContext,
  options: DeliberationOptions,
  onInterrupt: (signal: string) => void,
): Promise<Display> {
  const { json, plain, program } = options;
  if (json || (!plain && canDraw(context.out, context.env)))
    return openDisplay(conducting, context, { program, json, plain, onInterrupt: () => onInterrupt("Ctrl-C") });
  return createDeliberationPrinter(conducting, context);
}

const mostCleanUpMs = 5_000;

/** The exit code is settled before it: a store that fails to close, or never does, is told and nothing more (DB-72). */
async function cleanUp(conducting: Conducting, { err }: CliContext): Promise<void> {
  const late = new AbortController();
  const outcome = await Promise.race([
    conducting.close().then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    ),
    pause(mostCleanUpMs, "it does not come to its end", { signal: late.signal, ref: true }).catch(() => undefined),
  ]);
  late.abort();
  if (outcome !== undefined) err.write(`note: the run could not be put away: ${toPrintableLine(outcome)}\n`);
}

type Ended = {
  readonly ending: Ending;
  readonly end: DeliberationEnd | null;
  /** The agreed text, whole. */
  readonly answer: string | null;
  readonly conducting: Conducting;
};

type Printing = { readonly context: CliContext; readonly options: DeliberationOptions; readonly json: boolean };

function printEnd(begun: MarkerResult, ended: Ended, { context, options, json }: Printing): MarkerResult {
  const { end, answer, conducting } = ended;
  if (end === null || end.outcome === null) return printRest(begun, ended, { context, options, json });
  const result = resultOf(begun, end);
  if (json) context.out.write(`${JSON.stringify(toJson(end, { answer, exitCode: result.exitCode }))}\n`);
  else {
    say(context, { json }, [
      ...metricsLines(end.metrics),
      ...end.report,
      ...(end.answer === null || answer === null ? [] : answerLines(end.answer, answer)),
      ...nextLines(end, options.program, conducting.run),
      ...closingLines(end.outcome),
    ]);
  }
  return result;
}

const resultOf = (begun: MarkerResult, end: DeliberationEnd): MarkerResult =>
  end.outcome === null
    ? begun
    : {
        ...begun,
        outcome: end.outcome,
        exitCode: deliberationExitCodes[end.outcome],
        metrics: end.metrics,
        abortReason: abortReasonOf(end.outcome),
        resumable: false,
        error: null,
      };

/** It can be gone on with. */
function printRest(
  begun: MarkerResult,
  { ending, conducting, end }: Ended,
  { context, options, json }: Printing,
): MarkerResult {
  const { pause: paused, ended } = conducting.state();
  const why = ended?.reason ?? paused?.reason ?? "it was stopped";
  const isOver = ending.kind === "ended";
  const next = isOver ? "" : ` Go on with it: ${options.program} resume ${conducting.run}`;
  const words = `The deliberation has not ended: ${toPrintableLine(why)}.${next}`;
  if (json) context.out.write(`${JSON.stringify({ run: conducting.run, outcome: null, reason: why, exitCode: 2 })}\n`);
  else say(context, { json }, [words]);
  return { ...begun, exitCode: 2, metrics: end?.metrics ?? null, resumable: !isOver, error: isOver ? why : null };
}

/** Every line of it begins with a bar: none can pass for the program's own. */
const answerLines = ({ name, author }: NonNullable<DeliberationEnd["answer"]>, text: string): readonly string[] => [
  `${name}, written by ${author}:`,
  ...toPrintable(text)
    .split("\n")
    .map((line) => `  | ${line}`),
];

const nextLines = ({ outcome, view }: DeliberationEnd, program: string, run: string): readonly string[] =>
  outcome === "consensus" || view.recovery !== null
    ? []
    : [`Next: ${program} recover ${run} (see ${program} help recover), or ${program} log ${run}`];

type JsonExtras = { readonly answer: string | null; readonly exitCode: number };

const toJson = ({ run, task, pipeline, view, metrics }: DeliberationEnd, { answer, exitCode }: JsonExtras) => ({
  run,
  task,
  pipeline,
  outcome: view.outcome,
  reason: view.detail,
  consensus: view.outcome === "consensus",
  agreed: view.agreed === null ? null : { ...view.agreed, text: answer },
  accepted: view.accepted,
  dissent: view.dissent,
  convergence: view.convergence,
  generation: view.generation,
  metrics,
  exitCode,
});
