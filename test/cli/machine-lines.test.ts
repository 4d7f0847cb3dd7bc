// The lines of a machine's terminal.

import { describe, expect, it } from "vitest";
import { startLines, toNewsLine } from "../../src/cli/machine-lines.ts";
import type { MachineNews } from "../../src/cli/machine-at-work.ts";

const place = { run: "run_1", ticket: "PB-2", attempt: 2 } as const;

describe("what a machine says of itself", () => {
  it("WRK4 says at its start what it is, whose runs it works for, and how it ends", () => {
    const lines = startLines({
      id: "box-1a2b3c4d",
      store: "redis://127.0.0.1:6379/0",
      labels: ["gpu", "os:linux"],
      capacity: 1,
      conducts: false,
      version: "1.2.3",
    });
    expect(lines).toEqual([
      "box-1a2b3c4d works for the runs on redis://127.0.0.1:6379/0: 1 attempt at a time. Tutti 1.2.3.",
      "Labels: gpu, os:linux",
      "Runs whose conductor dies are left to others (--no-conduct).",
      "Ctrl-C gives back what it has and ends it; no work is lost.",
    ]);
  });

  it("WRK4 has one line for each thing it takes, gives back and finishes", () => {
    const told: readonly MachineNews[] = [
      { kind: "took", ...place },
      { kind: "finished", ...place },
      { kind: "gave_back", ...place },
      { kind: "lost", ...place },
      { kind: "conducting", run: "run_1" },
      { kind: "conducted", run: "run_1", ending: "rested" },
      { kind: "store_away", detail: "it does not answer" },
      { kind: "store_back" },
      { kind: "draining" },
      { kind: "notice", text: "as it is" },
    ];
    const lines = told.map(toNewsLine);
    expect(lines[0]).toBe("takes PB-2, attempt 2, of run_1");
    expect(new Set(lines).size).toBe(told.length);
    for (const line of lines) expect(line).not.toMatch(/\n|undefined|\.$/);
  });
});
