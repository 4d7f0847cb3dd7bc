// The ladders of a run's project over the API.

import { afterEach, describe, expect, it } from "vitest";
import { Fault } from "../../src/engine/ports.ts";
import type { SaveModelsOrder } from "../../src/http/runs-wire.ts";
import type { ServedRuns } from "../../src/http/runs.ts";
import type { ProblemBody } from "../../src/http/wire.ts";
import { serveRun, type ServedRun } from "./served-run.ts";

let served: ServedRun | undefined;
afterEach(async () => {
  await served?.close();
  served = undefined;
});

const start = async (more: Partial<ServedRuns>): Promise<ServedRun> => (served = await serveRun(more));

describe("the ladders of a run's project", () => {
  it("SAVE3 A-21 are read, and written as somebody asks, with what will not count", async () => {
    const asked: unknown[] = [];
    const { send, base, conductor } = await start({
      projectModels: async () => ({ file: "/project/tutti.toml", tiers: [{ tier: 3, models: [] }] }),
      saveModels: async (of, order: SaveModelsOrder) => {
        asked.push(of, order);
        return { file: "/project/tutti.toml", isChanged: true, notes: ["agents.toml names models for smith."] };
      },
    });
    const path = `${base}/project/models`;
    expect(await (await send("GET", path)).json()).toEqual({
      file: "/project/tutti.toml",
      tiers: [{ tier: 3, models: [] }],
    });
    const saved = await send("PUT", path, { body: { tiers: [{ tier: 3, models: ["a/b", "c/d"] }] } });
    expect(await saved.json()).toMatchObject({ isChanged: true, notes: ["agents.toml names models for smith."] });
    expect(asked).toEqual([conductor.state().run, { tiers: [{ tier: 3, models: ["a/b", "c/d"] }] }]);
  });

  it("SAVE3 what is no ladder is refused before anything is asked, and a refusal is told with its remedy", async () => {
    const { send, base } = await start({
      saveModels: () =>
        Promise.reject(new Fault("settings_refused", "Your config allows no such model.", { remedy: "Use another." })),
    });
    const path = `${base}/project/models`;
    const bad = [
      {},
      { tiers: [] },
      { tiers: [{ tier: 5, models: ["a/b"] }] },
      { tiers: [{ tier: 3, models: [] }] },
      { tiers: [{ tier: 3, models: ["sonnet"] }] },
      {
        tiers: [
          { tier: 3, models: ["a/b"] },
          { tier: 3, models: ["c/d"] },
        ],
      },
    ];
    for (const body of bad) expect((await send("PUT", path, { body })).status).toBe(422);
    const refused = await send("PUT", path, { body: { tiers: [{ tier: 3, models: ["a/b"] }] } });
    expect([refused.status, ((await refused.json()) as ProblemBody).remedy]).toEqual([422, "Use another."]);
    expect((await send("GET", "/api/runs/nonsense/project/models")).status).toBe(404);
  });
});
