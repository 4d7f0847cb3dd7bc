// The commands of a guide page: its ```sh blocks in order, each with the terminal it belongs to.

export type GuideBlock = {
  /** `main` is the first terminal; `every` is typed in each; `key` needs a real key and is not run by tests. */
  readonly terminal: "main" | "every" | "second" | "key";
  readonly text: string;
  /** Line of the page the block's text starts on, from 1. */
  readonly line: number;
};

const terminals = {
  "": "main",
  "every-terminal": "every",
  "second-terminal": "second",
  "with-a-key": "key",
} as const satisfies Record<string, GuideBlock["terminal"]>;

const isLabel = (label: string): label is keyof typeof terminals => label in terminals;

/** Throws for a label no terminal is known for, and for a block that is not closed. */
export function parseGuide(page: string): readonly GuideBlock[] {
  const lines = page.split("\n");
  const blocks: GuideBlock[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const fence = /^```(\S*) ?(.*)$/.exec(lines[at] ?? "");
    if (fence === null) continue;
    const end = lines.indexOf("```", at + 1);
    if (end === -1) throw new Error(`line ${at + 1}: the block is not closed`);
    const label = fence[2] ?? "";
    if (fence[1] === "sh") {
      if (!isLabel(label)) throw new Error(`line ${at + 1}: no terminal is named "${label}"`);
      blocks.push({ terminal: terminals[label], text: lines.slice(at + 1, end).join("\n"), line: at + 2 });
    }
    at = end;
  }
  return blocks;
}
