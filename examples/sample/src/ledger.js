// The ledger file: a header line, then one expense per line.

import { parseCsv } from "./csv.js";
import { parseDate } from "./dates.js";
import { parseAmount } from "./money.js";

const columns = ["date", "payee", "category", "amount"];

/** What is wrong with a ledger, and on which line. */
export class LedgerError extends Error {
  constructor(line, problem) {
    super(`line ${line}: ${problem}`);
    this.name = "LedgerError";
    this.line = line;
  }
}

/** Entries { date, payee, category, cents }, oldest first; entries of one day keep their order. */
export function readLedger(text) {
  const [header, ...records] = parseCsv(text);
  if (header === undefined || header.fields.join() !== columns.join()) {
    throw new LedgerError(header?.line ?? 1, `the first line must be "${columns.join()}"`);
  }
  return records.map(toEntry).sort((a, b) => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0));
}

function toEntry({ line, fields }) {
  if (fields.length !== columns.length) {
    throw new LedgerError(line, `expected ${columns.length} fields, found ${fields.length}`);
  }
  const [date, payee, category, amount] = fields;
  try {
    return { date: parseDate(date), payee, category, cents: parseAmount(amount) };
  } catch (error) {
    throw new LedgerError(line, error.message);
  }
}
