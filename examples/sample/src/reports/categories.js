import { formatAmount } from "../money.js";
import { total, totalsByCategory } from "../summary.js";
import { renderTable } from "../table.js";

const columns = [
  { title: "Category", align: "left" },
  { title: "Amount", align: "right" },
];

export const categoriesReport = {
  title: "What was spent per category, largest first",
  render(entries) {
    const rows = [...totalsByCategory(entries)]
      .sort(([, a], [, b]) => b - a)
      .map(([category, cents]) => [category, formatAmount(cents)]);
    return renderTable(columns, [...rows, ["Total", formatAmount(total(entries))]]);
  },
};
