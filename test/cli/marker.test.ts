// The one line a parent process reads.

import { describe, expect, it } from "vitest";
import { markerWord, nothingBegun, openMarker, toMarkerLine, type MarkerResult } from "../../src/cli/marker.ts";

const ended = (more: Partial<MarkerResult>): MarkerResult => ({
  ...nothingBegun,
  run: "run_a",
  task: "run_a",
  error: null,
  ...more,
});

const valueOf = (result: MarkerResult, env = {}): Record<string, unknown> =>
  JSON.parse(toMarkerLine(result, env).slice(markerWord.length)) as Record<string, unknown>;

function processLike(json = false) {
  const out: string[] = [];
  const err: string[] = [];
  const ends: (() => void)[] = [];
  const to = (lines: string[]) => ({ write: (text: string) => void lines.push(text) });
  const marker = openMarker(
    { out: to(out), err: to(err), env: {}, onExit: (callback: () => void) => (ends.push(callback), () => {}) } as never,
    json,
  );
  return { out, err, marker, exit: () => ends.forEach((end) => end()) };
}

describe("the marker line", () => {
  it("DCLI7 has the earlier system's fields, a version, the run, the nonce of its parent (B-12, DB-74)", () => {
    const value = valueOf(ended({ outcome: "consensus", exitCode: 0, metrics: { a: 1 } }), {
      TUTTI_MARKER_NONCE: "n-1",
    });
    expect(value).toEqual({
      version: 1,
      run: "run_a",
      task_id: "run_a",
      pipeline_id: null,
      nonce: "n-1",
      consensus: true,
      outcome: "consensus",
      exit_code: 0,
      metrics: { a: 1 },
      abort_reason: null,
      requires_auto_recovery: false,
      resumable: false,
      error: null,
    });
  });

  it("DCLI7 a recovery is wanted for every ending without consensus, and for nothing that never began or goes on (B-13)", () => {
    expect(valueOf(ended({ outcome: "deadlock", exitCode: 2 }))["requires_auto_recovery"]).toBe(true);
    expect(valueOf(ended({ outcome: "stuck", exitCode: 3, abortReason: "stuck" }))).toMatchObject({
      requires_auto_recovery: true,
      abort_reason: "stuck",
    });
    expect(valueOf(ended({ resumable: true, exitCode: 2 }))["requires_auto_recovery"]).toBe(false);
    expect(valueOf(nothingBegun)["requires_auto_recovery"]).toBe(false);
  });

  it("DCLI7 is printed once, at the latest when the process ends (DB-42, DB-73)", () => {
    const told = processLike();
    told.marker.tell(ended({ outcome: "consensus", exitCode: 0 }));
    told.marker.tell(ended({ outcome: "deadlock", exitCode: 2 }));
    told.exit();
    expect(told.out).toHaveLength(1);
    expect(told.out[0]).toMatch(/^ORCHESTRATION_RESULT:\{.*"consensus":true.*\}\n$/);

    const crashed = processLike();
    crashed.marker.expect(ended({ error: "it crashed" }));
    crashed.exit();
    crashed.exit();
    expect(crashed.out).toHaveLength(1);
    expect(crashed.out[0]).toContain('"error":"it crashed"');
  });

  it("DCLI7 stands on the standard error where the standard output is for records", () => {
    const { out, err, exit } = processLike(true);
    exit();
    expect([out.length, err.length]).toEqual([0, 1]);
  });
});
