// Who sits at the table and what it is held to, from the command line down to the defaults.

import { describe, expect, it } from "vitest";
import { settleDeliberation, type DeliberationSources } from "../../src/core/deliberation-settings.ts";
import { effectiveSettings } from "../../src/core/effective.ts";
import { setupSchema } from "../../src/domain/deliberation.ts";
import {
  deliberationTable,
  toDeliberationSetting,
  type DeliberationSetting,
} from "../../src/domain/deliberation-setting.ts";
import { emptyProjectConfig, parseTuttiFile } from "../../src/domain/project-config.ts";
import { emptyUserConfig } from "../../src/domain/user-config.ts";
import { parseUserDefaults } from "../../src/domain/user-defaults.ts";

const valueOf = <T>(parsed: { ok: true; value: T } | { ok: false; problems: unknown }): T => {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
};

type Given = {
  readonly repository?: unknown;
  readonly person?: unknown;
  readonly said?: readonly unknown[];
};

const sourcesOf = ({ repository = {}, person = {}, said = [] }: Given): DeliberationSources => ({
  projectConfig: { ...emptyProjectConfig, tutti: valueOf(parseTuttiFile(repository)) },
  userDefaults: valueOf(parseUserDefaults(person)),
  said: said.map((each): DeliberationSetting => toDeliberationSetting(deliberationTable.parse(each))),
  flags: { attended: false },
});

const settle = (given: Given) => settleDeliberation(sourcesOf(given));
const models = (given: Given) => settle(given).setup.seats.map(({ role, model }) => `${role} ${model}`);

describe("settings of a deliberation", () => {
  it("DCLI1 ALPHA and BETA propose and GAMMA mediates; limits and thresholds are the defaults (DB-05, DB-71, DB-78)", () => {
    const { setup, faults } = settle({ person: { defaults: { models: "mine/x" } } });
    expect(faults).toEqual([]);
    expect(setupSchema.parse(setup)).toEqual(setup);
    expect(setup.seats.map(({ role, kind }) => [role, kind])).toEqual([
      ["ALPHA", "proposer"],
      ["BETA", "proposer"],
      ["GAMMA", "mediator"],
    ]);
    expect(setup.limits).toMatchObject({ rounds: 10, timeoutMs: 600_000, idleMs: 30_000, stuckMs: 60_000 });
    expect(setup.thresholds).toEqual({ stuck: 1, conflicts: 3, complexity: 0.8, success: 1 });
    expect(setup).toMatchObject({ mediatorDecides: false, mediatorAtOnce: false, recovery: "ask" });
  });

  it("DCLI1 who names two proposers names them all, who names one adds it, and a named mediator is the only one", () => {
    const person = { deliberation: { model: "m/x" } };
    const roles = (seats: Record<string, { kind?: "proposer" | "mediator" }>) =>
      settle({ person, said: [{ seats }] }).setup.seats.map(({ role, kind }) => `${role} ${kind}`);
    expect(roles({ PLANNER: {}, CRITIC: {} })).toEqual(["PLANNER proposer", "CRITIC proposer", "GAMMA mediator"]);
    expect(roles({ DELTA: {} })).toEqual(["ALPHA proposer", "BETA proposer", "DELTA proposer", "GAMMA mediator"]);
    expect(roles({ JUDGE: { kind: "mediator" } })).toEqual(["ALPHA proposer", "BETA proposer", "JUDGE mediator"]);
  });

  it("ERB2 a budget of errors is tighter with fewer of them and with a longer window", () => {
    const limits = (errors: number, error_window_seconds: number) => ({
      deliberation: { model: "m/x", limits: { errors, error_window_seconds } },
    });
    const asked = (own: object, repository: object) => {
      const { errors, errorWindowMs } = settle({ person: own, repository }).setup.limits;
      return [errors, errorWindowMs];
    };
    expect(asked({ deliberation: { model: "m/x" } }, {})).toEqual([10, 600_000]);
    expect(asked(limits(5, 60), limits(3, 90))).toEqual([3, 90_000]);
    expect(asked(limits(5, 60), limits(9, 30))).toEqual([5, 60_000]);
  });

  it("DCLI2 a seat's model: --seat, --model, its seat in a file, [deliberation], then what the tiers have", () => {
    const person = { defaults: { models: "own/default" }, tiers: { 2: { models: ["own/lead", "own/more"] } } };
    expect(models({ person })).toEqual(["ALPHA own/lead", "BETA own/lead", "GAMMA own/lead"]);
    const repository = { deliberation: { model: "repo/all", seats: { BETA: { model: "repo/beta" } } } };
    expect(models({ person, repository })).toEqual(["ALPHA repo/all", "BETA repo/beta", "GAMMA repo/all"]);
    const said = [{ model: "flag/all", seats: { GAMMA: { model: "flag/gamma" } } }];
    expect(models({ person, repository, said })).toEqual(["ALPHA flag/all", "BETA flag/all", "GAMMA flag/gamma"]);
  });

  it("DCLI2 what is said first outranks what is said after it, part by part", () => {
    const said = [
      { limits: { rounds: 3 }, seats: { ALPHA: { model: "a/a" } } },
      { limits: { rounds: 7, messages: 9 }, model: "b/b", seats: { ALPHA: { model: "b/a", brief: "cost" } } },
    ];
    const { setup } = settle({ said });
    expect(setup.limits).toMatchObject({ rounds: 3, messages: 9 });
    expect(setup.seats[0]).toMatchObject({ role: "ALPHA", model: "a/a", brief: "cost" });
    expect(setup.seats[1]).toMatchObject({ role: "BETA", model: "b/b" });
    expect(models({ said: [{ model: "flag/all" }, { seats: { BETA: { model: "scripted/beta" } } }] })).toEqual([
      "ALPHA flag/all",
      "BETA flag/all",
      "GAMMA flag/all",
    ]);
  });

  it("DCLI2 a seat without a model, a single proposer, two mediators and a model that is not allowed are faults", () => {
    expect(settle({}).faults.map(({ problem }) => problem)).toEqual(["no model is named for it"]);
    const few = settle({
      said: [{ model: "m/x", seats: { BETA: { kind: "mediator" }, GAMMA: { kind: "mediator" } } }],
    });
    expect(few.faults.map(({ problem }) => problem)).toEqual([
      "two seats mediate: BETA, GAMMA",
      "only one seat proposes; it takes two to deliberate",
    ]);
    const crowd = Object.fromEntries(Array.from({ length: 9 }, (_, place) => [`P${place}`, {}]));
    expect(settle({ said: [{ model: "m/x", seats: crowd }] }).faults).toMatchObject([{ place: "seats" }]);
    const foreign = settle({
      person: { allow: { models: ["mine/*"] }, defaults: { models: "mine/x" } },
      repository: { deliberation: { seats: { BETA: { model: "theirs/y" } } } },
    });
    expect(foreign.faults).toMatchObject([{ file: "tutti.toml", path: ["deliberation", "seats", "BETA", "model"] }]);
  });

  it("DCLI3 a repository can tighten limits and recovery, and cannot let the mediator decide", () => {
    const person = { deliberation: { model: "m/x", limits: { rounds: 8 }, recovery: "ask" } };
    const wider = settle({
      person,
      repository: { deliberation: { limits: { rounds: 20 }, recovery: "auto", mediator_decides: true } },
    });
    expect(wider.setup).toMatchObject({ limits: { rounds: 8 }, recovery: "ask", mediatorDecides: false });
    const refused = wider.entries.filter(({ refused }) => refused !== undefined).map(({ name }) => name);
    expect(refused).toEqual(["deliberation.limits.rounds", "deliberation.mediator_decides", "deliberation.recovery"]);
    const tighter = settle({
      person,
      repository: { deliberation: { limits: { rounds: 2, timeout_seconds: 9.5 }, recovery: "none" } },
    });
    expect(tighter.setup).toMatchObject({ limits: { rounds: 2, timeoutMs: 9_500 }, recovery: "none" });
  });

  it("DCLI3 thresholds are the repository's to choose where the person says nothing of them", () => {
    const repository = { deliberation: { thresholds: { conflicts: 1, complexity: 0.5 } } };
    const person = { deliberation: { model: "m/x", thresholds: { complexity: 0.9 } } };
    expect(settle({ person, repository }).setup.thresholds).toMatchObject({ conflicts: 1, complexity: 0.9 });
  });

  it("DCLI3 every bad value of a file is told by its path (DB-16)", () => {
    const parsed = parseTuttiFile({
      deliberation: {
        recovery: "always",
        seats: { alpha: {} },
        limits: { rounds: 0, timeout_seconds: -1, idle: 3 },
        thresholds: { complexity: 2 },
      },
    });
    if (parsed.ok) throw new Error("it was taken");
    expect(parsed.problems.map(({ path, problem }) => `${path.slice(1).join(".")}: ${problem}`).toSorted()).toEqual([
      "limits.idle: is not a known setting",
      "limits.rounds: must be 1 or more",
      "limits.timeout_seconds: must be more than 0 seconds",
      'recovery: must be "none", "ask" or "auto"',
      "seats.alpha: must be capital letters, digits and _, at most 16, for example ALPHA",
      "thresholds.complexity: must be a number from 0 to 1",
    ]);
  });

  it("DCLI3 `tutti config` shows each of them, in the files' units, with where it comes from", () => {
    const { flags, projectConfig, userDefaults } = sourcesOf({
      repository: { deliberation: { limits: { timeout_seconds: 90 } } },
      person: { deliberation: { model: "m/x" } },
    });
    const shown = new Map(
      effectiveSettings({ projectConfig, userDefaults, userConfig: emptyUserConfig, flags, root: "/", tools: [] }).map(
        ({ name, value, origin }) => [name, [value, origin.from]],
      ),
    );
    expect(shown.get("deliberation.limits.timeout_seconds")).toEqual([90, "tutti.toml"]);
    expect(shown.get("deliberation.limits.rounds")).toEqual([10, "default"]);
    expect(shown.get("deliberation.seats.ALPHA.model")).toEqual(["m/x", "config.toml"]);
    expect(shown.get("deliberation.recovery")).toEqual(["ask", "default"]);
  });

  it("PDEL7 a plan is deliberated where the command line says so, or a file and no person's word against it", () => {
    const wanted = { deliberation: { planning: true } };
    const unwanted = { deliberation: { planning: false } };
    expect(settle({}).planning).toBe(false);
    expect(settle({ person: wanted }).planning).toBe(true);
    expect(settle({ repository: wanted }).planning).toBe(true);
    expect(settle({ repository: wanted, person: unwanted }).planning).toBe(false);
    expect(settle({ repository: wanted, person: unwanted, said: [{ planning: true }] }).planning).toBe(true);
    expect(settle({ repository: wanted, said: [{ planning: false }] }).planning).toBe(false);
    const refused = settle({ repository: wanted, person: unwanted }).entries.find(
      ({ name }) => name === "deliberation.planning",
    );
    expect(refused).toMatchObject({ value: false, refused: { asked: true } });
  });
});
