// A ladder written into a tutti.toml: the value is the new one, and everything else is as it was.

import fc from "fast-check";
import { parse } from "smol-toml";
import { describe, expect, it } from "vitest";
import type { Tier } from "../../src/domain/config.ts";
import { setTierLadder } from "../../src/domain/toml-edit.ts";

type File = { tiers?: Record<string, { models: unknown }> } & Record<string, unknown>;
const read = (text: string): File => parse(text);

/** What the file must say afterwards, from what it said before. */
function expected(text: string, tier: Tier, models: readonly string[]): File {
  const before = read(text);
  return { ...before, tiers: { ...before.tiers, [tier]: { models: [...models] } } };
}

/** One model as a text says the same as a list of it. */
const plain = (file: File): File => ({
  ...file,
  tiers: Object.fromEntries(
    Object.entries(file.tiers ?? {}).map(([tier, { models }]) => [tier, { models: [models].flat() }]),
  ),
});

const commentsOf = (text: string): readonly string[] =>
  [...text.matchAll(/#[^\r\n]*/g)].map(([comment]) => comment.trim()).toSorted();

describe("writing a ladder into a tutti.toml", () => {
  it("SAVE1 A-21 an empty file gets its table; another file gets it at its end, in the file's own line ends", () => {
    expect(setTierLadder("", 3, ["a/b"])).toBe('[tiers.3]\nmodels = ["a/b"]\n');
    expect(setTierLadder('verify = ["x"] # keep', 3, ["a/b"])).toBe(
      'verify = ["x"] # keep\n\n[tiers.3]\nmodels = ["a/b"]\n',
    );
    expect(setTierLadder("[lanes]\r\nrun = 2\r\n", 1, ["a/b", "c/d"])).toBe(
      '[lanes]\r\nrun = 2\r\n\r\n[tiers.1]\r\nmodels = ["a/b", "c/d"]\r\n',
    );
  });

  it.each([
    ["[tiers.3]\nmodels = ['x/y'] # why\n", ["a/b"], '[tiers.3]\nmodels = ["a/b"] # why\n'],
    ['[tiers.3]\nmodels = "x/y"\n', ["a/b"], '[tiers.3]\nmodels = "a/b"\n'],
    ['[tiers.3]\nmodels = "x/y"\n', ["a/b", "c/d"], '[tiers.3]\nmodels = ["a/b", "c/d"]\n'],
    ['[tiers.3]\nmodels = ["x/y", "z/w"]\n', ["x/y"], '[tiers.3]\nmodels = ["x/y"]\n'],
    [
      '[tiers.3]\nmodels = [\n  "x/y", # cheap\n  "z/w", # dear\n]\n',
      ["x/y", "q/r", "s/t"],
      '[tiers.3]\nmodels = [\n  "x/y", # cheap\n  "q/r",\n  "s/t", # dear\n]\n',
    ],
    [
      '[tiers.3]\r\nmodels = [\r\n  "x/y", # cheap\r\n  "z/w",\r\n]\r\n',
      ["x/y"],
      '[tiers.3]\r\nmodels = [\r\n  "x/y", # cheap\r\n]\r\n',
    ],
    ['tiers.3.models = ["x/y"]\n', ["a/b"], 'tiers.3.models = ["a/b"]\n'],
    ['tiers = { 3 = { models = ["x/y"] } }\n', ["a/b"], 'tiers = { 3 = { models = ["a/b"] } }\n'],
    [
      'tiers = { 1 = { models = ["x/y"] } }\n',
      ["a/b"],
      'tiers = { 1 = { models = ["x/y"] }, 3 = { models = ["a/b"] } }\n',
    ],
    ["tiers = {}\n", ["a/b"], 'tiers = { 3 = { models = ["a/b"] } }\n'],
    [
      '[tiers]\n1 = { models = ["x/y"] }\n',
      ["a/b"],
      '[tiers]\n1 = { models = ["x/y"] }\n\n[tiers.3]\nmodels = ["a/b"]\n',
    ],
    ['["tiers"."3"]\n"models" = [ "x/y" ]\n', ["a/b"], '["tiers"."3"]\n"models" = [ "a/b" ]\n'],
  ])("SAVE1 A-21 %j becomes what it was but for the ladder", (before, models, after) => {
    expect(setTierLadder(before, 3, models)).toBe(after);
    expect(plain(read(after))).toEqual(plain(expected(before, 3, models)));
  });

  it("SAVE1 A-21 whatever the file looks like, only the ladder changes, no comment is lost, and writing again changes nothing", () => {
    const blank = fc.constantFrom("", " ", "  ", "\t");
    const name = fc.stringMatching(/^[a-z]{1,4}\/[a-z0-9.:-]{1,6}$/);
    const ladder = fc.array(name, { minLength: 1, maxLength: 4 });
    const comment = fc.constantFrom("", "# why", '# "quoted", ] }', "# models = [");
    const array = fc
      .tuple(ladder, fc.boolean(), fc.boolean(), comment, blank)
      .map(([models, isLong, isClosed, note, gap]) => {
        const rungs = models.map((each) => `"${each}"`);
        if (!isLong) return `[${gap}${rungs.join(`${gap},${gap}`)}${gap}]`;
        return `[\n${rungs.map((each, at) => `  ${each}${at < rungs.length - 1 || isClosed ? "," : ""} ${note}`).join("\n")}\n]`;
      });
    const tier = fc.constantFrom<Tier>(1, 2, 3, 4);
    const block = fc.tuple(fc.constantFrom("header", "dotted", "inline", "absent"), tier, array, comment);
    const file = fc.tuple(
      block,
      fc.constantFrom("", "verify = [\"a # b\", 'c'] # keep\n"),
      fc.constantFrom("", "[lanes]\nrun = 2 # two\n"),
      fc.boolean(),
    );
    const text = file.map(([[how, number, models, note], head, tail, isDos]) => {
      const flat = models
        .replaceAll(/\s*#[^\n]*/g, "")
        .replaceAll("\n", " ")
        .replaceAll(/,\s*\]/g, "]");
      const written = {
        header: `[tiers.${number}] ${note}\nmodels = ${models} ${note}\n`,
        dotted: `tiers.${number}.models = ${models} ${note}\n`,
        inline: `tiers = { ${number} = { models = ${flat} } } ${note}\n`,
        absent: `${note}\n`,
      }[how];
      const whole = how === "header" ? `${head}${tail}${written}` : `${head}${written}${tail}`;
      return isDos ? whole.replaceAll("\n", "\r\n") : whole;
    });
    fc.assert(
      fc.property(text, tier, ladder, (before, number, models) => {
        const after = setTierLadder(before, number, models);
        expect(plain(read(after))).toEqual(plain(expected(before, number, models)));
        expect(commentsOf(after)).toEqual(commentsOf(before));
        expect(/(?<!\r)\n/.test(after)).toBe(/(?<!\r)\n/.test(before) || !before.includes("\n"));
        expect(setTierLadder(after, number, models)).toBe(after);
      }),
      { numRuns: 1_500 },
    );
  });

  it("SAVE1 a name with a quote or a backslash is written so that it reads the same", () => {
    const odd = 'a/b"c\\d';
    expect(read(setTierLadder("", 2, [odd])).tiers?.["2"]?.models).toEqual([odd]);
  });
});
