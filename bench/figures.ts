// What the benchmark says: figures against goals, and tables of contestants.

export type Figure = {
  readonly workload: string;
  readonly what: string;
  /** The median of the rounds, unless `what` says otherwise. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** An upper bound, or the lower one that `isLowerBound` marks; null where the figure is only told. */
  readonly goal: number | null;
  readonly isLowerBound?: boolean;
};

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const makeFigure = (
  place: Pick<Figure, "workload" | "what">,
  values: readonly number[],
  goal: number | null,
): Figure => ({ ...place, value: median(values), low: Math.min(...values), high: Math.max(...values), goal });

export const isReached = ({ goal, value, isLowerBound }: Figure): boolean =>
  goal === null || (isLowerBound === true ? value >= goal : value <= goal);

/** One contestant on one workload. */
export type Row = {
  readonly workload: string;
  readonly contestant: string;
  readonly keeps: string;
  readonly seconds: number;
  readonly low: number;
  readonly high: number;
  readonly cpuMsPerStep: number;
  readonly peakMb: number;
};

const short = (value: number): string => String(Number(value.toPrecision(3)));

export function toFigureLine(figure: Figure): string {
  const { workload, what, value, low, high, goal, isLowerBound } = figure;
  const verdict = isReached(figure) ? "reached" : "NOT REACHED";
  const told = goal === null ? "" : `   goal ${isLowerBound === true ? "at least" : "at most"} ${goal}: ${verdict}`;
  const range = low === high ? "" : ` (${short(low)} to ${short(high)})`;
  return `${workload.padEnd(14)}${what}: ${short(value)}${range}${told}`;
}

export function toTable(rows: readonly Row[]): string {
  const head = ["", "contestant", "seconds", "(range)", "CPU ms/step", "peak MB", "keeps"];
  const cells = rows.map((row) => [
    row.workload,
    row.contestant,
    short(row.seconds),
    `(${short(row.low)} to ${short(row.high)})`,
    short(row.cpuMsPerStep),
    short(row.peakMb),
    row.keeps,
  ]);
  const widths = head.map((name, column) => Math.max(name.length, ...cells.map((row) => row[column]?.length ?? 0)));
  return [head, ...cells]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
