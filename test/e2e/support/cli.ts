// The real command, bundled as it is published (build-program.ts), as a child process.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";

const top = join(import.meta.dirname, "..", "..", "..");
const program = join(top, "dist", "main.js");

export type Done = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Started = {
  readonly child: ChildProcess;
  readonly done: Promise<Done>;
  /** The first match in what it printed or will print. Rejects when it ends without one. */
  readonly seen: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly kill: (signal: NodeJS.Signals) => void;
};

export type CliOptions = {
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Words before the command, such as a program that runs it with other rights. */
  readonly prefix?: readonly string[];
};

const running = new Set<ChildProcess>();

/** Ends what a failed test left behind. */
export function killLeftovers(): void {
  for (const child of running) child.kill("SIGKILL");
}

export function startTutti(args: readonly string[], { env, cwd = tmpdir(), prefix = [] }: CliOptions): Started {
  const [file = process.execPath, ...words] = [...prefix, process.execPath, program, ...args];
  const child = spawn(file, words, {
    cwd,
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      NODE_COMPILE_CACHE: join(top, "node_modules", ".cache", "tutti-e2e"),
      ...env,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  running.add(child);
  let stdout = "";
  let stderr = "";
  let isOver = false;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    wake();
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    wake();
  });
  const done = once(child, "close").then(([code, signal]): Done => {
    running.delete(child);
    isOver = true;
    wake();
    return { code: code as number | null, signal: signal as string | null, stdout, stderr };
  });
  return {
    child,
    done,
    kill: (signal) => void child.kill(signal),
    seen: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const match = pattern.exec(stdout) ?? pattern.exec(stderr);
          if (match === null && !isOver) return;
          waiting.delete(look);
          if (match === null) reject(new Error(`the command ended before ${pattern} was seen:\n${stdout}\n${stderr}`));
          else resolve(match);
        };
        waiting.add(look);
        look();
      }),
  };
}

export const tutti = (args: readonly string[], options: CliOptions): Promise<Done> => startTutti(args, options).done;

export type JsonRecord = {
  readonly seq: number;
  readonly by: string;
  readonly event: { readonly type: string } & Readonly<Record<string, unknown>>;
};

export const parseLines = (text: string): readonly unknown[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as unknown);

/** What `--json` printed: the records, and the object that came last. */
export function parseRun(stdout: string): { records: readonly JsonRecord[]; final: Record<string, unknown> } {
  const lines = parseLines(stdout);
  return { records: lines.slice(0, -1) as JsonRecord[], final: lines.at(-1) as Record<string, unknown> };
}
