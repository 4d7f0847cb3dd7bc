import assert from "node:assert/strict";
import { test } from "node:test";
import { main } from "../src/cli.js";

const files = {
  "ledger.csv": "date,payee,category,amount\n2026-01-03,Baker,food,4.80\n2026-02-05,Transit,travel,49.00\n",
};

/** Runs the command on the files above; what it printed comes back with its exit code. */
function run(...argv) {
  const printed = { out: "", err: "" };
  const code = main(argv, {
    readText(path) {
      if (files[path] === undefined) throw new Error(`cannot read ${path}`);
      return files[path];
    },
    out: (text) => (printed.out += text),
    err: (text) => (printed.err += text),
  });
  return { code, ...printed };
}

test("a report is printed", () => {
  const { code, out } = run("list", "ledger.csv", "--category", "food");
  assert.equal(code, 0);
  assert.match(out, /Baker/);
  assert.doesNotMatch(out, /Transit/);
});

test("without arguments the usage names every report", () => {
  const { code, out } = run();
  assert.equal(code, 0);
  assert.match(out, /Usage: pennybook/);
  assert.match(out, /^ {2}categories /m);
});

test("mistakes give one line and exit code 1", () => {
  assert.deepEqual(run("weekly", "ledger.csv").code, 1);
  assert.match(run("weekly", "ledger.csv").err, /no report "weekly"; there are list, categories/);
  assert.match(run("list").err, /name a ledger file/);
  assert.match(run("list", "missing.csv").err, /cannot read missing.csv/);
  assert.match(run("list", "ledger.csv", "--from", "yesterday").err, /not a date/);
});
