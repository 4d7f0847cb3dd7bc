// Machines of `tutti worker` as child processes, each with a home of its own as if it were another computer.

import { join } from "node:path";
import type { MachineNews } from "../../../src/cli/machine-at-work.ts";
import { parseLines, startTutti, type Started } from "./cli.ts";
import type { Project } from "./project.ts";

export type TestMachine = {
  readonly id: string;
  readonly pid: number;
  readonly process: Started;
  readonly home: string;
  /** What it has told so far. */
  readonly news: () => readonly MachineNews[];
  /** The first news of this kind, of this ticket where one is named. */
  readonly told: (kind: MachineNews["kind"], ticket?: string) => Promise<unknown>;
};

export type MachineSetting = {
  readonly store: string;
  /** Names its home. */
  readonly name: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
};

/** Resolves once it is there. */
export async function startMachine(project: Project, setting: MachineSetting): Promise<TestMachine> {
  const { store, name, args = [], env = {} } = setting;
  const home = join(project.folder, name);
  let said = "";
  const process = startTutti(["worker", "--store", store, "--json", ...args], {
    env: { ...project.env, ...env, TUTTI_HOME: home },
  });
  process.child.stdout?.on("data", (text: string) => (said += text));
  const [, id = ""] = await process.seen(/"kind":"started","id":"([^"]+)"/);
  const whole = (): string => said.slice(0, said.lastIndexOf("\n") + 1);
  return {
    id,
    pid: process.child.pid ?? 0,
    process,
    home,
    news: () => parseLines(whole()) as readonly MachineNews[],
    told: (kind, ticket) =>
      process.seen(new RegExp(`"kind":"${kind}"[^\\n]*${ticket === undefined ? "" : `"ticket":"${ticket}"`}`)),
  };
}
