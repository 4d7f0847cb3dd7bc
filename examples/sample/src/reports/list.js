import { formatAmount } from "../money.js";
import { total } from "../summary.js";
import { renderTable } from "../table.js";

const columns = [
  { title: "Date", align: "left" },
  { title: "Payee", align: "left" },
  { title: "Category", align: "left" },
  { title: "Amount", align: "right" },
];

export const listReport = {
  title: "Every expense, oldest first",
  render(entries) {
    const rows = entries.map(({ date, payee, category, cents }) => [date, payee, category, formatAmount(cents)]);
    return renderTable(columns, [...rows, ["Total", "", "", formatAmount(total(entries))]]);
  },
};
