// The AI SDK's automatic loop, one ticket a call, over the mock model.

import { tool } from "ai";
import { z } from "zod";
import { createTally, type Load, type Measured } from "./contestant.ts";
import { closingWords, makeMockModel } from "./mock-model.ts";
import { runPool, toJobs, wait } from "./workloads.ts";

type LoopOptions = {
  readonly model: ReturnType<typeof makeMockModel>;
  readonly system: string;
  readonly prompt: string;
  readonly tools: { readonly look: ReturnType<typeof makeLook> };
  readonly maxRetries: number;
};

const inputSchema = z.object({ at: z.string() });
const makeLook = (execute: () => Promise<string>) => tool({ inputSchema, execute });

export async function runSdkLoop(load: Load, loop: (options: LoopOptions) => PromiseLike<unknown>): Promise<Measured> {
  const jobs = toJobs(load);
  const tally = createTally(jobs);
  const model = makeMockModel(closingWords, "stop");
  const started = performance.now();
  await runPool(jobs, load.concurrency, async (job) => {
    tally.modelCalled(job, 1);
    const look = makeLook(async () => {
      tally.toolCalled();
      await wait(jobs[job]?.ms ?? 0);
      return "seen";
    });
    await loop({ model, system: "You work.", prompt: "Do it.", tools: { look }, maxRetries: 0 });
    tally.modelCalled(job, 2);
  });
  const seconds = (performance.now() - started) / 1000;
  if (model.doGenerateCalls.length + model.doStreamCalls.length !== 2 * jobs.length)
    throw new Error("the loop made another number of model calls");
  return tally.measured(seconds);
}
