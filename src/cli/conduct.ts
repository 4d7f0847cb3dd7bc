// Shows a run this process conducts until it ends or rests, and turns its ending into an exit code.

import { exitCodes } from "../domain/outcome.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { forecastFactOf, forecastOfRun } from "../views/forecast-fact.ts";
import { shortForecastLines } from "../views/forecast-lines.ts";
import type { RunFacts } from "../views/observe-run.ts";
import { reportOf } from "../views/report.ts";
import { summaryOf } from "../views/summary.ts";
import type { CliContext, ExitCode } from "./context.ts";
import type { Conducting, Ending } from "./desk.ts";
import { openDisplay, type Display } from "./display.ts";
import { sizeOf } from "./terminal/terminal.ts";

export type ConductOptions = {
  /** How the person calls this program about this run's repository. */
  readonly program: string;
  readonly json: boolean;
  readonly plain: boolean;
  /** Told before anything happens. */
  readonly notes?: readonly string[];
  /** Print neither events nor the closing words: the caller has its own. */
  readonly quiet?: boolean;
  /** The caller has its own closing words. */
  readonly ownClosing?: boolean;
  /** The caller answers at the gates: this terminal does not ask. */
  readonly answersItself?: boolean;
};

/** What is under way may end within this time; what does not is cancelled and begun anew on resume. */
const graceMs = 8_000;
/** After the second signal: time for commands to be killed as groups. */
const lastMs = 500;

export async function conductRun(
  conducting: Conducting,
  context: CliContext,
  options: ConductOptions,
): Promise<ExitCode> {
  const isTold = conducting.adopted === undefined && !options.json && options.quiet !== true;
  // Before the live view takes the screen: it stands there again when the view is gone.
  if (isTold) sayForecast(conducting, context);
  const stopper = makeStopper(conducting, context, { program: options.program, alert: (line) => display.alert(line) });
  const display: Display = await openDisplay(conducting, context, { ...options, onInterrupt: () => stopper("Ctrl-C") });
  const unsubscribe = conducting.subscribe((item) => display.show(item));
  const ignoreSignals = context.onStopSignal(stopper);
  // Whatever ends the process, the terminal is given back as it was.
  const forget = context.onExit(display.close);
  try {
    for (const note of [...(options.notes ?? []), ...conducting.notes]) display.say(note);
    for (const recorded of conducting.history()) display.show({ kind: "recorded", recorded });
    conducting.start();
    void conducting.page.then((address) => (address === null ? undefined : display.page(address)));
    const ending = await conducting.done;
    display.close();
    unsubscribe();
    const facts = ending.kind === "fault" ? undefined : conducting.facts();
    await conducting.close();
    if (options.quiet !== true) printEnd(conducting, ending, { context, options, facts });
    ignoreSignals();
    await outlive(conducting, context, options.program);
    return toExitCode(conducting, ending);
  } finally {
    display.close();
    unsubscribe();
    ignoreSignals();
    forget();
  }
}

/** What was begun over this process's API ends with this process: it stays until that is over, or until it is told to end. */
export async function outlive({ besides }: Conducting, context: CliContext, program: string): Promise<void> {
  const say = (line: string): void => void context.err.write(`${line}\n`);
  let left: readonly string[] = [];
  let signals = 0;
  const ignoreSignals = context.onStopSignal((signal) => {
    signals += 1;
    if (signals === 1) {
      left = besides.runs();
      say(`${signal}: no further step is started; waiting up to ${graceMs / 1_000} s. Once more to end now.`);
    } else setTimeout(() => context.exitNow(2), lastMs).unref();
    void besides.stop(signals === 1 ? graceMs : 0);
  });
  try {
    for (const run of besides.runs())
      say(`${run} was begun beside this run and goes on here. Ctrl-C leaves it to be resumed.`);
    await besides.over();
    for (const run of left) say(`Go on with it: ${program} resume ${run}`);
  } finally {
    ignoreSignals();
  }
}

/** Of a run that came with its tickets: one that is planned first has none yet. */
function sayForecast(conducting: Conducting, context: CliContext): void {
  const forecast = forecastOfRun(conducting.state());
  if (forecast === null) return;
  const lines = shortForecastLines(forecast, Math.min(100, sizeOf(context.out).columns));
  context.out.write(`${lines.join("\n")}\n\n`);
}

/** P10: the first signal drains, the second ends now; either way the run can be resumed. */
export function makeStopper(
  conducting: Conducting,
  context: CliContext,
  { program, alert }: { readonly program: string; readonly alert: (line: string) => void },
): (signal: string) => void {
  let signals = 0;
  return (signal) => {
    signals += 1;
    if (signals === 1) {
      alert(
        `${signal}: no further step is started; waiting up to ${graceMs / 1000} s for those under way. Once more to end now.`,
      );
      void conducting.stop(graceMs);
      void conducting.besides.stop(graceMs);
    } else if (signals === 2) {
      alert(`${signal} again: ending now. Nothing recorded is lost: ${program} resume ${conducting.run}`);
      void conducting.stop(0);
      void conducting.besides.stop(0);
      setTimeout(() => context.exitNow(2), lastMs).unref();
    } else context.exitNow(2);
  };
}

function printEnd(
  conducting: Conducting,
  ending: Ending,
  to: { context: CliContext; options: ConductOptions; facts: RunFacts | undefined },
): void {
  const { context, options, facts } = to;
  const state = conducting.state();
  if (ending.kind === "fault") throw ending.error;
  if (options.ownClosing === true) return;
  const compared = facts === undefined ? null : forecastFactOf(state, facts);
  if (options.json) {
    context.out.write(`${JSON.stringify({ ...summaryOf(state), forecast: compared })}\n`);
    return;
  }
  const report = reportOf(state, { program: options.program, forecast: compared });
  context.out.write(`\n${report.join("\n")}\n`);
  if (ending.kind === "rested" && ending.parked) {
    context.err.write(
      `error: ${toPrintableLine(state.pause?.reason ?? "the run is parked")}. Mend it, then: ${options.program} resume ${conducting.run}\n`,
    );
  }
}

function toExitCode(conducting: Conducting, ending: Ending): ExitCode {
  if (ending.kind === "fault") throw ending.error;
  const { ended } = conducting.state();
  return ending.kind === "ended" && ended !== null ? exitCodes[ended.outcome] : 2;
}
