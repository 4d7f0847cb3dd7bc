// Amounts are whole cents everywhere inside; text only at the edges.

const amountPattern = /^\d+(\.\d{1,2})?$/;

/** "12.5" gives 1250. Throws a RangeError for anything that is not an amount. */
export function parseAmount(text) {
  const trimmed = text.trim();
  if (!amountPattern.test(trimmed)) throw new RangeError(`not an amount: "${text}"`);
  const [whole, fraction = ""] = trimmed.split(".");
  return Number(whole) * 100 + Number(fraction.padEnd(2, "0"));
}

/** 1250 gives "12.50". */
export function formatAmount(cents) {
  const sign = cents < 0 ? "-" : "";
  const absolute = Math.abs(cents);
  return `${sign}${Math.floor(absolute / 100)}.${String(absolute % 100).padStart(2, "0")}`;
}
