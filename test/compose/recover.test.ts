// RCV: the run that recovers from another, as it lies on disk: claimed first, made whole, one however many come.

import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plantRun } from "../../src/adapters/log/plant-run.ts";
import { encodeRecord } from "../../src/adapters/log/record.ts";
import { findHomes, runFiles } from "../../src/adapters/run-files.ts";
import { lookAt } from "../../src/compose/find-run.ts";
import { runsOf, type ProjectRuns } from "../../src/compose/place.ts";
import { recoveryIdOf, recoverRun, type RecoverWish } from "../../src/compose/recover-run.ts";
import { questionOf } from "../../src/core/recovery/next-run.ts";
import type { RunState } from "../../src/core/state.ts";
import type { Inheritance } from "../../src/domain/deliberation.ts";
import { isRunId, type ModelId, type RunId } from "../../src/domain/ids.ts";
import { Fault } from "../../src/engine/ports.ts";
import { failedDeliberation, type FailedOptions } from "../support/failed-deliberation.ts";
import { digest } from "../support/given.ts";
import { makeScratch } from "../support/scratch.ts";

const failed = "run_aaaaaaaaaaaaaaaa" as RunId;
let home: string;
let place: ProjectRuns;
const env = (): Readonly<Record<string, string>> => ({ TUTTI_HOME: home });

beforeEach(() => {
  home = makeScratch("tutti-recover-");
  place = runsOf(findHomes(env()), "p-1");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

async function leave(options: Partial<FailedOptions> = {}): Promise<void> {
  const project = { root: home, branch: null, base: "0".repeat(40) };
  const config = { project, ...options.config };
  const { records, bytes } = failedDeliberation({ run: failed, ...options, config });
  await plantRun({ dir: place.runs, run: options.run ?? failed, createdAt: 1 }, async (planting) => {
    await planting.putBlob(bytes);
    for (const record of records) planting.add(encodeRecord(record));
  });
}

const recover = (wish: Partial<RecoverWish> = {}) =>
  recoverRun(place, { run: failed, why: "policy", by: "engine", ...wish }, env());

const stateOf = async (run: RunId): Promise<RunState> =>
  (await lookAt(place, { run, createdAt: 0, owner: null })).state;
const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "nothing",
    (error: unknown) => (error instanceof Fault ? error.code : String(error)),
  );
const claims = async (): Promise<number> => {
  const log = await place.store.peek(failed);
  const found = [...(log?.read() ?? [])].filter(({ event }) => event.type === "deliberation.recovery_claimed");
  await log?.close();
  return found.length;
};

/** What agents prove themselves with is made by chance. */
const withoutSecrets = ({ config }: RunState): unknown =>
  JSON.parse(JSON.stringify(config), (key, value: unknown) => (key === "capability" ? undefined : value));

const inheritance: Inheritance = {
  prior: "run_bbbbbbbbbbbbbbbb",
  root: "run_cccccccccccccccc",
  generation: 3,
  outcome: "deadlock",
  handoff: "0".repeat(64),
  at: 9,
  changes: ["15 rounds instead of 10"],
  hints: [],
  entries: [],
};

describe("a recovery on disk", () => {
  it("RCV9 P4 R-01 is one run under any number of triggers at once, claimed once, under a name that follows from the failed run's", async () => {
    await leave();
    const all = await Promise.all(Array.from({ length: 8 }, () => recover()));
    expect(new Set(all.map(({ run }) => run))).toEqual(new Set([recoveryIdOf(failed)]));
    expect(isRunId(recoveryIdOf(failed))).toBe(true);
    expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await claims()).toBe(1);
    expect(
      readdirSync(place.runs)
        .filter((name) => name.startsWith("run_"))
        .toSorted(),
    ).toEqual([failed, recoveryIdOf(failed)].toSorted());
  });

  it("RCV9 R-01 a crash between the claim and the run leaves what the next trigger finishes", async () => {
    await leave();
    const first = await recover();
    const before = withoutSecrets(await stateOf(first.run));
    rmSync(runFiles(place.runs, first.run).folder, { recursive: true });
    const second = await recover({ by: "person:ann" });
    expect(second).toEqual({ ...first, isNew: false });
    expect(withoutSecrets(await stateOf(first.run))).toEqual(before);
    expect(await claims()).toBe(1);
  });

  it("RCV10 B-129 DB-53 both runs name each other; the new one inherits entries, no capability, and says what is other", async () => {
    await leave({ capability: "a".repeat(64) });
    const { run, generation, changes } = await recover();
    expect(generation).toBe(2);
    expect(questionOf(await stateOf(failed))?.recovery).toMatchObject({ run, generation, changes });
    const { config } = await stateOf(run);
    expect(config?.deliberation?.inheritance).toMatchObject({ prior: failed, root: failed, generation: 2, changes });
    expect(config?.deliberation?.inheritance?.entries.map(({ key }) => key)).toEqual([
      "inherited_alpha_files",
      "inherited_beta_server",
      "inherited_beta_both",
    ]);
    expect(config?.deliberation?.setup.mediatorAtOnce).toBe(true);
    expect(JSON.stringify(config)).not.toContain("a".repeat(64));
    const secrets = JSON.parse(readFileSync(runFiles(place.runs, run).capabilities, "utf8")) as Record<string, string>;
    expect(Object.keys(secrets)).toEqual(["ALPHA", "BETA", "GAMMA"]);
    expect(config?.deliberation?.setup.seats[0]?.capability).toBe(digest(secrets["ALPHA"] ?? ""));
  });

  it("RCV11 B-132 DB-53 R-03 after the third run the chain has failed; a person's own choice begins a chain of its own", async () => {
    await leave({ inheritance });
    expect(await codeOf(recover())).toBe("recovery_refused");
    expect(await claims()).toBe(0);
    const again = await recover({ why: "rerun", by: "person:ann" });
    expect(again.generation).toBe(1);
    const { config } = await stateOf(again.run);
    expect(config?.deliberation?.inheritance).toMatchObject({ root: again.run, prior: failed, generation: 1 });
    expect(await codeOf(recover({ why: "escalate", model: "echo/large" as ModelId }))).toBe("recovery_claimed");
  });

  it("RCV12 P11 what is left of the budget goes along, and with nothing left nothing begins", async () => {
    await leave({ config: { budgets: { run: { tokens: 1_000, turns: 7 } } } });
    const { run } = await recover();
    expect((await stateOf(run)).config?.budgets).toEqual({ run: { tokens: 1_000, turns: 7 } });
    const spent = "run_dddddddddddddddd" as RunId;
    await leave({ run: spent, config: { budgets: { run: { tokens: 0 } } } });
    expect(await codeOf(recover({ run: spent }))).toBe("recovery_refused");
  });

  it("RCV13 DB-43 DB-44 nothing is claimed where the handoff is missing or damaged, or a higher tier is not known", async () => {
    await leave({ isLost: true });
    expect(await codeOf(recover())).toBe("recovery_refused");
    const damaged = "run_eeeeeeeeeeeeeeee" as RunId;
    await leave({ run: damaged });
    const state = await stateOf(damaged);
    const handoff = questionOf(state)?.handoff;
    if (handoff?.stored !== true) throw new Error("it was stored");
    const { blob } = handoff.handoff;
    rmSync(dirname(join(runFiles(place.runs, damaged).folder, "blobs", blob.slice(0, 2), blob)), { recursive: true });
    expect(await codeOf(recover({ run: damaged }))).toBe("blob_missing");
    expect(questionOf(await stateOf(damaged))?.recovery).toBeNull();
    const low = "run_ffffffffffffffff" as RunId;
    await leave({ run: low });
    expect(await codeOf(recover({ run: low, why: "escalate" }))).toBe("recovery_refused");
    const named = await recover({ run: low, why: "escalate", model: "echo/large" as ModelId });
    const seats = (await stateOf(named.run)).config?.deliberation?.setup.seats ?? [];
    expect(new Set(seats.map(({ model }) => model))).toEqual(new Set(["echo/large"]));
    expect(existsSync(runFiles(place.runs, named.run).folder)).toBe(true);
  });
});
