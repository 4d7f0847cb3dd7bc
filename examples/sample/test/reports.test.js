import assert from "node:assert/strict";
import { test } from "node:test";
import { reports } from "../src/reports.js";

const entries = [
  { date: "2026-01-03", payee: "Corner Bakery", category: "food", cents: 480 },
  { date: "2026-01-05", payee: "City Transit", category: "travel", cents: 4900 },
];

test("every report has a title and can render an empty ledger", () => {
  for (const [name, report] of Object.entries(reports)) {
    assert.ok(report.title.length > 0, name);
    assert.equal(typeof report.render([]), "string", name);
  }
});

test("the list shows every expense and the total", () => {
  assert.equal(
    reports.list.render(entries),
    [
      "Date        Payee          Category  Amount",
      "----------  -------------  --------  ------",
      "2026-01-03  Corner Bakery  food        4.80",
      "2026-01-05  City Transit   travel     49.00",
      "Total                                 53.80",
    ].join("\n"),
  );
});

test("categories come largest first", () => {
  const [, , first, second] = reports.categories.render(entries).split("\n");
  assert.equal(first, "travel     49.00");
  assert.equal(second, "food        4.80");
});
