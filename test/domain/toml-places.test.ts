// Line and column of a setting in every way TOML can write it, checked against what the TOML parser reads.

import fc from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import { findTomlPlaces } from "../../src/domain/toml-places.ts";

const text = `# settings = "none"
verify = ["a", # b = 2
  ["c", "d = 3"], "]", '''x
[lanes]
'''  , """
run = 9 \\"""" ]
[lanes]
run = 1
tiers.3 = 2
  providers = { anthropic = 3, "my \\"one\\"" = { deep . er = [ { a = 1 }, { b = 2 } ] } }
[archetypes."my worker"]
  tier = 9
[[rules]]
gate = "call"
[[rules]]
gate = 3
[rules.more]
tool = 1
[tiers . 3]
models = ["a"]
"é🙂" = 1
`;

describe("the place of a setting", () => {
  const find = findTomlPlaces(text);

  it.each([
    [["verify"], "2:1"],
    [["verify", "0"], "2:11"],
    [["verify", "1"], "3:3"],
    [["verify", "1", "1"], "3:9"],
    [["verify", "2"], "3:19"],
    [["verify", "3"], "3:24"],
    [["verify", "4"], "5:8"],
    [["lanes"], "7:2"],
    [["lanes", "run"], "8:1"],
    [["lanes", "tiers"], "9:1"],
    [["lanes", "tiers", "3"], "9:7"],
    [["lanes", "providers", "anthropic"], "10:17"],
    [["lanes", "providers", 'my "one"', "deep", "er", "1", "b"], "10:76"],
    [["archetypes", "my worker", "tier"], "12:3"],
    [["rules", "0"], "13:3"],
    [["rules", "0", "gate"], "14:1"],
    [["rules", "1", "gate"], "16:1"],
    [["rules", "1", "more", "tool"], "18:1"],
    [["tiers", "3", "models", "0"], "20:11"],
    [["tiers", "3", "é🙂"], "21:1"],
    [["lanes", "nothing", "x"], "7:2"],
    [["nothing"], undefined],
  ])("CFG3 %j stands at %s", (path, place) => {
    expect(parse(text)).toBeDefined();
    const found = find(path);
    expect(found && `${found.line}:${found.column}`).toBe(place);
  });

  type Written = { readonly [key: string]: unknown };
  const name = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9_-]{0,3}$/), fc.string({ minLength: 1, maxLength: 4 }));
  const leaf = fc.oneof(fc.integer(), fc.boolean(), fc.string({ maxLength: 8 }));
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(name, tie("value"), { maxKeys: 3, noNullPrototype: true }),
    ),
  }));
  const file = fc.dictionary(name, value, { maxKeys: 4, noNullPrototype: true });

  /** Written with a mark in every place, so that the test knows where each setting stands without the code under test. */
  const write = (settings: Written, style: "inline" | "tables") => {
    const places = new Map<string, string>();
    let out = "";
    const put = (words: string): void => void (out += words);
    const here = (path: readonly string[]): void => {
      const lines = out.split("\n");
      const at = `${lines.length}:${[...(lines.at(-1) ?? "")].length + 1}`;
      if (!places.has(JSON.stringify(path))) places.set(JSON.stringify(path), at);
    };
    const isTable = (each: unknown): each is Written =>
      typeof each === "object" && each !== null && !Array.isArray(each);
    const putValue = (each: unknown, path: readonly string[]): void => {
      if (Array.isArray(each)) {
        put("[ ");
        for (const [index, entry] of each.entries()) {
          if (index > 0) put(", # ]\n\t");
          here([...path, String(index)]);
          putValue(entry, [...path, String(index)]);
        }
        put("]");
      } else if (isTable(each)) {
        put("{ ");
        for (const [index, [key, entry]] of Object.entries(each).entries()) {
          if (index > 0) put(", ");
          here([...path, key]);
          put(`${JSON.stringify(key)} = `);
          putValue(entry, [...path, key]);
        }
        put("}");
      } else put(typeof each === "string" ? JSON.stringify(each).replaceAll("\u007F", "\\u007F") : String(each));
    };
    const tables: [string, Written][] = [];
    for (const [key, entry] of Object.entries(settings)) {
      if (style === "tables" && isTable(entry)) {
        tables.push([key, entry]);
        continue;
      }
      here([key]);
      put(`${JSON.stringify(key)} = `);
      putValue(entry, [key]);
      put("\n");
    }
    for (const [key, entry] of tables) {
      put("[");
      here([key]);
      put(`${JSON.stringify(key)}] # [x]\n`);
      for (const [inner, each] of Object.entries(entry)) {
        here([key, inner]);
        put(`${JSON.stringify(inner)} = `);
        putValue(each, [key, inner]);
        put("\n");
      }
    }
    return { out, places };
  };

  const key = fc.constantFrom("inline" as const, "tables" as const);

  it("CFG3 every setting of any file is found where it was written", () => {
    fc.assert(
      fc.property(file, key, (settings, style) => {
        const { out, places } = write(settings, style);
        fc.pre(isToml(out));
        const findAt = findTomlPlaces(out);
        for (const [path, place] of places) {
          const found = findAt(JSON.parse(path) as string[]);
          expect(found && `${found.line}:${found.column}`, `${path} in\n${out}`).toBe(place);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("CFG3 a text that is no TOML gives no error and takes no time", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(...Array.from("[]{}\"'=.,#\n ab1\\")) }),
        (any) => void findTomlPlaces(any)(["a"]),
      ),
    );
    expect(findTomlPlaces(`a = ${"[".repeat(500)}`)(["a"])).toEqual({ line: 1, column: 1 });
  });
});

const isToml = (text_: string): boolean => {
  try {
    parse(text_);
    return true;
  } catch {
    return false;
  }
};
