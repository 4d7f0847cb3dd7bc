// How requests and answers are named, and how JSON is laid out for a person.

import { assert, jsonValue, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { approvalsOf } from "../../src/views/approvals.ts";
import { ageInWords, requestName, type Matter } from "../../src/views/decision-words.ts";
import { prettyJson } from "../../src/views/pretty-json.ts";
import type { Taken } from "../support/given.ts";
import { ask, bareRun, command, edit, replied, trusted } from "../core/story.ts";

const nameOf = (taken: Taken): string => {
  const [view] = approvalsOf(taken.state);
  if (view === undefined) throw new Error("nothing is asked");
  const { head, subject } = requestName(view, view.gate satisfies Matter);
  return `${head}: ${subject}`;
};

describe("requests in a list", () => {
  it("INBOX1 are named by their tool and what it is about", () => {
    const asking = bareRun(["A"], trusted("ask"));
    expect(nameOf(asking.when(replied("A#1/1", [edit])))).toBe("edit: a.ts");
    expect(nameOf(asking.when(replied("A#1/1", [command("npm\ttest")])))).toBe("run: npm\\ttest");
    expect(nameOf(asking.when(replied("A#1/1", [ask("Which\none?")])))).toBe("Question: Which");
    expect(nameOf(bareRun(["A"], trusted("step")))).toBe("Start a worker: coder, alpha/small");
  });

  it("INBOX1 say how long they have waited", () => {
    expect([0, 59_999, 60_000, 7_200_000, 172_800_000].map(ageInWords)).toEqual(["0s", "59s", "1m", "2h", "2d"]);
    expect(ageInWords(-5)).toBe("0s");
  });
});

describe("JSON for a person", () => {
  it("INBOX7 is laid out over lines with every value as it was written", () => {
    expect(prettyJson('{"a":12345678901234567890,"b":"\\u202e{,:}","c":[],"d":[1.0,{"e":null}],"f":{}}')).toBe(
      [
        "{",
        '  "a": 12345678901234567890,',
        '  "b": "\\u202e{,:}",',
        '  "c": [],',
        '  "d": [',
        "    1.0,",
        "    {",
        '      "e": null',
        "    }",
        "  ],",
        '  "f": {}',
        "}",
      ].join("\n"),
    );
    expect(prettyJson("not json {")).toBe("not json {");
  });

  it("INBOX7 means the same, whatever it is", () => {
    assert(
      property(jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(JSON.parse(prettyJson(text)))).toBe(JSON.stringify(JSON.parse(text)));
        expect(prettyJson(prettyJson(text))).toBe(prettyJson(text));
      }),
    );
  });
});
