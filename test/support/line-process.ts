// A real child process that talks in lines of JSON, for tests with more than one process.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export type LineProcess = {
  readonly pid: number;
  /** The next line, parsed; undefined at the end of its output. */
  readonly next: () => Promise<unknown>;
  readonly say: (line: string) => void;
  /** Ends its input. */
  readonly end: () => void;
  /** SIGKILL to this process alone; resolves once it is gone. */
  readonly kill: () => Promise<void>;
  readonly ended: Promise<number | null>;
};

/** `wrap` is put before the command line: a sandbox to run it in. */
export function startLineProcess(script: URL, args: readonly string[], wrap: readonly string[] = []): LineProcess {
  const [file = process.execPath, ...rest] = [...wrap, process.execPath, fileURLToPath(script), ...args];
  const child = spawn(file, rest, { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, NODE_OPTIONS: "" } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ended = once(child, "close").then(([code]) => code as number | null);
  // A process that has gone cannot be told anything; its end is seen by `ended`.
  child.stdin.on("error", () => {});
  return {
    pid: child.pid ?? -1,
    async next() {
      const line = await lines.next();
      return line.done === true ? undefined : (JSON.parse(line.value) as unknown);
    },
    say: (line) => void child.stdin.write(`${line}\n`),
    end: () => child.stdin.end(),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
    ended,
  };
}
