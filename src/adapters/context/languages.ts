// Which files a view that knows the language can be made of, by the end of their name. Loads nothing.

export type LanguageName = "python" | "javascript" | "typescript" | "tsx" | "go" | "rust" | "java" | "cpp";

const endings: Readonly<Record<LanguageName, readonly string[]>> = {
  python: ["py", "pyi"],
  javascript: ["js", "mjs", "cjs", "jsx"],
  typescript: ["ts", "mts", "cts"],
  tsx: ["tsx"],
  go: ["go"],
  rust: ["rs"],
  java: ["java"],
  // C is read by the grammar of C++: it copes better with macros in headers (ADR 0008).
  cpp: ["c", "h", "cc", "cpp", "cxx", "hh", "hpp", "hxx"],
};

const byEnding = new Map(
  Object.entries(endings).flatMap(([name, list]) => list.map((ending) => [ending, name as LanguageName] as const)),
);

/** Undefined where no grammar is known for the file's name. */
export const languageOf = (path: string): LanguageName | undefined =>
  byEnding.get(/\.([a-z]+)$/.exec(path.toLowerCase())?.[1] ?? "");
