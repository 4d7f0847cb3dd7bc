// `tutti config`: every setting a run would have here, where it comes from, and what was asked for and refused.

import { toPrintableLine } from "../../domain/printable.ts";
import type { ModelId } from "../../domain/ids.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import type { ConfigOptions, EffectiveConfig } from "../desk.ts";
import { table } from "../status-lines.ts";

export type ConfigCommandOptions = CommonOptions &
  Pick<ConfigOptions, "trust" | "mode" | "lanes"> & {
    readonly model?: readonly ModelId[];
    /** False: `--no-sandbox`. */
    readonly sandbox: boolean;
  };

export async function configCommand(options: ConfigCommandOptions, context: CliContext): Promise<ExitCode> {
  const { repo, json, trust, mode, lanes, model = [], sandbox } = options;
  const config = await (
    await context.desk()
  ).config({
    repo,
    models: model,
    sandbox: sandbox ? "bwrap" : "none",
    ...(trust === undefined ? {} : { trust }),
    ...(mode === undefined ? {} : { mode }),
    ...(lanes === undefined ? {} : { lanes }),
  });
  const lines = json === true ? [JSON.stringify(config)] : toLines(config);
  context.out.write(lines.map((line) => `${line}\n`).join(""));
  return 0;
}

type Shown = EffectiveConfig["settings"][number];

function toLines({ files, settings }: EffectiveConfig): readonly string[] {
  const read = files.map(({ name, file, isThere }) => [
    name,
    isThere ? toPrintableLine(file) : `none; it would be ${toPrintableLine(file)}`,
  ]);
  const rows = table(settings.map((each) => [each.setting, toWords(each.value), toOrigin(each)].map(toPrintableLine)));
  const refusals = settings.flatMap((each) => (each.refused === undefined ? [] : [toRefusal(each, each.refused)]));
  return [
    ...table(read),
    "",
    ...rows,
    ...(refusals.length === 0
      ? []
      : ["", "Asked for and refused:", ...refusals.map((line) => `  ${toPrintableLine(line)}`)]),
  ];
}

const toWords = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(toWords).join(", ");
  if (typeof value === "boolean") return value ? "on" : "off";
  return typeof value === "string" ? value : JSON.stringify(value);
};

/** The file's name and line; its folder stands above. */
const toOrigin = ({ from, at }: Pick<Shown, "from" | "at">): string => {
  const [, line] = /:(\d+):\d+$/.exec(at ?? "") ?? [];
  return line === undefined ? from : `${from}:${line}`;
};

const toRefusal = ({ setting, value, from }: Shown, { asked, ...source }: NonNullable<Shown["refused"]>): string =>
  `${toOrigin(source)} asks ${setting} ${toWords(asked)}; ${from === "config.toml" ? "your" : "the default"} ${toWords(value)} counts.`;
