// Files of a survey as a planner sees them: documents whole or in part, sources as skeletons, within a budget.

import type { Survey } from "../../engine/ports.ts";
import { toBlock } from "./block.ts";
import { toContextView } from "./context-view.ts";
import { toFileView } from "./file-view.ts";
import type { SourceViews } from "./source-views.ts";

/** `leftOut`: in words, few lines whatever was left out. */
export type Shown = { readonly blocks: readonly string[]; readonly leftOut: readonly string[] };

type File = Survey["files"][number];

const largestDocument = 16 * 1024;
const largestSkeleton = 12 * 1024;
/** Bytes read at all. */
const largestFile = 512 * 1024;
/** Each may start a program or cost a parser's time. */
const mostFiles = 60;
const mostNamed = 20;

/** Names that hold words about the project, in the order they are worth reading. */
const kinds: readonly RegExp[] = [
  /^readme(?:\.[a-z]+)?$/i,
  /^(?:agents|claude|contributing)\.md$/i,
  /^(?:docs?\/)?(?:architecture|design|spec|requirements|product|overview|roadmap)[^/]*\.(?:md|rst|txt|adoc)$/i,
  /^docs?\/[^/]+\.(?:md|rst|adoc)$/i,
  /^docs?\/(?:adr|rfcs?|design|architecture)\/[^/]+\.(?:md|rst|adoc)$/i,
  /^(?:packages|apps|crates|services|libs)\/[^/]+\/readme\.md$/i,
];

export const isDocument = ({ path }: File): boolean => kinds.some((kind) => kind.test(path));

export async function showDocuments(survey: Survey, bytes: number): Promise<Shown> {
  const ranked = survey.files.flatMap((file) => {
    const rank = kinds.findIndex((kind) => kind.test(file.path));
    return rank < 0 ? [] : [{ file, rank }];
  });
  const files = ranked.toSorted((a, b) => a.rank - b.rank).map(({ file }) => file);
  return show(survey, files, { bytes, each: largestDocument, view: async (_, text, most) => toFileView(text, most) });
}

/** Whole, or their beginnings and ends. */
export const showFiles = (survey: Survey, files: readonly File[], bytes: number): Promise<Shown> =>
  show(survey, files, { bytes, each: largestDocument, view: async (_, text, most) => toFileView(text, most) });

export const showSkeletons = (
  survey: Survey,
  options: { readonly files: readonly File[]; readonly bytes: number; readonly views: Pick<SourceViews, "show"> },
): Promise<Shown> =>
  show(
    survey,
    options.files.filter(({ path }) => !isMade.test(path)),
    {
      bytes: options.bytes,
      each: largestSkeleton,
      view: (path, text, most) => toContextView(path, text, { as: "skeleton", bytes: most, views: options.views }),
    },
  );

/** Written by programs: their size says nothing about the project. */
const isMade = /(?:^|\/)(?:package-lock\.json|[^/]*\.(?:lock|min\.js|map|snap|svg))$/;

type View = { readonly text: string; readonly cut: string | undefined };

type ShowOptions = {
  readonly bytes: number;
  readonly each: number;
  readonly view: (path: string, text: string, most: number) => Promise<View & { readonly leftOut?: string }>;
};

async function show(survey: Survey, files: readonly File[], { bytes, each, view }: ShowOptions): Promise<Shown> {
  const blocks: string[] = [];
  const cut: string[] = [];
  const missed: string[] = [];
  let left = bytes;
  for (const { path } of files) {
    const text = left < 512 || blocks.length >= mostFiles ? undefined : await survey.read(path, largestFile);
    if (text === undefined) {
      missed.push(path);
      continue;
    }
    const seen = await view(path, text, Math.min(left, each));
    left -= Buffer.byteLength(seen.text);
    blocks.push(toBlock(`file ${path}${seen.leftOut === undefined ? "" : `, skeleton: ${seen.leftOut}`}`, seen.text));
    if (seen.cut !== undefined) cut.push(`${JSON.stringify(path)}: ${seen.cut}`);
  }
  const named = missed
    .slice(0, mostNamed)
    .map((path) => JSON.stringify(path))
    .join(", ");
  const more = missed.length > mostNamed ? ` and ${missed.length - mostNamed} more` : "";
  return {
    blocks,
    leftOut: [...cut.map(withoutTool), ...(missed.length > 0 ? [`no room for, or no text: ${named}${more}`] : [])],
  };
}

/** A planner has no tool to read the rest with. */
const withoutTool = (line: string): string => line.replace(/; read them with the read tool$/, "");
