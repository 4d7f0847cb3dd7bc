// The AI SDK's own streaming tool loop in a pool; keeps nothing.

import { stepCountIs, streamText } from "ai";
import type { Contestant } from "../contestant.ts";
import { runSdkLoop } from "../sdk-loop.ts";

export const contestant: Contestant = {
  name: "AI SDK loop, streaming",
  keeps: "nothing",
  workloads: ["W1", "W2"],
  run: (load) => runSdkLoop(load, (options) => streamText({ ...options, stopWhen: stepCountIs(5) }).consumeStream()),
};
