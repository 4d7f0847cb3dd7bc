// `tutti fork`: another run that begins as this one was at a record.

import { forkEditSchema, type ForkEdit, type ForkEditInput } from "../../domain/fork-edit.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import { isAttended } from "../attended.ts";
import { conductEither } from "../conduct-either.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { CliFault } from "../errors.ts";
import { readPatchFile, refuseLoosening } from "./replan.ts";

export type ForkCommandOptions = CommonOptions & {
  readonly at?: number;
  readonly guide?: readonly string[];
  readonly rewrite?: readonly string[];
  readonly patch?: string;
  readonly model?: readonly string[];
  readonly planner?: readonly string[];
  readonly lead?: readonly string[];
  readonly ticketModel?: readonly string[];
  readonly mode?: "async" | "linear";
  readonly trust?: "step" | "ask" | "auto" | "off";
  readonly lanes?: number;
  readonly budget?: readonly string[];
  readonly attended?: boolean;
  readonly unattended?: boolean;
  readonly plain?: boolean;
};

export async function forkCommand(
  run: string | undefined,
  options: ForkCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const edit = readEdit(options);
  const file = options.patch === undefined ? undefined : await readPatchFile(options.patch);
  const desk = await context.desk();
  const look = await desk.look({ repo: options.repo, ...(run === undefined ? {} : { run }) });
  if (file !== undefined) refuseLoosening(options.patch ?? "", file.request, look.state.config?.project.root ?? "");
  const attended = isAttended(options, context);
  const conducting = await desk.fork({
    repo: options.repo,
    run: look.run,
    edit: { ...edit, ...(file !== undefined && { patch: file.body.patch }) },
    ...(options.at === undefined ? {} : { at: options.at }),
    ...(attended === undefined ? {} : { attended }),
  });
  const json = options.json === true;
  const { origin } = conducting.state();
  const words = `${conducting.run} begins as ${look.run} was at record ${origin?.at ?? 0}; ${look.run} is left as it is.`;
  (json ? context.err : context.out).write(`${toPrintableLine(words)}\n`);
  return conductEither(conducting, options, { context, desk });
}

function readEdit(options: ForkCommandOptions): ForkEdit {
  const { guide = [], rewrite = [], model, planner, lead, ticketModel = [], mode, trust, lanes, budget = [] } = options;
  const tiers = Object.entries({ "1": planner, "2": lead, "3": model }).filter(([, ladder]) => ladder !== undefined);
  const written = {
    guidance: guide.map((each) => toWords("--guide", each)),
    messages: rewrite.map((each) => toWords("--rewrite", each)),
    models: { tiers: Object.fromEntries(tiers), tickets: toLadders(ticketModel) },
    ...(mode === undefined ? {} : { mode }),
    ...(trust === undefined ? {} : { trust: trust === "off" ? null : trust }),
    ...(lanes === undefined ? {} : { lanes }),
    ...(budget.length === 0 ? {} : { bounds: budget.join(",") }),
  } satisfies { [Field in keyof ForkEditInput]: unknown };
  const parsed = forkEditSchema.safeParse(written);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new CliFault("usage", lines.join("; "), "See `tutti help fork`");
}

/** A ticket's id may hold an equals sign; nobody gives it one, so the first one ends it. */
function toWords(option: string, text: string): { readonly ticket: string; readonly text: string } {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw new CliFault("usage", `${option} ${text}: a ticket and words for it are needed`, `Write ${option} "T3=..."`);
  return { ticket: text.slice(0, at), text: text.slice(at + 1) };
}

function toLadders(texts: readonly string[]): { readonly ticket: string; readonly models: string[] }[] {
  const ladders = new Map<string, string[]>();
  for (const each of texts) {
    const { ticket, text } = toWords("--ticket-model", each);
    ladders.set(ticket, [...(ladders.get(ticket) ?? []), text]);
  }
  return [...ladders].map(([ticket, models]) => ({ ticket, models }));
}
