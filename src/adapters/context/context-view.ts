// A file that a ticket does not change: as the view asked for if its language is known, else its beginning and its end.

import { type FileView, toFileView } from "./file-view.ts";
import { languageOf, type LanguageName } from "./languages.ts";
import type { SourceViews } from "./source-views.ts";
import type { ViewAnswer, ViewOrder } from "./view-messages.ts";

export type ContextView = FileView & {
  readonly kind: "whole" | "part" | ViewOrder["as"];
  /** What the view itself leaves out, in words. */
  readonly leftOut?: string;
};

export type ContextViewOptions = {
  readonly as: ViewOrder["as"];
  /** At most; but for the note of what was cut. */
  readonly bytes: number;
  readonly views: Pick<SourceViews, "show">;
};

/** Larger sources are mostly made by programs, and what is made to hurt a parser hurts with its size. */
const largestSource = 512 * 1024;

/** A view that saves less loses more than it saves. */
const mostOfWhole = 0.9;

/** Never fails because of what is in the text: what is not understood is shown by its beginning and its end. */
export async function toContextView(path: string, text: string, options: ContextViewOptions): Promise<ContextView> {
  const language = languageOf(path);
  if (language === undefined) return toPart(text, options.bytes);
  if (Buffer.byteLength(text) > largestSource) {
    return toPart(text, options.bytes, `is larger than ${largestSource / 1024} KiB`);
  }
  const first = await showAs(options.as, { language, text }, options);
  // A curated view that does not fit would lose its middle; the skeleton of the whole says more.
  const isTooLong = options.as === "curated" && first.kind !== "trouble" && first.view.cut !== undefined;
  return (isTooLong ? await showAs("skeleton", { language, text }, options) : first).view;
}

/** Views that give up for good after `most` files they could not make one of: a brief must not wait for a hundred. */
export function limitTroubles({ show }: Pick<SourceViews, "show">, most: number): Pick<SourceViews, "show"> {
  let left = most;
  return {
    show: async (order) => {
      if (left === 0) return { kind: "trouble", problem: "is not parsed: too many files before it could not be" };
      const answer = await show(order);
      if (answer.kind === "trouble") left -= 1;
      return answer;
    },
  };
}

function toPart(text: string, bytes: number, why?: string): ContextView {
  const view = toFileView(text, bytes);
  if (view.cut === undefined) return { ...view, kind: "whole" };
  return { ...view, kind: "part", cut: why === undefined ? view.cut : `${why}; ${view.cut}` };
}

type Source = { readonly language: LanguageName; readonly text: string };

type Shown = { readonly kind: ViewAnswer["kind"]; readonly view: ContextView };

async function showAs(
  as: ViewOrder["as"],
  { language, text }: Source,
  { bytes, views }: ContextViewOptions,
): Promise<Shown> {
  const answer = await views.show({ language, as, text });
  if (answer.kind === "trouble") return { kind: "trouble", view: toPart(text, bytes, answer.problem) };
  const isWorthIt = answer.leftOut !== undefined && answer.text.length <= mostOfWhole * text.length;
  if (!isWorthIt) return { kind: "view", view: toPart(text, bytes) };
  const { text: shown, cut } = toFileView(answer.text, bytes);
  const told = cut === undefined ? undefined : `of its ${as} ${cut}`;
  return { kind: "view", view: { kind: as, text: shown, leftOut: answer.leftOut, cut: told } };
}
