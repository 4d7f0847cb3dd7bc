// What the thread that reads source files is asked, and what it answers.

import type { LanguageName } from "./languages.ts";

export type ViewOrder = { readonly language: LanguageName; readonly as: "skeleton" | "curated"; readonly text: string };

export type ViewAnswer =
  | {
      readonly kind: "view";
      readonly text: string;
      /** In words; undefined where nothing is. */ readonly leftOut: string | undefined;
    }
  /** The file was not understood, or not in time. */
  | { readonly kind: "trouble"; readonly problem: string };
