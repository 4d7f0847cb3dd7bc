// The one configuration of a run: who outranks whom, and that a repository can only tighten.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readPlan } from "../../src/core/plan-rules.ts";
import { makeRunConfig } from "../../src/core/settings.ts";
import type { RunFlags, RunSources } from "../../src/core/settings.ts";
import { tighten } from "../../src/core/tighten.ts";
import { defaultLimits, limitsSchema, runConfigSchema } from "../../src/domain/config.ts";
import { emptyProjectConfig, parseAgentsFile, parseTuttiFile } from "../../src/domain/project-config.ts";
import type { ProjectConfig } from "../../src/domain/project-config.ts";
import type { Plan } from "../../src/domain/ticket-file.ts";
import { emptyUserDefaults, parseUserDefaults } from "../../src/domain/user-defaults.ts";
import type { UserDefaults } from "../../src/domain/user-defaults.ts";

const valueOf = <T>(parsed: { ok: true; value: T } | { ok: false; problems: unknown }): T => {
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
};

const planOf = (value: unknown): Plan => {
  const read = readPlan(JSON.stringify(value));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.plan;
};

const repository = (agents: unknown, tutti: unknown = {}): ProjectConfig => ({
  agents: valueOf(parseAgentsFile(agents)),
  tutti: valueOf(parseTuttiFile(tutti)),
});

const person = (value: unknown): UserDefaults => valueOf(parseUserDefaults(value));

const plain = { id: "T1", description: "Do it" };
const root = "/src/mine";

type Given = {
  readonly plan?: unknown;
  readonly planFromRepository?: boolean;
  readonly projectConfig?: ProjectConfig;
  readonly userDefaults?: UserDefaults;
  readonly flags?: Partial<RunFlags>;
};

const sourcesOf = (given: Given): RunSources => ({
  plan: planOf(given.plan ?? [plain]),
  planFromRepository: given.planFromRepository ?? false,
  projectConfig: given.projectConfig ?? emptyProjectConfig,
  userDefaults: given.userDefaults ?? person({ defaults: { models: "home/default" } }),
  flags: { attended: true, ...given.flags },
  project: { root, branch: "main", base: "0".repeat(40) },
  prompts: [{ name: "worker", version: "7", hash: "h", text: "Work." }],
  tools: ["read", "edit", "run"],
  digest: (text) => `digest of ${text}`,
});

const made = (given: Given) => {
  const result = makeRunConfig(sourcesOf(given));
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result;
};

const faultsOf = (given: Given) => {
  const result = makeRunConfig(sourcesOf(given));
  return result.ok ? [] : result.faults;
};

describe("a run's configuration", () => {
  it("CFG6 without any file there is one worker, the person's ladder, trust ask, sandbox and git", () => {
    const { config, notes } = made({});
    expect(runConfigSchema.parse(config)).toEqual(config);
    expect(config).toMatchObject({
      title: "Do it",
      workspace: "git",
      sandbox: "bwrap",
      mode: "async",
      attended: true,
      limits: defaultLimits,
      verify: [],
      rules: [],
      archetypes: [
        {
          name: "worker",
          tier: 3,
          models: ["home/default"],
          trust: "ask",
          tools: ["read", "edit", "run"],
          prompt: "Work.",
        },
      ],
    });
    expect(config).not.toHaveProperty("trust");
    expect(config).not.toHaveProperty("scenario");
    expect(notes).toEqual([]);
  });

  it("CFG6 A-22 the ladder comes from the flag, the plan, the archetype, the tier, the fallback, the person: in this order", () => {
    const ladders: string[] = [];
    const agents = (own: boolean, fallback: boolean) => ({
      archetypes: { worker: own ? { models: "repo/archetype" } : {} },
      ...(fallback && { default_cheap: "repo/fallback" }),
    });
    const tutti = { tiers: { 3: { models: "repo/tier" } } };
    const given: readonly Given[] = [
      {
        flags: { models: ["flag/x" as never] },
        plan: { models: "plan/x", tickets: [plain] },
        projectConfig: repository(agents(true, true), tutti),
      },
      { plan: { models: "plan/x", tickets: [plain] }, projectConfig: repository(agents(true, true), tutti) },
      { projectConfig: repository(agents(true, true), tutti) },
      { projectConfig: repository(agents(false, true), tutti) },
      { projectConfig: repository(agents(false, true)) },
      { projectConfig: repository(agents(false, false)) },
    ];
    for (const each of given) ladders.push(made(each).config.archetypes[0]?.models[0] ?? "");
    expect(ladders).toEqual(["flag/x", "plan/x", "repo/archetype", "repo/tier", "repo/fallback", "home/default"]);
  });

  it("CFG6 an archetype's prompt follows the worker's; its tools narrow the worker's", () => {
    const { config } = made({
      projectConfig: repository({ archetypes: { worker: { prompt: "Be brief.", tools: ["read"] } } }),
    });
    expect(config.archetypes[0]).toMatchObject({ prompt: "Work.\n\nBe brief.", tools: ["read"] });
  });

  it("CFG6 the project's verify commands come before the plan's", () => {
    const given = { plan: { verify: "b", tickets: [plain] }, projectConfig: repository({}, { verify: ["a"] }) };
    expect(made(given).config.verify).toEqual(["a", "b"]);
  });

  it("CFG6 the title comes from the flag, the plan, or the tickets", () => {
    expect(made({ flags: { title: "F" }, plan: { title: "P", tickets: [plain] } }).config.title).toBe("F");
    expect(made({ plan: { title: "P", tickets: [plain] } }).config.title).toBe("P");
    expect(made({ plan: [plain, { id: "T2", description: "x" }] }).config.title).toBe("Do it and 1 more");
  });

  it("CFG7 an unknown archetype, an unknown tool and a missing ladder are faults, all told at once", () => {
    const faults = faultsOf({
      plan: [plain, { ...plain, id: "T2", archetype: "tster" }],
      projectConfig: repository({ archetypes: { tester: { tools: ["reed"] } } }),
      userDefaults: emptyUserDefaults,
    });
    expect(faults.map(({ place, problem }) => `${place}: ${problem}`)).toEqual([
      'ticket T2: archetype: "tster" is no archetype of agents.toml; did you mean "tester"?',
      'archetypes.tester.tools: "reed" is not a tool there is; did you mean "read"?',
      "archetype worker: no model is named for it",
    ]);
  });

  it("CFG7 a kind whose tickets all name their models needs no ladder; an unused kind without one is left out", () => {
    const { config } = made({
      plan: [{ ...plain, models: "a/b" }],
      projectConfig: repository({ archetypes: { idle: {} } }),
      userDefaults: emptyUserDefaults,
    });
    expect(config.archetypes.map(({ name, models }) => [name, models])).toEqual([["worker", ["a/b"]]]);
  });

  it("CFG8 models that files name must be among those the person allows; the person's own word is free", () => {
    const userDefaults = person({ defaults: { models: "home/default" }, allow: { models: ["a/*", "b/one"] } });
    expect(faultsOf({ userDefaults, flags: { models: ["z/z" as never] } })).toEqual([]);
    const projectConfig = repository(
      { archetypes: { worker: { models: ["a/x", "b/one", "b/two"] } }, default_cheap: "c/x" },
      { tiers: { 1: { models: "d/x" } } },
    );
    const plan = { models: ["e/x"], tickets: [{ ...plain, models: ["f/x"] }] };
    expect(faultsOf({ userDefaults, projectConfig, plan }).map(({ problem }) => problem.split('"')[1])).toEqual([
      "e/x",
      "f/x",
      "b/two",
      "c/x",
      "d/x",
    ]);
  });
});

describe("what a repository may do", () => {
  const trustOf = (given: Given) => made(given).config.archetypes[0]?.trust;
  const auto = repository({ archetypes: { worker: { trust_level: "auto" } } });
  const step = repository({ archetypes: { worker: { trust: "step" } } });

  it("CFG4 A-36 auto in a repository file counts only where the person trusts the repository or works on auto", () => {
    const result = made({ projectConfig: auto });
    expect(result.config.archetypes[0]?.trust).toBe("ask");
    expect(result.notes).toEqual([expect.stringContaining('archetype worker asks for trust "auto"; "ask" counts')]);
    const models = "home/default";
    expect(
      trustOf({
        projectConfig: auto,
        userDefaults: person({ defaults: { models }, trusted: { repositories: [root] } }),
      }),
    ).toBe("auto");
    expect(
      trustOf({
        projectConfig: auto,
        userDefaults: person({ defaults: { models }, trusted: { repositories: ["*"] } }),
      }),
    ).toBe("auto");
    expect(
      trustOf({
        projectConfig: auto,
        userDefaults: person({ defaults: { models }, trusted: { repositories: [`${root}/sub`] } }),
      }),
    ).toBe("ask");
    expect(trustOf({ projectConfig: auto, userDefaults: person({ defaults: { models, trust: "auto" } }) })).toBe(
      "auto",
    );
  });

  it("CFG4 a repository may ask for step, and may not loosen the person's step", () => {
    const models = "home/default";
    expect(trustOf({ projectConfig: step })).toBe("step");
    expect(
      trustOf({
        projectConfig: repository({ archetypes: { worker: { trust: "ask" } } }),
        userDefaults: person({ defaults: { models, trust: "step" } }),
      }),
    ).toBe("step");
  });

  it("CFG4 A-36 a ticket file of the repository is held the same way; a ticket that says nothing stays silent", () => {
    const plan = [
      { ...plain, trust: "auto" },
      { ...plain, id: "T2", trust: "step" },
      { ...plain, id: "T3" },
    ];
    const inside = made({ plan, planFromRepository: true });
    expect(inside.tickets.map(({ trust }) => trust)).toEqual(["ask", "step", undefined]);
    expect(inside.notes).toEqual([expect.stringContaining("ticket T1")]);
    const handedIn = made({ plan });
    expect(handedIn.tickets.map(({ trust }) => trust)).toEqual(["auto", "step", undefined]);
    expect(handedIn.notes).toEqual([]);
  });

  it("CFG4 the person's flag outranks all", () => {
    expect(made({ projectConfig: step, flags: { trust: "auto" } }).config.trust).toBe("auto");
    expect(made({ projectConfig: repository({}, { lanes: { run: 1 } }), flags: { lanes: 9 } }).config.lanes.run).toBe(
      9,
    );
    expect(
      made({ projectConfig: repository({}, { limits: { turns: 1 } }), flags: { limits: { turns: 9 } } }).config.limits
        .turns,
    ).toBe(9);
  });

  it("CFG4 what it asks above the person's limits is told and does not count", () => {
    const { lanes, limits, notes } = tighten(
      person({ limits: { turns: 50 } }),
      repository({}, { limits: { turns: 99, attempts: 2 }, lanes: { run: 9, tiers: { 3: 2 } } }),
      root,
    );
    expect(limits).toMatchObject({ turns: 50, attempts: 2 });
    expect(lanes).toEqual({ run: 4, tiers: { 3: 2 }, providers: {} });
    expect(notes).toEqual([
      "tutti.toml asks lanes.run 9; your 4 counts.",
      "tutti.toml asks limits.turns 99; your 50 counts.",
    ]);
  });

  it("CFG10 a budget of the repository counts where it is lower or the person has none, and never raises or removes one", () => {
    const mine = { run: { usd: 5, turns: 10 }, day: { usd: 50 }, tiers: { 1: { tokens: 100 } } };
    const theirs = {
      run: { usd: 9, turns: 3, spawns: 7 },
      ticket: { minutes: 5 },
      tiers: { 1: { tokens: 99 }, 4: { usd: 0 } },
    };
    const { budgets, notes } = tighten(person({ budgets: mine }), repository({}, { budgets: theirs }), root);
    expect(budgets).toEqual({
      run: { costMicros: 5_000_000, turns: 3, spawns: 7 },
      ticket: { minutes: 5 },
      day: { costMicros: 50_000_000 },
      tiers: { "1": { tokens: 99 }, "4": { costMicros: 0 } },
    });
    expect(notes).toEqual(["tutti.toml asks budgets.run.usd 9; your 5 counts."]);
    expect(made({}).config).not.toHaveProperty("budgets");
  });

  it("CFG11 what the person switches off stays off; else the repository and its archetypes choose", () => {
    const models = "home/default";
    const reviewed = repository({ archetypes: { worker: { review: true } } }, { planning: { replan: true } });
    const off = made({
      projectConfig: reviewed,
      userDefaults: person({ defaults: { models }, planning: { review: false, replan: false } }),
    });
    expect(off.config.planning).toEqual({ replan: false, diagnosis: true });
    expect(off.config.archetypes[0]).not.toHaveProperty("review");
    expect(off.notes).toEqual(["tutti.toml asks planning.replan true; your false counts."]);
    expect(made({ projectConfig: reviewed }).config.archetypes[0]).toMatchObject({ review: true });
    const all = repository({ archetypes: { worker: {}, plain: { review: false } } }, { planning: { review: true } });
    expect(made({ projectConfig: all }).config.archetypes.map(({ review }) => review)).toEqual([true, undefined]);
  });

  it("CFG12 a tier is consulted where somebody names models for it; to plan a goal, 1 and 2 take the workers'", () => {
    expect(made({}).config).not.toHaveProperty("tiers");
    const goal = { epic: "Build it" };
    const own = person({ defaults: { models: "home/default" }, tiers: { 2: { models: "home/two" } } });
    const given = (projectConfig: ProjectConfig, withGoal: boolean, models?: readonly string[]) => {
      const sources = sourcesOf({ projectConfig, userDefaults: own, flags: { models: models as never } });
      const result = makeRunConfig(withGoal ? { ...sources, goal } : sources);
      return result.ok ? result.config.tiers : result.faults;
    };
    expect(given(emptyProjectConfig, false)).toEqual({ "2": ["home/two"] });
    expect(given(emptyProjectConfig, true)).toEqual({ "1": ["home/default"], "2": ["home/two"] });
    expect(given(emptyProjectConfig, true, ["flag/x"])).toEqual({ "1": ["flag/x"], "2": ["home/two"] });
    const named = repository({ default_cheap: "a/cheap" }, { tiers: { 1: { models: ["a/one"] } } });
    expect(given(named, true)).toEqual({ "1": ["a/one"], "2": ["a/cheap"], "4": ["a/cheap"] });
  });

  it("PROMPT3 the run records every prompt, and one of its own for an archetype with words of its own", () => {
    const { config } = made({ projectConfig: repository({ archetypes: { writer: { prompt: "Be brief." } } }) });
    const text = "Work.\n\nBe brief.";
    expect(config.prompts).toEqual([
      { name: "worker", version: "7", hash: "h", text: "Work." },
      { name: "worker/writer", version: "7", hash: `digest of ${text}`, text },
    ]);
    expect(config.archetypes.map(({ prompt }) => prompt)).toEqual(["Work.", text]);
  });

  const limitsOf = fc.record(
    Object.fromEntries(
      ["attempts", "turns", "held", "turn_seconds", "max_output_tokens"].map((name) => [
        name,
        fc.integer({ min: 1, max: 5_000 }),
      ]),
    ),
    { requiredKeys: [] },
  );
  const lanesOf = fc.record(
    {
      run: fc.integer({ min: 1, max: 99 }),
      tiers: fc.record({ 3: fc.integer({ min: 1, max: 9 }) }, { requiredKeys: [] }),
    },
    { requiredKeys: [] },
  );
  const trusts = fc.constantFrom("step", "ask", "auto");

  it("CFG4 A-36 whatever a repository says, no limit, lane or trust is wider than without it", () => {
    const strictness = ["step", "ask", "auto"];
    fc.assert(
      fc.property(
        limitsOf,
        limitsOf,
        lanesOf,
        lanesOf,
        trusts,
        trusts,
        (mine, theirs, myLanes, theirLanes, myTrust, theirTrust) => {
          const userDefaults = person({
            defaults: { models: "home/default", trust: myTrust },
            limits: mine,
            lanes: myLanes,
          });
          const before = made({ userDefaults }).config;
          const projectConfig = repository(
            { archetypes: { worker: { trust: theirTrust } } },
            { limits: theirs, lanes: theirLanes },
          );
          const after = made({ userDefaults, projectConfig }).config;
          for (const field of Object.keys(limitsSchema.shape) as (keyof typeof before.limits)[]) {
            expect(after.limits[field]).toBeLessThanOrEqual(before.limits[field] ?? Infinity);
          }
          expect(after.lanes.run).toBeLessThanOrEqual(before.lanes.run);
          expect(after.lanes.tiers["3"] ?? Infinity).toBeLessThanOrEqual(before.lanes.tiers["3"] ?? Infinity);
          const levels = [after, before].map(({ archetypes }) => strictness.indexOf(archetypes[0]?.trust ?? ""));
          expect(levels[0]).toBeLessThanOrEqual(levels[1] ?? -1);
        },
      ),
    );
  });
});
