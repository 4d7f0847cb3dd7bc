// Starts a contestant in a process of its own, so that its memory is its own and its neighbours' garbage is not.

import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Contestant, Load, Measured } from "./contestant.ts";

export type Sample = Measured & {
  /** Of the whole process while the load ran, the making of its store included. */
  readonly cpuSeconds: number;
};

export type OpenContestant = Pick<Contestant, "name" | "keeps" | "workloads"> & {
  /** Rejects where the contestant did not do the work. */
  readonly run: (load: Load) => Promise<Sample>;
  readonly close: () => Promise<void>;
};

const folder = join(import.meta.dirname, "contestants");

/** Files in bench/contestants/, without their ending: whoever is put there takes part. */
export const contestantNames = (): string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".ts"))
    .map((file) => file.slice(0, -".ts".length));

export async function openContestant(id: string): Promise<OpenContestant> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "contestant-child.ts"), join(folder, `${id}.ts`)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const line = await lines.next();
    if (line.done === true) throw new Error(`${id} ended before it had answered`);
    return JSON.parse(line.value) as unknown;
  };
  const hello = (await next()) as Pick<Contestant, "name" | "keeps" | "workloads">;
  return {
    ...hello,
    run: async (load) => {
      child.stdin.write(`${JSON.stringify(load)}\n`);
      const answer = (await next()) as Sample | { readonly problem: string };
      if ("problem" in answer) throw new Error(`${id}: ${answer.problem}`);
      return answer;
    },
    close: async () => {
      child.stdin.end();
      await gone;
    },
  };
}
