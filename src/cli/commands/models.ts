// `tutti models`: which models a run calls, and others from the next attempt or question on.

import { laddersOf, type Ladders } from "../../views/ladders.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { CliFault } from "../errors.ts";
import { choiceOf, steer } from "./control.ts";

export type ModelsOptions = CommonOptions & {
  readonly ticket?: string;
  readonly tier?: number;
  readonly model?: readonly string[];
};

export async function modelsCommand(
  run: string | undefined,
  options: ModelsOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { ticket, tier } = options;
  const models = (options.model ?? []).flatMap((each) => each.split(",")).map((each) => each.trim());
  if (ticket === undefined && tier === undefined && models.length === 0) return show(run, options, context);
  if (models.length === 0 || (ticket === undefined) === (tier === undefined)) {
    throw new CliFault(
      "usage",
      "whose models, and which ones, go together",
      "Say --ticket <id> or --tier <n>, and --model <provider>/<model>; repeat --model for the next rungs",
    );
  }
  const of = ticket === undefined ? { tier: tier as 1 | 2 | 3 | 4 } : { ticket };
  const whose = ticket === undefined ? `tier ${tier}` : toPrintableLine(ticket);
  const from = ticket === undefined ? "next attempt or question" : "next attempt";
  await steer(
    {
      choice: choiceOf(run, options),
      hold: true,
      bodies: [{ type: "models.set", ...of, models }],
      did: "models_set",
      more: { ...of, models },
      words: `${models.map(toPrintableLine).join(", ")} from the ${from} of ${whose} on`,
    },
    options,
    context,
  );
  return 0;
}

async function show(run: string | undefined, options: ModelsOptions, context: CliContext): Promise<ExitCode> {
  const desk = await context.desk();
  const look = await desk.look(choiceOf(run, options));
  const ladders = laddersOf(look.state);
  context.out.write(
    options.json === true
      ? `${JSON.stringify({ run: look.run, ...ladders })}\n`
      : linesOf(ladders)
          .map((line) => `${line}\n`)
          .join(""),
  );
  return 0;
}

const linesOf = ({ tiers, archetypes, tickets }: Ladders): readonly string[] => [
  ...tiers.map(({ tier, models }) => `tier ${tier}: ${models.map(toPrintableLine).join(", ")}`),
  ...archetypes.map(
    ({ name, tier, models }) =>
      `workers "${toPrintableLine(name)}" (tier ${tier}): ${models.map(toPrintableLine).join(", ")}`,
  ),
  ...tickets.map(({ ticket, models }) => `${toPrintableLine(ticket)}: ${models.map(toPrintableLine).join(", ")}`),
];
