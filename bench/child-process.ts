// A process of the benchmark's own that is spoken with by lines.

import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

export type Child = {
  readonly pid: number;
  /** What follows `word` on the next line that begins with it. Rejects where the process ends before. */
  readonly line: (word: string) => Promise<string>;
  readonly tell: (order?: string) => void;
  readonly end: () => void;
};

/** `args`: of Node. */
export function startChild(args: readonly string[]): Child {
  const child: ChildProcess = spawn(process.execPath, [...args], { stdio: ["pipe", "pipe", "inherit"] });
  // Every wait for a line listens for the end.
  child.setMaxListeners(0);
  const lines: string[] = [];
  let look = (): void => {};
  const take = (line: string): void => {
    lines.push(line);
    look();
  };
  if (child.stdout !== null) createInterface(child.stdout).on("line", take);
  return {
    pid: child.pid ?? 0,
    line: (word) =>
      new Promise((resolve, reject) => {
        look = () => {
          const place = lines.findIndex((line) => line.startsWith(word));
          if (place >= 0) resolve((lines.splice(place, 1)[0] ?? "").slice(word.length + 1));
        };
        child.once("exit", (code) => setImmediate(() => reject(new Error(`${args[0]} ended with ${code}`))));
        look();
      }),
    tell: (order = "go") => void child.stdin?.write(`${order}\n`),
    end: () => void child.kill("SIGKILL"),
  };
}
