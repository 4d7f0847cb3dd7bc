// Reads comma-separated text. Empty lines and lines that start with "#" are skipped.

/** Records in order, each with the number of its line, counted from 1, for error messages. */
export function parseCsv(text) {
  const records = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    records.push({ line: index + 1, fields: splitFields(line) });
  }
  return records;
}

function splitFields(line) {
  return line.split(",").map((field) => field.trim());
}
