// Dates are ISO text ("2026-03-14"): they compare and sort as they are.

const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;

/** The date as given, once the calendar is known to have it. Throws a RangeError otherwise. */
export function parseDate(text) {
  const parts = datePattern.exec(text);
  if (parts === null) throw new RangeError(`not a date (year-month-day): "${text}"`);
  const [year, month, day] = parts.slice(1).map(Number);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) {
    throw new RangeError(`no such day: "${text}"`);
  }
  return text;
}

function daysIn(year, month) {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
