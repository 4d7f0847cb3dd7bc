import assert from "node:assert/strict";
import { test } from "node:test";
import { LedgerError, readLedger } from "../src/ledger.js";

const header = "date,payee,category,amount";

test("entries come oldest first", () => {
  const entries = readLedger(`${header}\n2026-02-01,Baker,food,3.00\n2026-01-01,Landlord,home,820\n`);
  assert.deepEqual(entries, [
    { date: "2026-01-01", payee: "Landlord", category: "home", cents: 82000 },
    { date: "2026-02-01", payee: "Baker", category: "food", cents: 300 },
  ]);
});

test("a wrong header is refused", () => {
  assert.throws(() => readLedger("when,who,what\n"), LedgerError);
  assert.throws(() => readLedger(""), /line 1: the first line must be/);
});

test("the line of a mistake is named", () => {
  assert.throws(() => readLedger(`${header}\n2026-01-01,Baker,food,3.00\n2026-01-02,Baker,food,lots\n`), {
    message: 'line 3: not an amount: "lots"',
    line: 3,
  });
  assert.throws(() => readLedger(`${header}\n2026-01-01,Baker,3.00\n`), /line 2: expected 4 fields, found 3/);
});
