// The log after power cuts, kills and a full disk, at every kind of moment. Called by the gate and, with more of
// everything, by test/slow.

import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeNeeding } from "../support/needs.ts";
import { makeScratch } from "../support/scratch.ts";
import { buildShim, runUnderShim } from "./build-shim.ts";
import { findLoss } from "./check-log.ts";
import { createDisk, fates, writeImage } from "./disk.ts";
import { parseTrace } from "./trace.ts";
import { parseMarks } from "./workload-parts.ts";
import type { Ended, ShimSettings } from "./build-shim.ts";
import type { Choice } from "./disk.ts";
import type { Operation } from "./trace.ts";
import type { Mark } from "./workload-parts.ts";

export type CrashAmounts = {
  readonly images: number;
  readonly kills: number;
  readonly fullDisks: number;
  readonly seed: number;
};

/** Kills and full disks need a process each; this many run side by side. */
const sideBySide = 2;
const workload = new URL("./workload.ts", import.meta.url);

type Traced = {
  readonly root: string;
  readonly ended: Ended;
  readonly operations: readonly Operation[];
  readonly marks: readonly Mark[];
};

export function describeCrashes({ images, kills, fullDisks, seed }: CrashAmounts): void {
  describeNeeding("compiler", "the log after a crash", () => {
    let folder: string;
    let library: string;
    let runs = 0;

    beforeAll(() => {
      folder = makeScratch("tutti-powercut-");
      library = buildShim(folder);
    });
    afterAll(() => rmSync(folder, { recursive: true, force: true }));

    const trace = async (
      synchronous: "FULL" | "NORMAL",
      faults: Pick<ShimSettings, "killAt" | "fullAt"> = {},
    ): Promise<Traced> => {
      runs += 1;
      const root = join(folder, `run-${runs}`);
      mkdirSync(root);
      const settings = {
        library,
        cache: join(folder, "compiled"),
        root,
        trace: `${root}.trace`,
        mark: `${root}.mark`,
        ...faults,
      };
      const ended = await runUnderShim(workload, [root, settings.mark, synchronous], settings);
      const operations = parseTrace(readFileSync(settings.trace));
      rmSync(settings.trace);
      return { root, ended, operations, marks: marksOf(operations) };
    };

    /** Cuts the power at moments spread over the whole trace; gives every loss found, in words. */
    const cutEverywhere = async (operations: readonly Operation[], count: number): Promise<readonly string[]> => {
      const disk = createDisk();
      const chance = createChance(seed);
      const losses: string[] = [];
      let cuts = 0;
      for (const [index, operation] of operations.entries()) {
        disk.apply(operation);
        const promised = marksOf(operations.slice(0, index + 1));
        for (; cuts * operations.length < count * (index + 1); cuts += 1) {
          const choice = makeChoice(cuts, chance);
          const loss = await inScratch(folder, (dir) => {
            writeImage(dir, disk.cut(choice));
            return findLoss(dir, promised);
          });
          if (loss !== undefined)
            losses.push(`after operation ${index}, content ${choice.content}, entries ${choice.entries}: ${loss}`);
        }
      }
      expect(cuts).toBe(count);
      return losses;
    };

    it(
      `LOG1 P1 D-02 no power cut loses an acknowledged event (${images} images, seed ${seed})`,
      { timeout: 60_000 + images * 100 },
      async () => {
        const { ended, operations, marks } = await trace("FULL");
        expect(ended).toEqual({ code: 0, signal: null, stderr: "" });
        expect(marks.at(-1)).toEqual({ kind: "done" });
        expect(await cutEverywhere(operations, images)).toEqual([]);
      },
    );

    it("P1 the same images find losses where the log does not sync its commits", { timeout: 60_000 }, async () => {
      const { ended, operations } = await trace("NORMAL");
      expect(ended).toEqual({ code: 0, signal: null, stderr: "" });
      const losses = await cutEverywhere(operations, 120);
      expect(losses.filter((loss) => loss.includes("lost acknowledged record")).length).toBeGreaterThan(10);
    });

    it(
      `D-01 no kill -9 at any operation loses an acknowledged event (${kills} points)`,
      { timeout: 60_000 + kills * 2_000 },
      async () => {
        const { operations } = await trace("FULL");
        const counted = operations.filter(({ kind }) => kind !== "mark").length;
        const points = Array.from({ length: kills }, (_, index) => 1 + Math.floor((index * counted) / kills));
        const losses = await sweep(points, async (killAt) => {
          const { root, ended, marks } = await trace("FULL", { killAt });
          expect(ended).toMatchObject({ signal: "SIGKILL" });
          return describeLoss(killAt, await takingAway(root, () => findLoss(root, marks)));
        });
        expect(losses).toEqual([]);
      },
    );

    it(
      "P9 D-05 a disk that is full for a while loses nothing, and the log goes on by itself",
      { timeout: 60_000 + fullDisks * 2_000 },
      async () => {
        const { operations } = await trace("FULL");
        const points = Array.from(
          { length: fullDisks },
          (_, index) => 1 + Math.floor((index * operations.length) / fullDisks),
        );
        const seen = new Set<Mark["kind"]>();
        const losses = await sweep(points, async (from) => {
          const { root, ended, marks } = await trace("FULL", { fullAt: [from, from + 3] });
          for (const { kind } of marks) seen.add(kind);
          const loss = await takingAway(root, () => findLoss(root, marks));
          return describeLoss(from, ended.code === 0 ? loss : `the process ended with ${ended.code}: ${ended.stderr}`);
        });
        expect(losses).toEqual([]);
        expect(seen).toContain("full");
        expect(seen).toContain("done");
      },
    );
  });
}

const marksOf = (operations: readonly Operation[]): readonly Mark[] =>
  parseMarks(operations.flatMap((operation) => (operation.kind === "mark" ? [operation.text] : [])).join(""));

/** Every combination of fates comes up in turn; chance decides within them. */
function makeChoice(cut: number, chance: () => number): Choice {
  const content = fates[cut % fates.length] ?? "torn";
  const entries = (["kept", "random", "dropped"] as const)[Math.floor(cut / fates.length) % 3] ?? "kept";
  return { content, entries, chance };
}

/** A small seeded generator (xorshift), so that a failing image can be made again. */
function createChance(start: number): () => number {
  let state = (start * 2_654_435_761) >>> 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

const describeLoss = (point: number, loss: string | undefined): string | undefined =>
  loss === undefined ? undefined : `at operation ${point}: ${loss}`;

async function sweep(
  points: readonly number[],
  judge: (point: number) => Promise<string | undefined>,
): Promise<readonly string[]> {
  const left = points.values();
  const losses: string[] = [];
  const work = async (): Promise<void> => {
    for (const point of left) {
      const loss = await judge(point);
      if (loss !== undefined) losses.push(loss);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  return losses;
}

const inScratch = (folder: string, work: (dir: string) => Promise<string | undefined>): Promise<string | undefined> => {
  const dir = mkdtempSync(join(folder, "image-"));
  return takingAway(dir, () => work(dir));
};

async function takingAway(dir: string, work: () => Promise<string | undefined>): Promise<string | undefined> {
  try {
    return await work();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
