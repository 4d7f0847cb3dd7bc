// The runs of a state folder as a server sees them: cards, what is kept of them, and who is told of a change.

import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findHomes, runFiles, runsFolder } from "../../src/adapters/run-files.ts";
import { createAllRuns, type AllRuns } from "../../src/compose/all-runs.ts";
import { bringIn, takeOut } from "../../src/compose/imports.ts";
import { freshFold, foldOn } from "../../src/compose/folding.ts";
import { RunHub } from "../../src/compose/hub.ts";
import { keepLeftCard } from "../../src/compose/kept-card.ts";
import { runsOf } from "../../src/compose/place.ts";
import { StartedRuns } from "../../src/compose/start-runs.ts";
import type { RunId } from "../../src/domain/ids.ts";
import type { RunCard } from "../../src/http/run-card.ts";
import { leaveRun } from "../support/left-run.ts";

let home: string;
let all: AllRuns;
const env = (): Readonly<Record<string, string>> => ({ TUTTI_HOME: home });
const runs = (): string => runsFolder(findHomes(env()), "p-1");

/** As a server that was just started sees them: nothing is remembered. */
function startAnew(): AllRuns {
  const hub = new RunHub({ env: env(), program: home });
  const started = new StartedRuns({ env: env(), program: home, hub });
  return createAllRuns({ env: env(), homes: findHomes(env()), started, named: [] });
}

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "tutti-runs-"));
  all = startAnew();
});
afterEach(async () => {
  await all.close();
  rmSync(home, { recursive: true, force: true });
});

const leave = (title: string): Promise<RunId> => leaveRun({ runs: runs(), title, root: home });

const cardOf = async (of: AllRuns, run: RunId): Promise<RunCard | undefined> =>
  (await of.runs.list()).find((card) => card.run === run);

describe("the cards of all runs", () => {
  it("HUB9 a resting run's card is kept beside its log, used by the next server, and made anew with the log", async () => {
    const run = await leave("Kept");
    expect(await cardOf(all, run)).toMatchObject({ title: "Kept", conducted: "nobody", total: 1 });
    const { card: file } = runFiles(runs(), run);
    const kept = JSON.parse(readFileSync(file, "utf8")) as { card: RunCard };
    writeFileSync(file, JSON.stringify({ ...kept, card: { ...kept.card, title: "From the file" } }));
    const second = startAnew();
    expect((await cardOf(second, run))?.title).toBe("From the file");
    const found = await second.runs.find(run);
    if (found?.kind !== "open") throw new Error("nobody conducts it");
    await found.open.change(({ conductor }) => conductor.submit({ type: "run.set_lanes", lanes: 9 }, "person:ann"));
    expect(found.open.state()).toMatchObject({ laneLimit: 9 });
    found.release();
    expect(await cardOf(second, run)).toMatchObject({ title: "Kept", isPaused: true });
    await second.close();
    // What it asks is not in the card: its log is read.
    const asking = { ...kept.card, title: "From the file", needsYou: 1 };
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, "utf8")) as object), card: asking }));
    expect((await cardOf(startAnew(), run))?.title).toBe("Kept");
    writeFileSync(file, "{");
    const third = startAnew();
    expect((await cardOf(third, run))?.title).toBe("Kept");
    await third.close();
  });

  it("HUB12 a server that stays looks at all runs when it starts, before anybody asks", async () => {
    const run = await leave("Early");
    const { card } = runFiles(runs(), run);
    const server = await new RunHub({ env: env(), program: home }).stay({ port: 0, named: [] });
    for (let tries = 0; tries < 100 && !existsSync(card); tries += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(JSON.parse(readFileSync(card, "utf8"))).toMatchObject({ card: { run, title: "Early" } });
    await server.stop(0);
  });

  it("HUB12 the card of a run is kept by who leaves it, and not of a log that has gone on", async () => {
    const run = await leave("Left");
    const { card } = runFiles(runs(), run);
    const place = runsOf(findHomes(env()), "p-1");
    const log = await place.store.peek(run);
    const { state } = await foldOn(log ?? { read: () => [] }, freshFold());
    await log?.close();
    await keepLeftCard(place, { run, state: { ...state, seq: state.seq - 1 }, ms: 5 });
    expect(existsSync(card)).toBe(false);
    await keepLeftCard(place, { run, state, ms: 5 });
    expect(await cardOf(all, run)).toMatchObject({ title: "Left", conducted: "nobody", ms: 5 });
    await keepLeftCard(place, { run: "run_0000000000000000" as RunId, state, ms: 5 });
  });

  it("HUB7 a log that cannot be read is a card that says so, is kept nowhere, and hides no other", async () => {
    const [sound, broken] = [await leave("Sound"), await leave("Broken")];
    const { folder, card } = runFiles(runs(), broken);
    writeFileSync(join(folder, "log.db"), "no database");
    expect(await cardOf(all, sound)).toMatchObject({ problem: null });
    expect(await cardOf(all, broken)).toMatchObject({
      title: broken,
      problem: expect.stringContaining("log.db") as unknown,
    });
    expect(existsSync(card)).toBe(false);
    await expect(all.runs.find(broken)).rejects.toMatchObject({ name: "Fault" });
  });

  it("EXP9 a run that lies in one project is not brought into another; of copies, the one that was made there is shown", async () => {
    const run = await leave("Here");
    const homes = findHomes(env());
    const file = Readable.from(takeOut(runsOf(homes, "p-1"), run), { objectMode: false });
    await expect(bringIn(runsOf(homes, "p-0"), file)).rejects.toMatchObject({
      code: "run_exists",
      message: expect.stringContaining("another repository of yours") as unknown,
      remedy: expect.stringContaining(`tutti clean ${run}`) as unknown,
    });
    expect(await cardOf(all, run)).toMatchObject({ project: { key: "p-1" }, isImported: false });
    // Copied by hand, to either side of it.
    for (const key of ["p-0", "p-2"]) {
      const copy = runFiles(runsFolder(homes, key), run);
      cpSync(runFiles(runs(), run).folder, copy.folder, { recursive: true });
      writeFileSync(copy.imported, "{}");
    }
    for (const each of [all, startAnew()]) {
      const shown = (await each.runs.list()).filter((card) => card.run === run);
      expect(shown).toMatchObject([{ project: { key: "p-1" }, isImported: false }]);
      const found = await each.runs.find(run);
      if (found?.kind !== "open") throw new Error("nobody conducts it");
      await found.open.change(({ conductor }) => conductor.submit({ type: "run.set_lanes", lanes: 9 }, "person:ann"));
      found.release();
      if (each !== all) await each.close();
    }
  });

  it("HUB10 whoever watches is told of what is there, of runs that come, change and go, and no more once they leave", async () => {
    const first = await leave("First");
    const told: { readonly changed: readonly string[]; readonly removed: readonly RunId[] }[] = [];
    const stop = all.runs.watch((changed, removed) => {
      told.push({ changed: changed.map(({ title, isPaused }) => `${title}${isPaused ? " paused" : ""}`), removed });
    });
    const until = async (count: number): Promise<(typeof told)[number] | undefined> => {
      for (let tries = 0; tries < 100 && told.length < count; tries += 1)
        await new Promise((resolve) => setTimeout(resolve, 50));
      return told[count - 1];
    };
    expect(await until(1)).toEqual({ changed: ["First"], removed: [] });
    const second = await leave("Second");
    expect(await until(2)).toMatchObject({ changed: ["Second"] });
    const found = await all.runs.find(second);
    if (found?.kind !== "open") throw new Error("nobody conducts it");
    await found.open.change(({ conductor }) => conductor.submit({ type: "run.set_lanes", lanes: 9 }, "person:ann"));
    found.release();
    expect(await until(3)).toMatchObject({ changed: ["Second paused"] });
    rmSync(runFiles(runs(), first).folder, { recursive: true });
    expect(await until(4)).toEqual({ changed: [], removed: [first] });
    stop();
    await leave("Third");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(told).toHaveLength(4);
  });
});
