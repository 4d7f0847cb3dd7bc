// Tutti through the AI SDK, with the SDK's mock model.

import { createSdkModels } from "../../src/adapters/models/sdk-models.ts";
import type { Contestant } from "../contestant.ts";
import { finishCall, makeMockModel } from "../mock-model.ts";
import { conductLoad } from "../product.ts";

export const contestant: Contestant = {
  name: "Tutti, AI SDK",
  keeps: "every step, synced",
  workloads: ["W1"],
  run: (load) => {
    const model = makeMockModel(finishCall, "tool-calls");
    const models = createSdkModels({ userConfig: { providers: {} }, env: {}, resolve: () => model });
    return conductLoad(load, models);
  },
};
