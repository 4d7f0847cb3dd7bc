// The command: options in, a report or one line of complaint out.

import { filterEntries } from "./filter.js";
import { readLedger } from "./ledger.js";
import { parseOptions } from "./options.js";
import { reports } from "./reports.js";

const usage = () =>
  [
    "Usage: pennybook <report> <ledger.csv> [options]",
    "",
    "Reports:",
    ...Object.entries(reports).map(([name, { title }]) => `  ${name.padEnd(12)}${title}`),
    "",
    "Options:",
    "  --category <name>   only this category",
    "  --from <date>       only on or after this date",
    "  --to <date>         only up to this date",
  ].join("\n");

/** Runs the command and returns its exit code. `io` is { readText(path), out(text), err(text) }. */
export function main(argv, io) {
  try {
    const options = parseOptions(argv);
    if (options.help || options.report === undefined) {
      io.out(usage());
      return 0;
    }
    io.out(renderReport(options, io));
    return 0;
  } catch (error) {
    io.err(`pennybook: ${error.message}`);
    return 1;
  }
}

function renderReport({ report: name, ledger, filter }, io) {
  const report = reports[name];
  if (report === undefined) {
    throw new Error(`no report "${name}"; there are ${Object.keys(reports).join(", ")}`);
  }
  if (ledger === undefined) throw new Error("name a ledger file after the report");
  const entries = filterEntries(readLedger(io.readText(ledger)), filter);
  return report.render(entries);
}
