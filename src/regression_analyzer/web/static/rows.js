// The row of the file behind a point: its line, and its cells of target and predictors.
import { written } from "./element.js";

const MOST = 12;

// Return a function from a row's number to what is known of it, or null; the rows are fetched when first asked for.
export const rowsOf = ({ job, root }) => {
  let asked = null;
  return async (row) => {
    asked ??= fetch(`${root}/api/v1/results/${job}/rows`).then((answer) => answer.ok ? answer.json() : null, () => null);
    const told = await asked;
    const found = told?.rows[row];
    if (!found) return null;
    const [line, ...cells] = found;
    return {
      cells: [["line of the file", written(line, 9)], ...told.columns.slice(0, MOST).map((name, index) => [name, cells[index] ?? "missing"])],
      more: Math.max(0, told.columns.length - MOST) + told.more_columns,
    };
  };
};
