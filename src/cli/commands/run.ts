// `tutti run`: a ticket file, conducted to its end.

import type { Mode } from "../../domain/config.ts";
import type { ModelId } from "../../domain/ids.ts";
import type { Trust } from "../../domain/ticket.ts";
import { conductRun } from "../conduct.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { isAttended } from "../attended.ts";
import { invocationOf } from "../invocation.ts";

export type RunOptions = CommonOptions & {
  readonly base?: string;
  readonly allowDirty?: boolean;
  readonly lanes?: number;
  readonly mode?: Mode;
  readonly trust?: Trust;
  readonly model?: readonly string[];
  readonly scenario?: string;
  readonly attended?: boolean;
  readonly unattended?: boolean;
  readonly sandbox: boolean;
  readonly plain?: boolean;
};

const nobodyThere =
  "Nobody attends this run: what would be asked is refused. Say --attended if you answer from another terminal.";

export async function runCommand(ticketFile: string, options: RunOptions, context: CliContext): Promise<ExitCode> {
  const desk = await context.desk();
  const attended = isAttended(options, context);
  const { repo, base, lanes, mode, trust, scenario } = options;
  const conducting = await desk.begin({
    repo,
    ticketFile,
    allowDirty: options.allowDirty === true,
    settings: "person",
    models: (options.model ?? []) as readonly ModelId[],
    attended: attended ?? false,
    sandbox: options.sandbox ? "bwrap" : "none",
    ...(base === undefined ? {} : { base }),
    ...(lanes === undefined ? {} : { lanes }),
    ...(mode === undefined ? {} : { mode }),
    ...(trust === undefined ? {} : { trust }),
    ...(scenario === undefined ? {} : { scenario }),
  });
  return conductRun(conducting, context, {
    program: invocationOf(context.env, repo),
    json: options.json === true,
    plain: options.plain === true,
    notes: attended === undefined && trust !== "auto" ? [nobodyThere] : [],
  });
}
