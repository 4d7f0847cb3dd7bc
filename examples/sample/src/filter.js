// Picks entries. A condition that is not given lets everything through.

/** Entries that meet every condition; `from` and `to` are dates, both inclusive. */
export function filterEntries(entries, { category, from, to } = {}) {
  return entries.filter(
    (entry) =>
      (category === undefined || entry.category === category) &&
      (from === undefined || entry.date >= from) &&
      (to === undefined || entry.date <= to),
  );
}
