// How tones look: the page's colours on terminals that have them, the nearest of 256 or 16 elsewhere, none under
// NO_COLOR. Every status has its own shape as well, so colour is never the only sign.

import type { TicketStatus } from "../../domain/ticket.ts";
import { plainText, type Line, type Span, type Tone } from "./line.ts";
import { colourDepth, type ColourDepth, type Environment, type Screen } from "./terminal.ts";

const esc = "\u001b";

export type Glyphs = Readonly<Record<TicketStatus, string>> & {
  readonly more: string;
  readonly bar: { readonly done: string; readonly active: string; readonly lost: string; readonly open: string };
  readonly rule: string;
  readonly dot: string;
  /** Before the number of a rung above the first. */
  readonly rung: string;
};

/** Silhouettes after the page's: rings for what has not begun, a square for a person, a diamond for a failure. */
export const unicodeGlyphs: Glyphs = {
  pending: "◌",
  ready: "○",
  running: "▸",
  step_paused: "■",
  blocked: "⊖",
  completed: "✓",
  failed: "◆",
  cancelled: "×",
  more: "…",
  bar: { done: "━", active: "╍", lost: "╳", open: "─" },
  rule: "─",
  dot: "·",
  rung: "↑",
};

export const asciiGlyphs: Glyphs = {
  pending: ".",
  ready: "o",
  running: ">",
  step_paused: "#",
  blocked: "-",
  completed: "+",
  failed: "X",
  cancelled: "x",
  more: "...",
  bar: { done: "=", active: ">", lost: "X", open: "-" },
  rule: "-",
  dot: "|",
  rung: "^",
};

type Look = {
  /** On a dark and on a light ground. */
  readonly dark: string;
  readonly light: string;
  /** SGR parameters of 16 colours. */
  readonly basic: string;
};

const looks: Readonly<Record<Exclude<Tone, "plain">, Look>> = {
  pending: { dark: "8C96AB", light: "656E80", basic: "2" },
  ready: { dark: "DCE2EC", light: "232936", basic: "39" },
  running: { dark: "45A5FF", light: "0A66C2", basic: "94" },
  step_paused: { dark: "F8CB4E", light: "8F5F00", basic: "93" },
  blocked: { dark: "E9BDFF", light: "551089", basic: "95" },
  completed: { dark: "52DBA6", light: "067A58", basic: "92" },
  failed: { dark: "F4735E", light: "96160A", basic: "91" },
  cancelled: { dark: "8C96AB", light: "656E80", basic: "2" },
  quiet: { dark: "B4BCCC", light: "434B5B", basic: "39" },
  faint: { dark: "8C96AB", light: "5D6678", basic: "2" },
  accent: { dark: "9A97FF", light: "4B45D1", basic: "94" },
  added: { dark: "7FE3B8", light: "064C36", basic: "32" },
  removed: { dark: "FFAB9C", light: "7A1309", basic: "31" },
  hunk: { dark: "9A97FF", light: "4B45D1", basic: "36" },
  alarm: { dark: "F4735E", light: "96160A", basic: "91" },
};

export type Style = {
  readonly glyphs: Glyphs;
  readonly depth: ColourDepth;
  /** One terminal line, reset at its end where anything was set. */
  readonly toAnsi: (line: Line) => string;
};

export function createStyle(screen: Screen, env: Environment): Style {
  const depth = colourDepth(screen, env);
  const ground = isLight(env) ? "light" : "dark";
  const sgr = new Map<Tone, string>();
  for (const [tone, look] of Object.entries(looks)) sgr.set(tone as Tone, sgrOf(look, depth, ground));
  const paint = ({ text, tone = "plain", bold = false }: Span): string => {
    const codes = [...(bold ? ["1"] : []), ...(tone === "plain" ? [] : [sgr.get(tone) ?? ""])].filter(
      (code) => code !== "",
    );
    return codes.length === 0 || text === "" ? text : `${esc}[${codes.join(";")}m${text}${esc}[0m`;
  };
  return {
    glyphs: hasUnicode(env) ? unicodeGlyphs : asciiGlyphs,
    depth,
    toAnsi: depth === "none" ? plainText : (line) => line.map(paint).join(""),
  };
}

/** What some terminals say of their colours: `15;0` is light on dark. Most say nothing and are dark. */
const isLight = (env: Environment): boolean => /(?:^|;)(?:7|15)$/.test(env["COLORFGBG"] ?? "");

/** Node writes UTF-8 whatever the locale; only a console without the glyphs, or an explicit C locale, gets ASCII. */
function hasUnicode(env: Environment): boolean {
  if (env["TERM"] === "linux") return false;
  const locale = env["LC_ALL"] ?? env["LC_CTYPE"] ?? env["LANG"];
  return locale !== "C" && locale !== "POSIX";
}

function sgrOf(look: Look, depth: ColourDepth, ground: "dark" | "light"): string {
  if (depth === "none") return "";
  if (depth === "16") return look.basic;
  const hex = Number.parseInt(look[ground], 16);
  const [red, green, blue] = [hex >> 16, (hex >> 8) & 0xff, hex & 0xff];
  return depth === "full" ? `38;2;${red};${green};${blue}` : `38;5;${nearest256(red, green, blue)}`;
}

/** The 6 x 6 x 6 cube's nearest corner: its steps are 0, 95, 135, 175, 215, 255. */
function nearest256(red: number, green: number, blue: number): number {
  const step = (value: number): number =>
    value < 48 ? 0 : value < 115 ? 1 : Math.min(5, Math.round((value - 35) / 40));
  return 16 + 36 * step(red) + 6 * step(green) + step(blue);
}
