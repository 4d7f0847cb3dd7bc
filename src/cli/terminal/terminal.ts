// The terminal as the drawing parts see it: where bytes go, how large it is, what it can do.

/** The part of a TTY write stream that is used; a fake one does in tests. */
export type Screen = {
  /** False: it is full. `whenTaken` is called once the text has gone on, or nobody will take it. */
  readonly write: (text: string, whenTaken?: () => void) => boolean;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  readonly on: (event: "resize", listener: () => void) => unknown;
  readonly off: (event: "resize", listener: () => void) => unknown;
};

/** The part of a TTY read stream that is used. */
export type Keyboard = {
  readonly isTTY?: boolean;
  readonly setRawMode?: (isRaw: boolean) => unknown;
  readonly on: (event: "data", listener: (chunk: Buffer | string) => void) => unknown;
  readonly off: (event: "data", listener: (chunk: Buffer | string) => void) => unknown;
  readonly resume: () => unknown;
  readonly pause: () => unknown;
};

export type Environment = Readonly<Record<string, string | undefined>>;

export type ColourDepth = "none" | "16" | "256" | "full";

/** Can it be drawn on at all: a TTY that is not dumb. Elsewhere plain lines are printed. */
export const canDraw = (screen: Screen, env: Environment): boolean =>
  screen.isTTY === true && env["TERM"] !== "dumb" && env["TERM"] !== "" && env["CI"] === undefined;

/** NO_COLOR wins over FORCE_COLOR, which wins over what the terminal says of itself. */
export function colourDepth(screen: Screen, env: Environment): ColourDepth {
  if ((env["NO_COLOR"] ?? "") !== "") return "none";
  const forced = env["FORCE_COLOR"];
  if (forced === "0" || forced === "false") return "none";
  if (forced === undefined && screen.isTTY !== true) return "none";
  if (env["TERM"] === "dumb") return "none";
  if (forced === "3" || /^(truecolor|24bit)$/.test(env["COLORTERM"] ?? "")) return "full";
  if (forced === "2" || /256/.test(env["TERM"] ?? "")) return "256";
  return "16";
}

/** Columns and rows; 80 x 24 where the terminal does not say. */
export const sizeOf = (screen: Screen): { readonly columns: number; readonly rows: number } => ({
  columns: screen.columns === undefined || screen.columns < 1 ? 80 : screen.columns,
  rows: screen.rows === undefined || screen.rows < 1 ? 24 : screen.rows,
});
