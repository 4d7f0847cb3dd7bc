// `tutti deliberate`: agents argue a question out, and this process says what came of it.

import { readBudgets } from "../../domain/budget.ts";
import type { Budgets } from "../../domain/config.ts";
import { isAttended } from "../attended.ts";
import { conductDeliberation } from "../conduct-deliberation.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { readOrder, readParent, type OrderOptions } from "../deliberation-order.ts";
import { CliFault } from "../errors.ts";
import { invocationOf } from "../invocation.ts";
import type { Marker } from "../marker.ts";

export type DeliberateCommandOptions = CommonOptions &
  OrderOptions & {
    readonly budgetUsd?: string;
    readonly budgetTokens?: string;
    readonly attended?: boolean;
    readonly unattended?: boolean;
    readonly sandbox: boolean;
    readonly plain?: boolean;
  };

export async function deliberateCommand(
  words: string | undefined,
  options: DeliberateCommandOptions,
  { context, marker }: { readonly context: CliContext; readonly marker: Marker },
): Promise<ExitCode> {
  try {
    const parent = readParent(context.env);
    const order = await readOrder(words, options, context.input);
    const budgets = budgetsOf(options);
    const desk = await context.desk();
    const conducting = await desk.deliberate({
      repo: options.repo,
      ...order,
      ...parent,
      attended: isAttended(options, context) ?? false,
      sandbox: options.sandbox ? "bwrap" : "none",
      ...(options.scenario !== undefined && { scenario: options.scenario }),
      ...(budgets !== undefined && { budgets }),
    });
    return await conductDeliberation(conducting, context, {
      marker,
      program: invocationOf(context.env, options.repo),
      json: options.json === true,
      plain: options.plain === true,
      next: async (failed) => desk.followUp({ repo: options.repo, run: failed }),
    });
  } catch (error) {
    marker.fail(error);
    throw error;
  }
}

function budgetsOf({ budgetUsd, budgetTokens }: DeliberateCommandOptions): Budgets | undefined {
  const bounds = [
    ...(budgetUsd === undefined ? [] : [`run usd ${budgetUsd}`]),
    ...(budgetTokens === undefined ? [] : [`run tokens ${budgetTokens}`]),
  ];
  if (bounds.length === 0) return undefined;
  const read = readBudgets(bounds.join(","));
  if (!read.ok) throw new CliFault("usage", read.problem, "See `tutti help deliberate`");
  return read.budgets;
}
