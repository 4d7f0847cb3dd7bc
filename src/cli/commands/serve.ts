// `tutti serve`: the page and the API of all runs, until a signal ends it.

import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { invocationOf } from "../invocation.ts";

export type ServeOptions = CommonOptions & {
  readonly port: number;
  readonly host?: string;
  readonly name?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly project?: readonly string[];
};

/** What is under way in runs conducted here may end within this time; what does not is begun anew on resume. */
const graceMs = 8_000;
/** After the second signal: time for commands to be killed as groups. */
const lastMs = 500;

export async function serveCommand(options: ServeOptions, context: CliContext): Promise<ExitCode> {
  const { host, port, name: names = [], tlsCert: cert, tlsKey: key, project: projects = [], json } = options;
  const desk = await context.desk();
  const server = await desk.serve({
    port,
    names,
    projects,
    ...(host === undefined ? {} : { host }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
  const { promise: asked, resolve: onFirst } = Promise.withResolvers<string>();
  let signals = 0;
  const ignoreSignals = context.onStopSignal((signal) => {
    signals += 1;
    if (signals === 1) {
      onFirst(signal);
      return;
    }
    void server.stop(0);
    setTimeout(() => context.exitNow(0), lastMs).unref();
  });
  const say = (line: string): void => void (json === true ? context.err : context.out).write(`${line}\n`);
  if (json === true) {
    context.out.write(`${JSON.stringify({ page: server.address, port: server.port, pid: process.pid })}\n`);
  } else {
    say(`Your runs: ${server.address}`);
    say("The address opens one browser within ten minutes. Ctrl-C ends this server; runs it conducts can be resumed.");
  }
  try {
    const signal = await asked;
    const runs = server.conducted();
    if (runs.length > 0)
      say(`${signal}: no further step is started; waiting up to ${graceMs / 1_000} s. Once more to end now.`);
    await server.stop(graceMs);
    for (const run of runs) say(`Go on with it: ${invocationOf(context.env, ".")} resume ${run}`);
    return 0;
  } finally {
    ignoreSignals();
  }
}
