// `tutti run`: a ticket file or a goal, conducted to its end.

import { readBudgets } from "../../domain/budget.ts";
import type { Budgets, Mode } from "../../domain/config.ts";
import type { ModelId } from "../../domain/ids.ts";
import type { Trust } from "../../domain/ticket.ts";
import { conductRun } from "../conduct.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { BeginOptions, Work } from "../desk.ts";
import { CliFault } from "../errors.ts";
import { isAttended } from "../attended.ts";
import { invocationOf } from "../invocation.ts";
import { readWork, type WorkOptions } from "../work.ts";

export type RunOptions = CommonOptions &
  WorkOptions & {
    readonly base?: string;
    readonly allowDirty?: boolean;
    readonly lanes?: number;
    readonly mode?: Mode;
    readonly trust?: Trust;
    readonly model?: readonly string[];
    readonly planner?: readonly string[];
    readonly lead?: readonly string[];
    /** Undefined: as the settings say. */
    readonly deliberate?: boolean;
    readonly scenario?: string;
    readonly budget?: readonly string[];
    readonly budgetUsd?: string;
    readonly budgetTokens?: string;
    readonly attended?: boolean;
    readonly unattended?: boolean;
    readonly sandbox: boolean;
    readonly plain?: boolean;
    readonly remote?: string;
  };

const nobodyThere =
  "Nobody attends this run: what would be asked is refused. Say --attended if you answer from another terminal.";

export async function runCommand(
  words: string | undefined,
  options: RunOptions,
  context: CliContext,
): Promise<ExitCode> {
  const work = await readWork({ ...options, words }, context.input);
  const desk = await context.desk();
  const attended = isAttended(options, context);
  const conducting = await desk.begin(toBeginOptions(work, options, attended ?? false));
  return conductRun(conducting, context, {
    program: invocationOf(context.env, options.repo),
    json: options.json === true,
    plain: options.plain === true,
    notes: attended === undefined && options.trust !== "auto" ? [nobodyThere] : [],
  });
}

export function toBeginOptions(work: Work, options: RunOptions, attended: boolean): BeginOptions {
  const { repo, base, lanes, mode, trust, scenario, planner, lead, deliberate, remote } = options;
  const budgets = budgetsOf(options);
  return {
    repo,
    work,
    allowDirty: options.allowDirty === true,
    settings: "person",
    models: (options.model ?? []) as readonly ModelId[],
    attended,
    sandbox: options.sandbox ? "bwrap" : "none",
    ...(planner === undefined ? {} : { planner: planner as readonly ModelId[] }),
    ...(lead === undefined ? {} : { lead: lead as readonly ModelId[] }),
    ...(deliberate === undefined ? {} : { deliberate }),
    ...(budgets === undefined ? {} : { budgets }),
    ...(remote === undefined ? {} : { remote }),
    ...(base === undefined ? {} : { base }),
    ...(lanes === undefined ? {} : { lanes }),
    ...(mode === undefined ? {} : { mode }),
    ...(trust === undefined ? {} : { trust }),
    ...(scenario === undefined ? {} : { scenario }),
  };
}

function budgetsOf({ budget = [], budgetUsd, budgetTokens }: RunOptions): Budgets | undefined {
  const bounds = [
    ...(budgetUsd === undefined ? [] : [`run usd ${budgetUsd}`]),
    ...(budgetTokens === undefined ? [] : [`run tokens ${budgetTokens}`]),
    ...budget,
  ];
  if (bounds.length === 0) return undefined;
  const read = readBudgets(bounds.join(","));
  if (!read.ok) throw new CliFault("usage", read.problem, "See `tutti help run`");
  return read.budgets;
}
