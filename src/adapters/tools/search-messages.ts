// What the search tool and its thread tell each other.

export type SearchOrder = {
  readonly root: string;
  /** Relative to the root, confined. */
  readonly start: string;
  readonly isFile: boolean;
  readonly pattern: string;
  readonly regex: boolean;
  readonly ignoreCase: boolean;
  readonly glob: string | undefined;
  readonly mostMatches: number;
};

export type SearchFound =
  | { readonly kind: "match"; readonly path: string; readonly line: number; readonly text: string }
  | {
      readonly kind: "end";
      readonly files: number;
      readonly large: number;
      readonly binary: number;
      /** Files and folders that could not be opened. */
      readonly closed: number;
      readonly complete: boolean;
    };
