// The command line, read and checked.

import { parseArgs } from "node:util";
import { parseDate } from "./dates.js";

const optionNames = {
  category: { type: "string" },
  from: { type: "string" },
  to: { type: "string" },
  help: { type: "boolean", short: "h" },
};

/** { report, ledger, help, filter }. Throws for unknown options and for dates that do not exist. */
export function parseOptions(argv) {
  const { values, positionals } = parseArgs({ args: argv, options: optionNames, allowPositionals: true });
  const [report, ledger] = positionals;
  const filter = {
    category: values.category,
    from: values.from && parseDate(values.from),
    to: values.to && parseDate(values.to),
  };
  return { report, ledger, help: values.help === true, filter };
}
