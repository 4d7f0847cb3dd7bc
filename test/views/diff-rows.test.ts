// A change as rows: what a person reads before approving it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diffRowsBetween, diffRowsOf, splitRowsOf, type DiffRow } from "../../src/views/diff-rows.ts";
import { wordDiff } from "../../src/views/word-diff.ts";

const diff = `diff --git a/src/ledger.ts b/src/ledger.ts
index 1111111..2222222 100644
--- a/src/ledger.ts
+++ b/src/ledger.ts
@@ -41,4 +41,5 @@ class Ledger {
   async append(entry) {
-    const lock = await this.acquire(entry.account);
+    const token = await this.current(entry.account);
+    const lock = await this.acquire(entry.account, { token });
     try {
   }
diff --git a/old.md b/new.md
similarity index 90%
rename from old.md
rename to new.md
--- a/old.md
+++ b/new.md
@@ -1 +1 @@
--- a rule
+++ a rule
\\ No newline at end of file
diff --git a/gone.txt b/gone.txt
deleted file mode 100644
index 3333333..0000000
--- a/gone.txt
+++ /dev/null
@@ -1,2 +0,0 @@
-one
-two
`;

const textOf = (row: DiffRow): string => ("pieces" in row ? row.pieces.map(({ text }) => text).join("") : "");
const shape = (rows: readonly DiffRow[]): readonly string[] =>
  rows.map((row) => {
    if (row.kind === "file") return `file ${row.change} ${row.path}${row.from === null ? "" : ` from ${row.from}`}`;
    if (row.kind === "hunk") return `hunk ${row.words}`;
    if (row.kind === "note") return `note ${row.text}`;
    return `${"before" in row ? row.before : ""}|${"after" in row ? row.after : ""}|${textOf(row)}`;
  });

describe("rows of a diff", () => {
  it("PANE1 has files, hunks and numbered lines, and takes no changed line for a head", () => {
    const { rows, files, added, removed } = diffRowsOf(diff);
    expect(shape(rows)).toEqual([
      "file changed src/ledger.ts",
      "hunk class Ledger {",
      "41|41|  async append(entry) {",
      "42||    const lock = await this.acquire(entry.account);",
      "|42|    const token = await this.current(entry.account);",
      "|43|    const lock = await this.acquire(entry.account, { token });",
      "43|44|    try {",
      "44|45|  }",
      "file moved new.md from old.md",
      "hunk ",
      "1||-- a rule",
      "|1|++ a rule",
      "note No newline at end of file",
      "file deleted gone.txt",
      "hunk ",
      "1||one",
      "2||two",
    ]);
    expect({ files, added, removed }).toEqual({ files: 3, added: 3, removed: 4 });
  });

  it("PANE1 marks the words that changed, in the line most like the one that went", () => {
    const changed = diffRowsOf(diff)
      .rows.slice(0, 8)
      .flatMap((row) => ("pieces" in row ? row.pieces.filter(({ isChanged }) => isChanged) : []));
    expect(changed.map(({ text }) => text)).toEqual([", { token }"]);
  });

  it("PANE1 stands what came beside what went", () => {
    const [, , , pair, alone] = splitRowsOf(diffRowsOf(diff).rows);
    expect([pair?.left?.kind, pair?.right?.kind]).toEqual(["removed", "added"]);
    expect([alone?.left, alone?.right?.kind]).toEqual([null, "added"]);
  });

  it("PANE1 shows a new file of a preview, and what is said beside the diff", () => {
    const preview = "--- /dev/null\n+++ b/a.ts\n@@ -0,0 +1,1 @@\n+let a\u202e = 1;\n! Hidden characters, shown above\n";
    expect(shape(diffRowsOf(preview).rows)).toEqual([
      "file new a.ts",
      "hunk ",
      "|1|let a\\u{202e} = 1;",
      "note ! Hidden characters, shown above",
    ]);
  });

  it("PANE1 makes rows of any text, and lets no hidden character through", () => {
    const line = fc.constantFrom(
      "@@ -1,2 +1,2 @@",
      "--- a/x",
      "+++ b/x",
      "-a",
      "+b",
      " c",
      "diff --git a/x b/x",
      "\u202e\u0000",
    );
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { rows } = diffRowsOf(lines.join("\n"));
        expect(JSON.stringify(rows)).not.toMatch(/\u202e|\\u0000/);
        const hidden = lines.filter((each) => each.startsWith("\u202e")).length;
        expect(JSON.stringify(rows).split(String.raw`u{202e}`)).toHaveLength(hidden + 1);
      }),
    );
  });

  it("PANE1 compares two texts without a file", () => {
    const { rows, added, removed } = diffRowsBetween('{\n "a": 1,\n "b": 2\n}', '{\n "a": 1,\n "b": 3\n}');
    expect(shape(rows)).toEqual(["1|1|{", '2|2| "a": 1,', '3|| "b": 2', '|3| "b": 3', "4|4|}"]);
    expect({ added, removed }).toEqual({ added: 1, removed: 1 });
  });
});

describe("words that differ", () => {
  it("PANE1 are the one text without what came, and the other without what went", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (before, after) => {
        const pieces = wordDiff(before, after);
        const without = (kind: string): string =>
          pieces
            .filter((piece) => piece.kind !== kind)
            .map(({ text }) => text)
            .join("");
        expect([without("added"), without("removed")]).toEqual([before, after]);
      }),
    );
  });

  it("PANE1 are found in long texts within a moment", () => {
    const words = Array.from({ length: 20_000 }, (_, place) => `word${place}`);
    const before = words.join(" ");
    const after = words.with(10_000, "another").join(" ");
    expect(wordDiff(before, after).filter(({ kind }) => kind !== "same")).toEqual([
      { kind: "removed", text: "word10000" },
      { kind: "added", text: "another" },
    ]);
    const other = words.toReversed().join("\n");
    expect(wordDiff(before, other)).toHaveLength(2);
  });
});
