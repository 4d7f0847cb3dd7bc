// `tutti models`: which models a run calls, and others from the next attempt or question on.

import { laddersOf, type Ladders } from "../../views/ladders.ts";
import { tierModelsOf } from "../../views/tier-models.ts";
import type { Tier } from "../../domain/config.ts";
import type { ModelId } from "../../domain/ids.ts";
import { toPrintable, toPrintableLine } from "../../domain/printable.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { Folded, TierLadder } from "../desk.ts";
import { CliFault } from "../errors.ts";
import { choiceOf, steer } from "./control.ts";

export type ModelsOptions = CommonOptions & {
  readonly ticket?: string;
  readonly tier?: number;
  readonly model?: readonly string[];
  readonly save?: boolean;
};

export async function modelsCommand(
  run: string | undefined,
  options: ModelsOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { ticket, tier } = options;
  const models = (options.model ?? []).flatMap((each) => each.split(",")).map((each) => each.trim());
  if (options.save === true) return save(run, { ...options, model: models }, context);
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

/** Of the tier that is named, or of every tier as the run has them now. */
async function save(run: string | undefined, options: ModelsOptions, context: CliContext): Promise<ExitCode> {
  const { ticket, tier, model = [] } = options;
  if (ticket !== undefined || (model.length > 0 && tier === undefined))
    throw new CliFault("usage", "the project's file has models of tiers", "Say --tier <n>, and --model for its rungs");
  const desk = await context.desk();
  const ladders =
    model.length > 0
      ? [{ tier: tier as Tier, models: model as readonly ModelId[] }]
      : soleLadders((await desk.look(choiceOf(run, options))).state, tier);
  const saved = await desk.saveModels(options.repo, ladders);
  if (options.json === true) context.out.write(`${JSON.stringify({ did: "models_saved", ladders, ...saved })}\n`);
  else {
    const lines = [
      saved.isChanged ? `${saved.file} now says:` : `${saved.file} said so already:`,
      ...ladders.map((each) => `  tier ${each.tier}: ${each.models.map(toPrintableLine).join(", ")}`),
      ...saved.notes,
    ];
    context.out.write(lines.map((line) => `${toPrintable(line)}\n`).join(""));
  }
  return 0;
}

/** A tier whose kinds of worker climb different ladders has none that a file could say for all of them. */
function soleLadders(state: Folded, tier: number | undefined): readonly TierLadder[] {
  const rows = tierModelsOf(state).filter((row) => tier === undefined || row.tier === tier);
  const mixed = rows.filter(({ ladders }) => ladders.length > 1).map((row) => row.tier);
  const found = rows.flatMap(({ tier: of, ladders: [sole, ...others] }) =>
    sole === undefined || others.length > 0 ? [] : [{ tier: of, models: sole.models }],
  );
  if (found.length > 0 && mixed.length === 0) return found;
  throw new CliFault(
    "usage",
    mixed.length > 0 ? `workers of tier ${mixed.join(", ")} have different models` : "the run has no such models",
    "Say which: --tier <n> --model <provider>/<model> --save",
  );
}

const linesOf = ({ tiers, archetypes, tickets }: Ladders): readonly string[] => [
  ...tiers.map(({ tier, models }) => `tier ${tier}: ${models.map(toPrintableLine).join(", ")}`),
  ...archetypes.map(
    ({ name, tier, models }) =>
      `workers "${toPrintableLine(name)}" (tier ${tier}): ${models.map(toPrintableLine).join(", ")}`,
  ),
  ...tickets.map(({ ticket, models }) => `${toPrintableLine(ticket)}: ${models.map(toPrintableLine).join(", ")}`),
];
