// Every report, by the name it is asked for. A report is { title, render(entries) }.

import { categoriesReport } from "./reports/categories.js";
import { listReport } from "./reports/list.js";

export const reports = {
  list: listReport,
  categories: categoriesReport,
};
