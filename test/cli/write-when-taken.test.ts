// Whatever is printed piece by piece waits for a reader who is slow.

import { PassThrough, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { writeWhenTaken } from "../../src/cli/write-when-taken.ts";

describe("printing what may be longer than memory", () => {
  it("EXP7 waits while the reader takes nothing, and goes on when it does", async () => {
    const out = new PassThrough({ highWaterMark: 64 });
    let written = 0;
    const all = (async () => {
      for (let line = 0; line < 100; line += 1) {
        await writeWhenTaken(out, `${"x".repeat(31)}\n`);
        written += 1;
      }
      out.end();
    })();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(written).toBeLessThan(10);
    expect(out.writableLength + out.readableLength).toBeLessThan(1_024);
    let read = "";
    for await (const chunk of out) read += String(chunk);
    await all;
    expect(read).toBe(`${"x".repeat(31)}\n`.repeat(100));
  });

  it("EXP7 does not wait for a reader who is gone", async () => {
    let cut: (() => void) | undefined;
    const out = new Writable({
      highWaterMark: 1,
      write: (_chunk, _encoding, done) => {
        cut = done;
      },
      destroy: (error, done) => {
        cut?.();
        done(error);
      },
    });
    out.on("error", () => {});
    const waiting = writeWhenTaken(out, "nobody takes this");
    out.destroy();
    await expect(waiting).resolves.toBeUndefined();
    await expect(writeWhenTaken(out, "nor this")).resolves.toBeUndefined();
  });
});
