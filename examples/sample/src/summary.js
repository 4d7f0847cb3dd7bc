// Adds entries up.

/** The sum of all entries, in cents. */
export function total(entries) {
  return entries.reduce((sum, entry) => sum + entry.cents, 0);
}

/** A Map from category to cents, in the order in which the categories first appear. */
export function totalsByCategory(entries) {
  const totals = new Map();
  for (const { category, cents } of entries) totals.set(category, (totals.get(category) ?? 0) + cents);
  return totals;
}
