// `tutti worker`: works for runs that other processes conduct, until a signal or somebody on another machine drains it.

import { toPrintableJson, toPrintableLine } from "../../domain/printable.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { startLines, toNewsLine } from "../machine-lines.ts";
import type { MachineNews, WorkOptions } from "../machine-at-work.ts";

export type WorkerOptions = CommonOptions & {
  readonly capacity?: number;
  readonly label?: readonly string[];
  readonly gitVia?: string;
  /** False where it was said; commander says true otherwise, which is not the person's word. */
  readonly conduct: boolean;
};

/** What is under way may end within this time; the rest is begun anew elsewhere. All of it is over within 10 s. */
const graceMs = 7_000;
/** After the second signal: time for commands to be killed as groups. */
const lastMs = 500;

export async function workerCommand(options: WorkerOptions, context: CliContext): Promise<ExitCode> {
  const json = options.json === true;
  const desk = await context.desk();
  const machine = await desk.work(toWorkOptions(options));
  const say = (line: string): void => void context.out.write(`${line}\n`);
  const tell = (news: MachineNews): void => {
    const at = new Date(context.now());
    if (json) say(toPrintableJson(JSON.stringify({ at: at.toISOString(), ...news })));
    else say(`${clockOf(at)} ${toPrintableLine(toNewsLine(news))}`);
  };
  const { id, host, version, store, labels, capacity, conducts, notes } = machine;
  if (json)
    say(JSON.stringify({ kind: "started", id, host, pid: process.pid, version, store, labels, capacity, conducts }));
  else for (const line of startLines(machine)) say(line);
  for (const text of notes) tell({ kind: "notice", text });
  let signals = 0;
  const ignoreSignals = context.onStopSignal((signal) => {
    signals += 1;
    if (signals === 1) {
      tell({ kind: "notice", text: `${signal}: takes nothing more; up to ${graceMs / 1_000} s for what is under way` });
      void machine.drain(graceMs);
      return;
    }
    void machine.drain(0);
    setTimeout(() => context.exitNow(0), lastMs).unref();
  });
  try {
    machine.start(tell);
    const ending = await machine.done;
    if (ending.kind === "fault") throw ending.error;
    if (json) say(JSON.stringify({ kind: "drained", id }));
    else say(`${clockOf(new Date(context.now()))} has given back what it had, and ends`);
    return 0;
  } finally {
    ignoreSignals();
  }
}

const clockOf = (at: Date): string => at.toTimeString().slice(0, 8);

function toWorkOptions({ capacity, label = [], gitVia, conduct }: WorkerOptions): WorkOptions {
  return {
    labels: label,
    ...(capacity === undefined ? {} : { capacity }),
    ...(gitVia === undefined ? {} : { gitVia }),
    ...(conduct ? {} : { conducts: false }),
  };
}
