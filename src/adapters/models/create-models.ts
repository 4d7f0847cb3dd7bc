// The models of a run: `scripted/...` from the scenario, everything else from the providers; all of them from a recording.

import type { Scenario } from "../../domain/scenario.ts";
import { zeroUsage } from "../../domain/usage.ts";
import type { Models } from "../../engine/ports.ts";
import { loadModelCards, type CardSources } from "./model-cards.ts";
import { createScriptedModels, type Sleep } from "./scripted-model.ts";
import { createSdkModels, type SdkModelsOptions } from "./sdk-models.ts";

type Callable = Pick<Models, "call" | "check">;

export type ModelsOptions = SdkModelsOptions & {
  readonly scenario?: Scenario;
  /** For the scenario's delays; real time where it is not given. */
  readonly sleep?: Sleep;
  /** The person's own figures, by model. */
  readonly overrides?: CardSources["overrides"];
};

export function createModels(given: ModelsOptions): Models {
  const { scenario, sleep = sleepRealTime, overrides = {}, ...options } = given;
  const real = createSdkModels(options);
  const scripted = scenario ? createScriptedModels(scenario, { sleep }) : withoutScenario;
  const isPlayed = (model: string): boolean => scenario?.recorded === true || model.startsWith("scripted/");
  const pick = (model: string): Callable => (isPlayed(model) ? scripted : real);
  return {
    call: (request, hooks) => pick(request.model).call(request, hooks),
    check: (model) => pick(model).check(model),
    card: async (model) => {
      const cards = await loadModelCards([model], { userConfig: options.userConfig, overrides });
      return cards[model] ?? { price: null, window: null };
    },
  };
}

const missing = {
  problem: "a scripted model was asked for, but there is no scenario",
  remedy: "Name a scenario file, or choose a real model.",
} as const;

const withoutScenario: Callable = {
  call: () =>
    Promise.resolve({
      kind: "fault",
      code: "unknown_model",
      detail: `${missing.problem}. ${missing.remedy}`,
      usage: zeroUsage,
    }),
  check: () => Promise.resolve(missing),
};

const sleepRealTime: Sleep = (ms, signal) =>
  new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
