// The page's colours, as they stand in its style sheet: what is read is readable, and no two statuses look alike to any
// kind of vision.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createElement, type FunctionComponent } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { describe, expect, it } from "vitest";
import { ticketStatuses, type TicketStatus } from "../../src/domain/ticket.ts";
import { statusWords } from "../../src/views/words.ts";
import { contrast, distance, type Vision } from "../support/colour.ts";

const web = join(import.meta.dirname, "../../src/web");
const sheet = readFileSync(join(web, "styles.css"), "utf8");

function tokensOf(theme: "dark" | "light"): ReadonlyMap<string, string> {
  const [, block = ""] = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(sheet) ?? [];
  return new Map([...block.matchAll(/--([\w-]+): (#[\da-f]+);/gi)].map(([, name = "", hex = ""]) => [name, hex]));
}

const themes = { dark: tokensOf("dark"), light: tokensOf("light") };

const statuses = ["pending", "ready", "running", "paused", "blocked", "completed", "failed"] as const;
const surfaces = ["bg", "s1", "s2", "s3"] as const;

type Pair = readonly [ink: string, on: string, least: number];

const each = (inks: readonly string[], grounds: readonly string[], least: number): Pair[] =>
  inks.flatMap((ink) => grounds.map((on): Pair => [ink, on, least]));

const pairs: readonly Pair[] = [
  ...each(["fg", "fg2", "fg3", "accent"], surfaces, 4.5),
  ...each(["fg", "fg2"], ["s4", "paused-fill"], 4.5),
  // A status is a word in its ink, and an icon.
  ...each(statuses, ["bg", "s1", "s2"], 4.5),
  ...each(statuses, ["s3", "s4"], 3),
  ["paused", "paused-fill", 4.5],
  ["failed", "del", 4.5],
  ...each(["on-status"], ["paused", "completed", "failed", "running"], 4.5),
  ["on-accent", "accent-solid", 4.5],
  ...each(["fg", "add-fg"], ["add"], 4.5),
  ...each(["fg", "del-fg"], ["del"], 4.5),
  ["fg", "add-hi", 4.5],
  ["fg", "del-hi", 4.5],
  ...each(["sy-k", "sy-s", "sy-t", "sy-n", "sy-f"], ["bg", "s1", "s2", "add", "del"], 4.5),
  // Borders of what is filled in, and the ring of the focus.
  ...each(["line3", "accent"], surfaces, 3),
  ...each(["cx-system", "cx-tools", "cx-memory", "cx-talk", "cx-results"], ["s1"], 3),
];

const visions: readonly Vision[] = ["normal", "protanopia", "deuteranopia", "tritanopia"];
/** Of CIEDE2000. Colour is never alone: silhouette and word differ too. */
const leastDistance = 9;

describe.each(["dark", "light"] as const)("colours of the page, %s", (theme) => {
  const hex = (name: string): string => {
    const found = themes[theme].get(name);
    if (found === undefined) throw new Error(`there is no --${name} in the ${theme} theme`);
    return found;
  };

  it("PAGE10 text has a contrast of 4.5 and what frames or pictures something 3, on every surface it stands on", () => {
    const faint = pairs
      .map(([ink, on, least]) => ({ pair: `${ink} on ${on}`, least, is: contrast(hex(ink), hex(on)) }))
      .filter(({ is, least }) => is < least);
    expect(faint).toEqual([]);
  });

  it.each(visions)("PAGE11 no two statuses are alike in colour: %s", (vision) => {
    const near = statuses.flatMap((one, place) =>
      statuses
        .slice(place + 1)
        .map((other) => ({ pair: `${one}, ${other}`, is: distance(hex(one), hex(other), vision) }))
        .filter(({ is }) => is < leastDistance),
    );
    expect(near).toEqual([]);
  });
});

describe("statuses of the page", () => {
  it("PAGE11 each has a word and a silhouette of its own", async () => {
    const { StatusIcon } = (await import(join(web, "ui/status-icon.tsx"))) as {
      StatusIcon: FunctionComponent<{ status: TicketStatus }>;
    };
    const silhouettes = ticketStatuses.map((status) =>
      renderToStaticMarkup(createElement(StatusIcon, { status })).replace(/ class="[^"]*"/, ""),
    );
    expect(new Set(silhouettes).size).toBe(ticketStatuses.length);
    expect(new Set(ticketStatuses.map((status) => statusWords[status])).size).toBe(ticketStatuses.length);
  });

  it("PAGE10 measures as the standards do", () => {
    expect(contrast("#000", "#fff")).toBeCloseTo(21, 5);
    expect(contrast("#777", "#fff")).toBeCloseTo(4.48, 2);
    expect(distance("#ff0000", "#00ff00", "normal")).toBeCloseTo(86.61, 1);
    expect(distance("#ff0000", "#0000ff", "normal")).toBeCloseTo(52.88, 1);
    expect(distance("#808080", "#808080", "tritanopia")).toBe(0);
  });
});
