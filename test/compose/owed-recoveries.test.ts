// RCV17: recoveries that follow by themselves and that nobody began.

import { existsSync, rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeRecord } from "../../src/adapters/log/record.ts";
import { plantRun } from "../../src/adapters/log/plant-run.ts";
import { findHomes, runFiles } from "../../src/adapters/run-files.ts";
import { RunHub } from "../../src/compose/hub.ts";
import { findOwed, ownMs } from "../../src/compose/owed-recoveries.ts";
import { runsOf, type ProjectRuns } from "../../src/compose/place.ts";
import { recoverRun, recoveryIdOf } from "../../src/compose/recover-run.ts";
import { createCards } from "../../src/compose/run-cards.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { failedDeliberation, type FailedOptions } from "../support/failed-deliberation.ts";
import { makeScratch } from "../support/scratch.ts";

const failed = "run_aaaaaaaaaaaaaaaa" as RunId;
let home: string;
let place: ProjectRuns;
const env = (): Readonly<Record<string, string>> => ({ TUTTI_HOME: home });

beforeEach(() => {
  home = makeScratch("tutti-owed-");
  place = runsOf(findHomes(env()), "p-1");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function leave(options: Partial<FailedOptions> = {}): Promise<void> {
  const config = { project: { root: home, branch: null, base: "0".repeat(40) }, ...options.config };
  const { records, bytes } = failedDeliberation({ run: failed, ...options, config });
  await plantRun({ dir: place.runs, run: failed, createdAt: 1 }, async (planting) => {
    await planting.putBlob(bytes);
    for (const record of records) planting.add(encodeRecord(record));
  });
}

const listed = () => createCards({ homes: findHomes(env()), here: new Map() }).refresh();
const owedAt = async (now: number) => {
  const { owed, isSoon } = await findOwed(await listed(), now);
  return { owed: owed.map(({ card }) => card.run), isSoon };
};
const later = 1_800_000_000_000;

describe("what is owed", () => {
  it("RCV17 is a recovery that the policy wants and nobody began, also one that was claimed and made and no more", async () => {
    await leave();
    expect(await owedAt(later)).toEqual({ owed: [failed], isSoon: false });
    await recoverRun(place, { run: failed, why: "policy", by: "engine" }, env());
    expect(await owedAt(later)).toEqual({ owed: [failed], isSoon: false });
    rmSync(runFiles(place.runs, recoveryIdOf(failed)).folder, { recursive: true });
    expect((await owedAt(later)).owed).toEqual([failed]);
  });

  it("RCV17 is not what ended a moment ago: its own process may be about to begin it", async () => {
    await leave();
    const [one] = await listed();
    const ended = one?.card.lastAt ?? 0;
    expect(await owedAt(ended + ownMs - 1)).toEqual({ owed: [], isSoon: true });
    expect(await owedAt(ended + ownMs)).toEqual({ owed: [failed], isSoon: false });
  });

  it.each(["ask", "none"] as const)(
    "RCV17 is nothing under the policy `%s`, nor what a person chose",
    async (recovery) => {
      await leave({ recovery });
      expect((await owedAt(later)).owed).toEqual([]);
      await recoverRun(place, { run: failed, why: "rerun", by: "person:ann" }, env());
      expect((await owedAt(later)).owed).toEqual([]);
    },
  );
});

describe("a server that starts", () => {
  it("RCV17 begins it, and two of them begin one", async () => {
    await leave();
    const hubs = [new RunHub({ env: env(), program: home }), new RunHub({ env: env(), program: home })];
    const servers = await Promise.all(hubs.map((hub) => hub.stay({ port: 0, named: [] })));
    for (let tried = 0; tried < 200 && !existsSync(runFiles(place.runs, recoveryIdOf(failed)).folder); tried += 1)
      await pause(50);
    const log = await place.store.peek(failed);
    const claims = [...(log?.read() ?? [])].filter(({ event }) => event.type === "deliberation.recovery_claimed");
    await log?.close();
    expect(claims).toMatchObject([{ event: { run: recoveryIdOf(failed), why: "policy" }, by: "engine" }]);
    for (const server of servers) await server.stop(0);
  });

  it("RCV17 RCV15 leaves alone what a person aborted", async () => {
    await leave({ outcome: "cancelled" });
    const server = await new RunHub({ env: env(), program: home }).stay({ port: 0, named: [] });
    await pause(300);
    expect((await listed()).map(({ card }) => card.run)).toEqual([failed]);
    await server.stop(0);
  });
});
