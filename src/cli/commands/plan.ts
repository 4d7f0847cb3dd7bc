// `tutti plan`: a goal, planned and signed, and written as a ticket file that `tutti run` takes.

import { access, stat, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { forecastOfRun } from "../../views/forecast-fact.ts";
import { shortForecastLines } from "../../views/forecast-lines.ts";
import { planViewOf } from "../../views/plan-view.ts";
import { spendOf } from "../../views/spend.ts";
import { costInWords, tokensInWords } from "../../views/words.ts";
import { totalTokens } from "../../domain/usage.ts";
import { isAttended } from "../attended.ts";
import { conductRun } from "../conduct.ts";
import type { CliContext, ExitCode } from "../context.ts";
import type { Conducting } from "../desk.ts";
import { CliFault } from "../errors.ts";
import { invocationOf, quote } from "../invocation.ts";
import { sizeOf } from "../terminal/terminal.ts";
import { readWork } from "../work.ts";
import { toBeginOptions, type RunOptions } from "./run.ts";

export type PlanOptions = RunOptions & {
  /** "-": the standard output. */
  readonly out?: string;
  readonly force?: boolean;
};

const defaultFile = "tutti-plan.json";

export async function planCommand(
  words: string | undefined,
  options: PlanOptions,
  context: CliContext,
): Promise<ExitCode> {
  const work = await readWork({ ...options, words }, context.input);
  if (work.kind === "tickets") {
    throw new CliFault(
      "already_a_plan",
      `${work.ticketFile} is a ticket file: it is a plan already`,
      "Conduct it: tutti run. A goal that is in a file: --epic-file",
    );
  }
  const json = options.json === true;
  const file = options.out ?? (json ? undefined : defaultFile);
  // Before anything is spent: a plan that cannot be kept is not asked for.
  if (file !== undefined && file !== "-") await checkTarget(file, options.force === true);
  const desk = await context.desk();
  const attended = isAttended(options, context) ?? false;
  const conducting = await desk.begin(toBeginOptions({ ...work, only: "plan" }, options, attended));
  const isPiped = json || file === "-";
  const code = await conductRun(conducting, context, {
    program: invocationOf(context.env, options.repo),
    json: false,
    plain: options.plain === true,
    quiet: isPiped,
    ownClosing: true,
  });
  const isPlanned = conducting.state().ended?.outcome === "planned";
  if (file !== undefined && isPlanned) await writePlan(conducting, { file, force: options.force === true }, context);
  if (json) context.out.write(`${JSON.stringify(toJson(conducting, isPlanned ? (file ?? null) : null))}\n`);
  else if (!isPlanned) context.err.write(`${unplanned(conducting, invocationOf(context.env, options.repo))}\n`);
  else if (file !== "-") printPlan(conducting, { file: file ?? "", options }, context);
  return code;
}

async function checkTarget(file: string, force: boolean): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory() === true)
    throw new CliFault("plan_unwritable", `${file} is a folder`, "Name a file with --out");
  if (found !== undefined && !force)
    throw new CliFault("plan_exists", `${file} is there already`, "Name another file with --out, or say --force");
  await access(dirname(resolve(file))).catch(() => {
    throw new CliFault("plan_unwritable", `the folder of ${file} is not there`, "Name a file with --out");
  });
}

type Target = { readonly file: string; readonly force: boolean };

async function writePlan(conducting: Conducting, { file, force }: Target, context: CliContext): Promise<void> {
  const text = planViewOf(conducting.state()).file;
  if (file === "-") {
    context.out.write(text);
    return;
  }
  await writeFile(file, text, { flag: force ? "w" : "wx" }).catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new CliFault(
      "plan_unwritable",
      `the plan could not be written to ${file} (${reason})`,
      `It is kept in the run's log: tutti replan show ${conducting.run}`,
    );
  });
}

function toJson(conducting: Conducting, file: string | null): unknown {
  const state = conducting.state();
  const { tracks, edges, criticalPath, file: text, story } = planViewOf(state);
  const forecast = forecastOfRun(state);
  const isPlanned = state.ended?.outcome === "planned";
  return {
    run: conducting.run,
    outcome: state.ended?.outcome ?? null,
    reason: state.ended?.reason ?? state.pause?.reason ?? "",
    file: file === "-" ? null : file,
    tracks,
    plan: isPlanned ? (JSON.parse(text) as unknown) : null,
    edges,
    criticalPath,
    ...(story.length > 0 && { deliberated: story }),
    forecast,
    spend: spendOf(state),
  };
}

const unplanned = (conducting: Conducting, program: string): string => {
  const { ended, pause } = conducting.state();
  const why = ended?.reason ?? pause?.reason ?? "it was stopped before its plan was settled";
  const next =
    ended === null ? `Go on with it: ${program} resume ${conducting.run}` : `See: ${program} log ${conducting.run}`;
  return `error: ${why.startsWith("there is no plan") ? why : `there is no plan: ${why}`}. ${next}`;
};

function printPlan(
  conducting: Conducting,
  { file, options }: { readonly file: string; readonly options: PlanOptions },
  context: CliContext,
): void {
  const state = conducting.state();
  const { total } = spendOf(state);
  const forecast = forecastOfRun(state);
  const cost = `Planning it took ${tokensInWords(totalTokens(total))} tokens, ${costInWords(total.costMicros)}.`;
  const lines = [
    "",
    ...planViewOf(state).overview,
    "",
    ...(forecast === null ? [] : [...shortForecastLines(forecast, Math.min(100, sizeOf(context.out).columns)), ""]),
    cost,
    `Written to ${file}. Read it, change it, then:`,
    `  ${invocationOf(context.env, options.repo)} run ${quote(file)}`,
  ];
  context.out.write(`${lines.join("\n")}\n`);
}
