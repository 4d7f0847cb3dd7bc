// `tutti export` writes a run as a recording; `tutti replay` plays one: the models' words and the person's answers again,
// everything else anew.

import { toPrintableLine } from "../../domain/printable.ts";
import { counted } from "../../views/words.ts";
import { isAttended } from "../attended.ts";
import { conductEither } from "../conduct-either.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { writeWhenTaken } from "../write-when-taken.ts";

export type ExportOptions = CommonOptions & {
  readonly out?: string;
  readonly force?: boolean;
  /** `recording`: what models and person said, to be played again; `jsonl`: the run itself; `html`: the page with the run in it. */
  readonly format?: "recording" | "jsonl" | "html";
};

export async function exportCommand(
  run: string | undefined,
  options: ExportOptions,
  context: CliContext,
): Promise<ExitCode> {
  if (options.format === "jsonl") return exportLines(run, options, context);
  if (options.format === "html") return exportPage(run, options, context);
  const { repo, out, force, json } = options;
  const desk = await context.desk();
  const choice = run === undefined ? { repo } : { repo, run };
  const recording = await desk.record(choice);
  const text = `${JSON.stringify(recording, undefined, 2)}\n`;
  if (out === undefined) {
    context.out.write(text);
    return 0;
  }
  await desk.save(out, text, { overwrite: force === true });
  const { tickets, consults = {} } = recording.scenario;
  // An empty turn stands for an answer that never came.
  const replies = [
    ...Object.values(tickets).flatMap((all) => all.flatMap(({ turns }) => turns)),
    ...Object.values(consults).flat(),
  ].filter((turn) => Object.keys(turn).length > 0).length;
  const facts = { file: out, replies, answers: recording.answers.length, notes: recording.notes };
  if (json === true) context.out.write(`${JSON.stringify(facts)}\n`);
  else {
    context.out.write(
      `${toPrintableLine(out)} holds ${counted(replies, "reply", "replies")} and ${counted(facts.answers, "answer")} of a person.\n` +
        "Whatever the models and the person wrote is in it: look through it before you share it.\n",
    );
    for (const note of recording.notes) context.err.write(`note: ${toPrintableLine(note)}\n`);
  }
  return 0;
}

/** As the records come: a long run takes no more memory than its longest text. */
async function exportLines(
  run: string | undefined,
  { repo, out, force, json }: ExportOptions,
  context: CliContext,
): Promise<ExitCode> {
  const desk = await context.desk();
  const look = await desk.look({ repo, ...(run === undefined ? {} : { run }) });
  const lines = desk.takeOut({ repo, run: look.run });
  if (out === undefined) {
    for await (const line of lines) await writeWhenTaken(context.out, line);
    return 0;
  }
  await desk.saveParts(out, lines, { overwrite: force === true });
  if (json === true) context.out.write(`${JSON.stringify({ run: look.run, file: out })}\n`);
  else
    context.out.write(
      `${toPrintableLine(out)} holds the whole of ${look.run}, for \`tutti import\`.\n` +
        "Whatever the models, the tools and the person wrote is in it: look through it before you share it.\n",
    );
  return 0;
}

async function exportPage(
  run: string | undefined,
  { repo, out, force, json }: ExportOptions,
  context: CliContext,
): Promise<ExitCode> {
  const desk = await context.desk();
  const page = await desk.carriedPage({ repo, ...(run === undefined ? {} : { run }) });
  if (out === undefined) {
    context.out.write(page.html);
    return 0;
  }
  await desk.save(out, page.html, { overwrite: force === true });
  if (json === true) context.out.write(`${JSON.stringify({ run: page.run, file: out })}\n`);
  else
    context.out.write(
      `${toPrintableLine(out)} shows ${page.run} in any browser, without a server.\n` +
        "Whatever the models, the tools and the person wrote is in it: look through it before you share it.\n",
    );
  return 0;
}

export type ReplayCommandOptions = CommonOptions & {
  readonly base?: string;
  readonly attended?: boolean;
  readonly unattended?: boolean;
  readonly sandbox: boolean;
  readonly plain?: boolean;
};

export async function replayCommand(
  file: string,
  options: ReplayCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { repo, base } = options;
  const desk = await context.desk();
  const conducting = await desk.replay({
    repo,
    file,
    // Recorded answers are answers: a run that was attended is so again unless the person says otherwise.
    attended: isAttended(options, context) ?? true,
    sandbox: options.sandbox ? "bwrap" : "none",
    ...(base === undefined ? {} : { base }),
  });
  return conductEither(conducting, options, { context, desk });
}
