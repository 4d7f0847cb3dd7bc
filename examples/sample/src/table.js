// Lays out rows of text in columns.

/**
 * Columns are { title, align: "left" | "right" }; rows are arrays of text of the same length.
 * No line ends in spaces, so that the output can be compared and piped.
 */
export function renderTable(columns, rows) {
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...rows.map((row) => row[index].length)));
  const toLine = (cells) =>
    cells
      .map((cell, index) => pad(cell, widths[index], columns[index].align))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [toLine(columns.map(({ title }) => title)), rule, ...rows.map(toLine)].join("\n");
}

function pad(text, width, align) {
  return align === "right" ? text.padStart(width) : text.padEnd(width);
}
