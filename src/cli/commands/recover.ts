// `tutti recover`: what follows a deliberation that came to nothing, where it does not follow by itself.

import type { ModelId } from "../../domain/ids.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import type { RecoveryWhy } from "../../domain/recovery.ts";
import { modelText } from "../../domain/ticket-fields.ts";
import type { AcceptBody, PartialBody } from "../../http/pipeline-wire.ts";
import { isAttended } from "../attended.ts";
import { createClient } from "../client.ts";
import { conductDeliberation } from "../conduct-deliberation.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { CliFault } from "../errors.ts";
import { invocationOf } from "../invocation.ts";
import type { Marker } from "../marker.ts";

export type RecoverCommandOptions = CommonOptions & {
  readonly rerun?: boolean;
  readonly mediated?: boolean;
  readonly escalate?: boolean;
  /** The entry's key; true: whichever came nearest to an agreement. */
  readonly accept?: string | true;
  readonly model?: string;
  readonly reason?: string;
  readonly attended?: boolean;
  readonly unattended?: boolean;
  readonly plain?: boolean;
};

/** Conducts the run that recovers, and whatever follows from it by itself. */
export async function recoverCommand(
  run: string | undefined,
  options: RecoverCommandOptions,
  { context, marker }: { readonly context: CliContext; readonly marker: Marker },
): Promise<ExitCode> {
  try {
    const model = readModel(options);
    const desk = await context.desk();
    const look = await desk.look({ repo: options.repo, ...(run === undefined ? {} : { run }) });
    const attended = isAttended(options, context);
    const conducting = await desk.recover({
      repo: options.repo,
      run: look.run,
      why: whyOf(options),
      ...(model !== undefined && { model }),
      ...(attended !== undefined && { attended }),
    });
    const json = options.json === true;
    const changes = conducting.state().config?.deliberation?.inheritance?.changes ?? [];
    (json ? context.err : context.out).write(
      `${toPrintableLine(`${conducting.run} recovers from ${look.run}: ${changes.join("; ")}.`)}\n`,
    );
    return await conductDeliberation(conducting, context, {
      marker,
      program: invocationOf(context.env, options.repo),
      json,
      plain: options.plain === true,
      next: async (failed) => desk.followUp({ repo: options.repo, run: failed }),
    });
  } catch (error) {
    marker.fail(error);
    throw error;
  }
}

const whyOf = ({ rerun, mediated, escalate }: RecoverCommandOptions): RecoveryWhy =>
  rerun === true ? "rerun" : mediated === true ? "rerun_mediated" : escalate === true ? "escalate" : "policy";

function readModel({ model, escalate }: RecoverCommandOptions): ModelId | undefined {
  if (model === undefined) return undefined;
  if (escalate !== true)
    throw new CliFault("usage", "--model goes with --escalate", "Say --escalate --model <provider>/<model>.");
  const read = modelText.safeParse(model);
  if (read.success) return read.data as ModelId;
  throw new CliFault("usage", `--model ${model}: it must be <provider>/<model>`, "See `tutti help recover`");
}

/** The person takes what there is; nothing is begun. */
export async function acceptCommand(
  run: string | undefined,
  options: RecoverCommandOptions,
  context: CliContext,
): Promise<ExitCode> {
  const { accept, reason = "", json } = options;
  const desk = await context.desk();
  const look = await desk.look({ repo: options.repo, ...(run === undefined ? {} : { run }) });
  const connection = await desk.connect({ repo: options.repo, run: look.run }, { hold: false });
  try {
    const taken: PartialBody = await createClient(connection.send).acceptPartial({
      reason,
      ...placeOf(accept),
    });
    const words = `${taken.run}: ${taken.section}/${taken.key} v${taken.version} is accepted; the run counts as completed.`;
    context.out.write(`${json === true ? JSON.stringify(taken) : toPrintableLine(words)}\n`);
    return 0;
  } finally {
    await connection.close();
  }
}

/** `files`, or `solutions/files`; without a section one of the synthesis is meant. */
function placeOf(accept: string | true | undefined): Pick<AcceptBody, "section" | "key"> {
  if (accept === undefined || accept === true) return {};
  const at = accept.indexOf("/");
  if (at < 0) return { key: accept };
  const [section, key] = [accept.slice(0, at), accept.slice(at + 1)];
  if (section === "solutions" || section === "synthesis" || section === "problem") return { section, key };
  throw new CliFault(
    "usage",
    `--accept ${accept}: there is no section ${section}`,
    "Write solutions/<key> or synthesis/<key>.",
  );
}
