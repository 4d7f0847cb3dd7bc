// The same screens in a real terminal: what tmux shows is what the layout says.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { boardLines } from "../../../src/cli/terminal/board-lines.ts";
import { plainText } from "../../../src/cli/terminal/line.ts";
import { unicodeGlyphs } from "../../../src/cli/terminal/style.ts";
import { describeNeeding } from "../../support/needs.ts";
import { sampleBoard, start } from "./sample-board.ts";

const script = fileURLToPath(new URL("./show-board.ts", import.meta.url));
let folder = "";
let server = 0;

/** A server of our own, with nobody's settings; a new one for every test, since one that ends takes its time. */
const tmux = (...args: string[]): string =>
  execFileSync("tmux", ["-u", "-S", join(folder, `socket-${server}`), "-f", "/dev/null", ...args], {
    encoding: "utf8",
  });

const open = (columns: number, rows: number, argument = "0", env: readonly string[] = []): void => {
  server += 1;
  const command = ["env", "-u", "CI", "-u", "NO_COLOR", ...env, process.execPath, script, argument];
  tmux("new-session", "-d", "-s", "board", "-x", String(columns), "-y", String(rows), "--", ...command);
};

const screen = (): string =>
  tmux("capture-pane", "-p", "-t", "board")
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();

const expected = (columns: number, rows: number): string =>
  boardLines(
    {
      board: sampleBoard(),
      now: start + 60_000,
      tails: new Map(),
      news: [],
      stalled: null,
      program: "tutti",
      keys: null,
    },
    { columns, rows },
    unicodeGlyphs,
  )
    .map((line) => plainText(line).trimEnd())
    .join("\n")
    .trimEnd();

const eventually = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 50 });

describeNeeding("tmux", "the live view in a real terminal", () => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "tutti-tmux-"));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    [80, 24],
    [40, 12],
    [200, 50],
  ])("shows at %i x %i exactly the lines of the layout, wide characters included", async (columns, rows) => {
    open(columns, rows);
    try {
      await eventually(() => expect(screen()).toBe(expected(columns, rows)));
    } finally {
      tmux("kill-server");
    }
  });

  it("follows a resize in both directions", async () => {
    open(120, 30);
    try {
      await eventually(() => expect(screen()).toBe(expected(120, 30)));
      for (const [columns, rows] of [
        [44, 14],
        [160, 40],
      ] as const) {
        tmux("resize-window", "-t", "board", "-x", String(columns), "-y", String(rows));
        await eventually(() => expect(screen()).toBe(expected(columns, rows)));
      }
    } finally {
      tmux("kill-server");
    }
  });

  it("a thousand tickets fill the screen and not a line more", async () => {
    open(80, 24, "1000");
    try {
      await eventually(() => expect(screen()).toContain("more running"));
      expect(screen().split("\n").length).toBeLessThanOrEqual(24);
    } finally {
      tmux("kill-server");
    }
  });

  it("a question takes the screen, is edited in the person's editor, and gives the terminal back", async () => {
    const editor = join(folder, "editor.sh");
    writeFileSync(editor, '#!/bin/sh\nsed -i s/publish/pack/ "$1"\n', { mode: 0o755 });
    open(80, 24, "0", [`EDITOR=${editor}`, "VISUAL="]);
    try {
      await eventually(() => expect(screen()).toContain("Monthly budgets"));
      tmux("send-keys", "-t", "board", "a");
      await eventually(() => expect(screen()).toContain("May it run npm publish?"));
      // Pressed again until it counts: keys that come at once after the question stands are not taken.
      await eventually(() => {
        tmux("send-keys", "-t", "board", "e");
        expect(screen()).toContain("Send them?");
      });
      expect(screen()).toContain('+  "command": "npm pack"');
      // What was pressed while the editor was open may have left its echo before the answer.
      await eventually(() => {
        tmux("send-keys", "-t", "board", "Enter");
        expect(screen()).toContain("answer: {");
      });
      expect(screen()).toContain('"decision":"edit"');
      expect(tmux("display-message", "-p", "-t", "board", "#{alternate_on} #{cursor_flag}").trim()).toBe("0 1");
    } finally {
      tmux("kill-server");
    }
  });
});
