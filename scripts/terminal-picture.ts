// Draws docs/images/run.svg from a real terminal: runs the demo inside tmux, keeps the frame that shows most, and turns
// its characters and colours into SVG. Needs tmux. Regenerate with: node scripts/terminal-picture.ts docs/images/run.svg

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";

const columns = 110;
const rows = 28;
const cell = { width: 8.4, height: 19, font: 14 };
const frame = { left: 22, top: 52, bottom: 18 };
const colours = { ground: "#0A0C10", edge: "#323B4C", bar: "#10131A", text: "#EDF0F6", title: "#8C96AB" };
const longestMs = 90_000;

type Piece = { readonly text: string; readonly column: number; readonly colour: string; readonly bold: boolean };

const esc = String.fromCharCode(0x1b);
const sgr = new RegExp(`${esc}\\[([0-9;]*)m`, "g");

/** One captured line as runs of one colour. Only what tmux writes is understood: SGR, nothing else. */
function parseLine(line: string): Piece[] {
  const pieces: Piece[] = [];
  let look = { colour: colours.text, bold: false };
  let column = 0;
  let from = 0;
  const take = (text: string): void => {
    if (text.trim() !== "") pieces.push({ text, column, ...look });
    column += [...text].length;
  };
  for (const match of line.matchAll(sgr)) {
    take(line.slice(from, match.index));
    look = changed(look, (match[1] ?? "").split(";").map(Number));
    from = match.index + match[0].length;
  }
  take(line.slice(from));
  return pieces;
}

type Look = { readonly colour: string; readonly bold: boolean };

function changed(look: Look, codes: readonly number[]): Look {
  const [first = 0, kind, red = 0, green = 0, blue = 0] = codes;
  if (first === 38 && kind === 2)
    return { ...look, colour: `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}` };
  const [head, ...rest] = codes;
  const next =
    head === 0 || head === undefined
      ? { colour: colours.text, bold: false }
      : head === 1
        ? { ...look, bold: true }
        : head === 39
          ? { ...look, colour: colours.text }
          : look;
  return rest.length === 0 ? next : changed(next, rest);
}

const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** Every piece is put on its column and stretched to its columns, so that the picture does not depend on the font. */
function toText(piece: Piece, row: number): string {
  const shown = piece.text.trimEnd();
  const lead = shown.length - shown.trimStart().length;
  const text = shown.trimStart();
  const x = (frame.left + (piece.column + lead) * cell.width).toFixed(1);
  const y = frame.top + row * cell.height + cell.font;
  const width = ([...text].length * cell.width).toFixed(1);
  const weight = piece.bold ? ' font-weight="600"' : "";
  return `<text x="${x}" y="${y}" fill="${piece.colour}"${weight} textLength="${width}" lengthAdjust="spacingAndGlyphs">${escaped(text)}</text>`;
}

function toSvg(capture: string, title: string): string {
  const lines = capture.replace(/\n+$/, "").split("\n");
  const width = Math.round(frame.left * 2 + columns * cell.width);
  const height = frame.top + lines.length * cell.height + frame.bottom;
  const dots = ["#F4735E", "#F8CB4E", "#52DBA6"].map(
    (fill, place) => `<circle cx="${24 + place * 20}" cy="19" r="6" fill="${fill}"/>`,
  );
  const texts = lines.flatMap((line, row) => parseLine(line).map((piece) => toText(piece, row)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}: tickets with their status, what each worker does, and the latest news">`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="12" fill="${colours.ground}" stroke="${colours.edge}"/>`,
    `<path d="M1 38V12.5A12 12 0 0 1 12.5 1H${width - 12.5}A12 12 0 0 1 ${width - 1} 12.5V38Z" fill="${colours.bar}"/>`,
    ...dots,
    `<g font-family="'JetBrains Mono', ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${cell.font}" xml:space="preserve">`,
    `<text x="${width / 2}" y="24" fill="${colours.title}" text-anchor="middle" font-size="13">${escaped(title)}</text>`,
    ...texts,
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** How much of what a run is about a frame shows. */
function worth(capture: string): number {
  const plain = capture.replaceAll(sgr, "");
  const count = (pattern: RegExp): number => [...plain.matchAll(pattern)].length;
  const running = Math.min(4, count(/^ ▸ \S/gm));
  const working = Math.min(4, count(/^ ▸ .* (?:read|edit|write|search|run|running|merging)\b/gm));
  const completed = Number(/(\d+)\/\d+ completed/.exec(plain)?.[1] ?? "0");
  const isLive = /^ {5}\S/m.test(plain) ? 2 : 0;
  const isHeld = plain.includes("needs you:") ? 6 : 0;
  const hasClimbed = plain.includes("↑1") ? 4 : 0;
  return running === 0 ? 0 : running + working + Math.min(4, completed) + isLive + isHeld + hasClimbed;
}

async function captureDemo(folder: string): Promise<string> {
  const tmux = (...args: string[]): string =>
    execFileSync("tmux", ["-u", "-S", join(folder, "socket"), "-f", "/dev/null", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  const main = join(import.meta.dirname, "..", "src", "main.ts");
  const env = ["env", "-u", "CI", "-u", "NO_COLOR", "COLORTERM=truecolor", `TUTTI_HOME=${folder}`];
  tmux(
    "new-session",
    "-d",
    "-s",
    "demo",
    "-x",
    String(columns),
    "-y",
    String(rows),
    "--",
    ...env,
    process.execPath,
    main,
    "demo",
  );
  let best = { worth: 0, capture: "" };
  try {
    for (const end = Date.now() + longestMs; Date.now() < end; await wait(120)) {
      const capture = tmux("capture-pane", "-e", "-p", "-t", "demo");
      const value = worth(capture);
      if (value > best.worth) best = { worth: value, capture };
      if (capture.includes("Ended ")) break;
    }
  } catch {
    // The demo has ended, and tmux with it.
  } finally {
    stop(tmux);
  }
  if (best.worth === 0) throw new Error("the demo drew nothing; does `npm run demo` work here?");
  return best.capture;
}

const stop = (tmux: (...args: string[]) => string): void => {
  try {
    tmux("kill-server");
  } catch {
    // It had ended by itself.
  }
};

const target = process.argv[2];
if (target === undefined) {
  console.error("Say where: node scripts/terminal-picture.ts docs/images/run.svg");
  process.exitCode = 1;
} else {
  const folder = mkdtempSync(join(tmpdir(), "tutti-picture-"));
  try {
    const capture = await captureDemo(folder);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, toSvg(capture, "npm run demo"));
    console.log(capture.replaceAll(sgr, ""));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
