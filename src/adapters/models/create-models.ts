// The models of a run: `scripted/...` from the scenario, everything else from the providers; all of them from a recording.

import type { Scenario } from "../../domain/scenario.ts";
import { zeroUsage } from "../../domain/usage.ts";
import type { Models } from "../../engine/ports.ts";
import { createScriptedModels, type Sleep } from "./scripted-model.ts";
import { createSdkModels, type SdkModelsOptions } from "./sdk-models.ts";

export type ModelsOptions = SdkModelsOptions & {
  readonly scenario?: Scenario;
  /** For the scenario's delays; real time where it is not given. */
  readonly sleep?: Sleep;
};

export function createModels({ scenario, sleep = sleepRealTime, ...options }: ModelsOptions): Models {
  const real = createSdkModels(options);
  const scripted = scenario ? createScriptedModels(scenario, { sleep }) : withoutScenario;
  const isPlayed = (model: string): boolean => scenario?.recorded === true || model.startsWith("scripted/");
  const pick = (model: string): Models => (isPlayed(model) ? scripted : real);
  return {
    call: (request, hooks) => pick(request.model).call(request, hooks),
    check: (model) => pick(model).check(model),
  };
}

const missing = {
  problem: "a scripted model was asked for, but there is no scenario",
  remedy: "Name a scenario file, or choose a real model.",
} as const;

const withoutScenario: Models = {
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
