// A command as the words it would run with. What is not certain is no words at all.

import { describe, expect, it } from "vitest";
import { isOpenEnded, parseArgv } from "../../src/domain/argv.ts";

const line = String.fromCharCode(10);

describe("the words of a command", () => {
  it.each([
    ["npm test", ["npm", "test"]],
    ["  git   commit -m 'a message; with $signs & more'", ["git", "commit", "-m", "a message; with $signs & more"]],
    ['echo "two words" plain', ["echo", "two words", "plain"]],
    ["vitest run test/core/a.test.ts --bail=1", ["vitest", "run", "test/core/a.test.ts", "--bail=1"]],
    ["echo ''", ["echo", ""]],
  ])("RULE3 A-07 %s is one plain command", (command, words) => {
    expect(parseArgv(command)).toEqual(words);
  });

  it.each([
    "echo a && touch M",
    "echo a; touch M",
    "echo a || touch M",
    "echo a | tee M",
    "echo a & touch M",
    `echo a${line}touch M`,
    "echo $(touch M)",
    "echo `touch M`",
    'echo "$(touch M)"',
    "echo ${x@P}",
    "echo <(touch M)",
    "echo x > M",
    "echo x >> .git/hooks/x",
    "cat < M",
    "echo a{b,c}",
    "echo *.ts",
    "echo ~/x",
    "(touch M)",
    "{ touch M; }",
    "echo a \\; touch M",
    "echo 'open",
    "FOO=1 npm test",
    "env git status",
    "sudo npm test",
    "timeout 5 npm test",
    "nice -n 5 npm test",
    "sh -c 'touch M'",
    "bash x.sh",
    "/usr/bin/env git status",
    "exec npm test",
    "eval x",
    "! npm test",
    "echo a # npm test",
    `npm test${String.fromCharCode(9)}x`,
    `echo "a${line}b"`,
    "npm test é",
    "",
    "   ",
  ])("RULE3 P14 A-01 A-04 A-05 A-11 A-12 %j is none", (command) => {
    expect(parseArgv(command)).toBeUndefined();
  });

  it.each([["find", "."], ["rg"], ["sed", "-n"], ["node"], ["./npm", "test"], ["tar", "-c"], ["xargs"], ["env"]])(
    "RULE3 A-03 A-09 what begins with %s may do anything",
    (...words) => expect(isOpenEnded(words)).toBe(true),
  );
  it("RULE3 what begins with npm test may not", () => expect(isOpenEnded(["npm", "test"])).toBe(false));
});
