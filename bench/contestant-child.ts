// A contestant in a process of its own: one load a line in, one measurement a line out, until the input ends.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import type { Contestant, Load } from "./contestant.ts";

const [file = ""] = process.argv.slice(2);
const { contestant } = (await import(pathToFileURL(file).href)) as { readonly contestant: Contestant };
const say = (answer: unknown): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);

const { name, keeps, workloads } = contestant;
say({ name, keeps, workloads });
for await (const line of createInterface({ input: process.stdin })) {
  const before = process.cpuUsage();
  try {
    const { seconds, steps, modelCalls, toolCalls, peakRss } = await contestant.run(JSON.parse(line) as Load);
    const { user, system } = process.cpuUsage(before);
    say({ seconds, steps, modelCalls, toolCalls, peakRss, cpuSeconds: (user + system) / 1_000_000 });
  } catch (error) {
    say({ problem: error instanceof Error ? error.message : String(error) });
  }
}
