// `tutti budget`: what a run may spend, has spent and holds back; and new bounds for it.

import { readRaises } from "../../domain/budget.ts";
import { budgetOf } from "../../views/budget.ts";
import { budgetLines } from "../budget-lines.ts";
import { createClient } from "../client.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { RunChoice } from "../desk.ts";
import { CliFault } from "../errors.ts";
import { invocationOf } from "../invocation.ts";

const choiceOf = (run: string | undefined, { repo }: CommonOptions): RunChoice => ({
  repo,
  ...(run === undefined ? {} : { run }),
});

export async function budgetCommand(
  run: string | undefined,
  options: CommonOptions,
  context: CliContext,
): Promise<ExitCode> {
  const desk = await context.desk();
  const choice = choiceOf(run, options);
  const { run: id, state } = await desk.look(choice);
  if (state.config === null) throw new CliFault("run_missing", `${id} was never begun`, `Remove it: tutti clean ${id}`);
  const records = [];
  for await (const recorded of desk.records({ ...choice, run: id }, 0)) records.push(recorded);
  const view = budgetOf(state, records);
  const dayCaps = state.caps.get("day") ?? null;
  const day = dayCaps === null ? null : await desk.spentToday();
  if (options.json === true)
    context.out.write(`${JSON.stringify({ run: id, budget: view, day: day && { ...day, caps: dayCaps } })}\n`);
  else
    context.out.write(
      budgetLines(view, { title: `Budget of ${state.config.title} (${id})`, day, dayCaps })
        .map((line) => `${line}\n`)
        .join(""),
    );
  return 0;
}

export type RaiseOptions = CommonOptions & { readonly run?: string };

export async function raiseCommand(
  words: readonly string[],
  options: RaiseOptions,
  context: CliContext,
): Promise<ExitCode> {
  const bounds = words.join(" ");
  const read = readRaises(bounds);
  if (!read.ok) throw new CliFault("usage", read.problem, "See `tutti help budget`");
  const desk = await context.desk();
  const look = await desk.look(choiceOf(options.run, options));
  const program = invocationOf(context.env, options.repo);
  if (look.pid === null) {
    throw new CliFault(
      "run_resting",
      `no process conducts ${look.run}, so nothing would come of a new bound`,
      `Go on with it and the new bound: ${program} resume ${look.run} --raise "${bounds}"`,
    );
  }
  const connection = await desk.connect({ repo: options.repo, run: look.run }, { hold: false });
  try {
    await createClient(connection.send).command({ type: "budget.raise", bounds });
  } finally {
    await connection.close();
  }
  context.out.write(
    options.json === true
      ? `${JSON.stringify({ run: look.run, did: "raised", bounds: read.raises, live: true })}\n`
      : `${look.run}: ${bounds} from now on; whatever a bound held up is looked at again.\n`,
  );
  return 0;
}
