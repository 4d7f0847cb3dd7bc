// What a model may write as arguments, and what it is told when it may not.

import { describe, expect, it } from "vitest";
import { call, tools } from "./tool-setup.ts";
import { createTempFolder } from "../temp-folder.ts";

const problemOf = (tool: string, args: string): string => {
  const checked = tools.check(tool, args);
  return checked.ok ? "" : checked.problem;
};

describe("specs", () => {
  it("TOOL1 name every tool once, with a class and a strict schema", () => {
    expect(tools.specs.map(({ name, class: kind }) => `${name} ${kind}`)).toEqual([
      "read pure",
      "list pure",
      "search pure",
      "edit idempotent",
      "write idempotent",
      "run effectful",
      "ask control",
      "finish control",
    ]);
    for (const { parameters, description } of tools.specs) {
      expect(parameters).toMatchObject({ type: "object", additionalProperties: false });
      expect(parameters).not.toHaveProperty("$schema");
      expect(description.length).toBeGreaterThan(40);
    }
  });
});

describe("check", () => {
  it.each([
    ["read", '{"path":"a"}'],
    ["list", "{}"],
    ["search", '{"pattern":"x","regex":true}'],
    ["edit", '{"path":"a","old":"x","new":""}'],
    ["write", '{"path":"a","content":""}'],
    ["run", '{"command":"true","timeoutSeconds":5}'],
    ["ask", '{"question":"Which?"}'],
    ["finish", '{"outcome":"completed","summary":"done"}'],
  ])("TOOL1 %s %s passes", (tool, args) => {
    expect(tools.check(tool, args)).toEqual({ ok: true });
  });

  it.each([
    ["A-13", "run", '{"command":"true","sandbox":false}', "sandbox"],
    ["A-13", "run", '{"command":"true","dangerouslyDisableSandbox":true}', "dangerouslyDisableSandbox"],
    ["A-14", "run", '{"command":"true","cwd":"/home"}', "cwd"],
    ["A-14", "run", '{"command":"true","env":{"LD_PRELOAD":"x"}}', "env"],
    ["A-63", "read", '{"path":"a","__proto__":{"admin":true}}', "__proto__"],
    ["A-63", "read", '{"path":"a","constructor":1}', "constructor"],
    ["L-13", "read", '{"path":"a",}', "not valid JSON"],
    ["L-13", "read", "{'path':'a'}", "not valid JSON"],
    ["L-13", "run", '{"command":"true","timeoutSeconds":NaN}', "not valid JSON"],
    ["L-13", "read", '{"path":"a"}{"path":"b"}', "not valid JSON"],
    ["L-13", "read", '{"path":"a","path":"b"}', "given twice"],
    ["L-13", "read", '{"path":"a","p\\u0061th":"b"}', "given twice"],
    ["L-13", "read", "", "not valid JSON"],
    ["L-14", "read", "[]", "one JSON object"],
    ["L-14", "read", "null", "one JSON object"],
    ["L-14", "read", "{}", "path"],
    ["L-14", "read", '{"path":null}', "path"],
    ["L-14", "read", '{"path":["a"]}', "path"],
    ["L-14", "read", `{"path":"${"a".repeat(1_000_000)}"}`, "path"],
    ["L-14", "read", '{"path":"a","offset":0}', "offset"],
    ["L-14", "edit", '{"path":"a","old":"","new":"x"}', "old"],
    ["L-14", "finish", '{"outcome":"done","summary":"x"}', "outcome"],
    ["L-14", "finish", '{"outcome":"completed","summary":""}', "summary"],
    ["L-14", "write", `{"path":"a","content":"${"a".repeat(5_000_000)}"}`, "characters long"],
    ["L-15", "Read", '{"path":"a"}', "did you mean read?"],
    ["L-15", "shell", '{"command":"true"}', "no tool"],
    ["L-15", "constructor", "{}", "no tool"],
  ])("TOOL1 %s %s %s is refused, naming the place", (_, tool, args, named) => {
    expect(problemOf(tool, args.length > 100 ? args : args)).toContain(named);
  });

  it("TOOL1 keys inside strings and nested equal keys are not repeated keys", () => {
    expect(tools.check("write", JSON.stringify({ path: "a", content: '{"path":"x","path":"y"} \\" \\\\' }))).toEqual({
      ok: true,
    });
    expect(tools.check("write", JSON.stringify({ path: "a", content: '"path":'.repeat(200_000) }))).toEqual({
      ok: true,
    });
  });
});

it("TOOL1 a refused call changes nothing and says why, when it is run all the same", async () => {
  const root = createTempFolder()({ a: "1" });
  expect(await call(root, "write", { path: "a", content: "2", mode: "0777" })).toMatchObject({
    ok: false,
    changed: [],
    output: expect.stringContaining("mode"),
  });
  expect(await call(root, "finish", { outcome: "completed", summary: "x" })).toMatchObject({ ok: false });
});
