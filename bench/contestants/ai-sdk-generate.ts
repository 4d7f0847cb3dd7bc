// The AI SDK's own tool loop without streaming, in a pool; keeps nothing.

import { generateText, stepCountIs } from "ai";
import type { Contestant } from "../contestant.ts";
import { runSdkLoop } from "../sdk-loop.ts";

export const contestant: Contestant = {
  name: "AI SDK loop",
  keeps: "nothing",
  workloads: ["W1", "W2"],
  run: (load) => runSdkLoop(load, (options) => generateText({ ...options, stopWhen: stepCountIs(5) })),
};
