// One file as a worker would be shown it, for a person who wants to see what that is.

import { Fault } from "../../engine/ports.ts";
import { isRefused } from "../confine.ts";
import { toContextView } from "./context-view.ts";
import { toFileView } from "./file-view.ts";
import { loadText } from "./load-text.ts";
import { createSourceViews } from "./source-views.ts";

export type ViewedFile = {
  /** What became of it: `part` is its beginning and its end, `whole` where a view would have saved nothing. */
  readonly view: "whole" | "part" | "skeleton" | "curated";
  readonly text: string;
  /** In words; null where nothing is. */
  readonly leftOut: string | null;
};

/** Bytes of text; more is looked at in an editor. */
const largestView = 256 * 1024;

/** `root` is canonical, `path` below it. Throws Fault `file_missing`, `file_refused`. */
export async function viewFile(root: string, path: string, as: "skeleton" | "curated" | "raw"): Promise<ViewedFile> {
  const found = await loadText(root, path);
  if ("absent" in found) {
    throw new Fault("file_missing", `${path} does not exist.`, { remedy: "Name a file of the repository" });
  }
  if (isRefused(found)) {
    throw new Fault("file_refused", `${path} cannot be shown: ${found.problem}.`, {
      remedy: "Name a text file inside the repository; links out of it are not followed",
    });
  }
  if (as === "raw") {
    const { text, cut } = toFileView(found.text, largestView);
    return { view: cut === undefined ? "whole" : "part", text, leftOut: cut ?? null };
  }
  const views = createSourceViews();
  try {
    const { kind, text, leftOut, cut } = await toContextView(path, found.text, { as, bytes: largestView, views });
    return { view: kind, text, leftOut: [leftOut, cut].filter((words) => words !== undefined).join("; ") || null };
  } finally {
    views.close();
  }
}
