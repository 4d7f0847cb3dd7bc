// A shell that blocks of commands are typed into, one after the other, as a person does in a terminal.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";

export type Terminal = {
  /** Types a block and resolves with what it printed. Rejects where a command of it fails or the shell ends. */
  type(block: string): Promise<string>;
  /** Resolves with the first match in anything printed so far or later. Rejects when the shell ends without one. */
  seen(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends the shell and everything it started. */
  close(): Promise<void>;
};

export type TerminalOptions = { readonly cwd: string; readonly env: Readonly<Record<string, string>> };

/** A `/bin/sh` in its own process group; a failing command ends it. */
export function createTerminal(options: TerminalOptions): Terminal {
  const shell = spawn("/bin/sh", ["-eu"], { cwd: options.cwd, env: options.env, detached: true });
  const ended = once(shell, "close");
  const waiting = new Set<() => void>();
  let printed = "";
  let isOpen = true;
  let typed = 0;
  const wakeAll = (): void => {
    for (const wake of waiting) wake();
  };
  for (const stream of [shell.stdout, shell.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
      wakeAll();
    });
  }
  shell.stdin.on("error", () => {}); // The shell's end is told by `close`; a write that comes after it has no reader.
  shell.on("close", () => {
    isOpen = false;
    wakeAll();
  });

  const seen = (pattern: RegExp, from = 0): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(printed.slice(from));
        if (match === null && isOpen) return;
        waiting.delete(look);
        if (match === null) reject(new Error(`the shell ended before ${pattern} was seen:\n${printed}`));
        else resolve(match);
      };
      waiting.add(look);
      look();
    });

  return {
    async type(block) {
      typed += 1;
      const from = printed.length;
      const mark = `@@typed-${typed}@@`;
      // Braces keep `cd` and functions; the empty input keeps a command from reading the blocks that follow.
      shell.stdin.write(`{\n${block}\n} </dev/null\necho "${mark}"\n`);
      const { index } = await seen(new RegExp(mark), from);
      return printed.slice(from, from + index);
    },
    seen: (pattern) => seen(pattern),
    async close() {
      if (isOpen && shell.pid !== undefined) process.kill(-shell.pid, "SIGKILL");
      await ended;
    },
  };
}

/** Set by the test runner and by npm for the script it runs; a person's terminal has none of it. */
const runnersOwn = /^(VITEST|NODE_ENV$|NODE_OPTIONS$|npm_(package|lifecycle|command|execpath|config_local_prefix))/;

/** The person's own environment (npm's registry and proxies are configured there), with Tutti's home in `work`. */
export function guideEnv(work: string): Record<string, string> {
  const inherited = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || runnersOwn.test(name) ? [] : [[name, value] as const],
  );
  return {
    ...Object.fromEntries(inherited),
    PATH: `${dirname(process.execPath)}:${process.env["PATH"] ?? ""}`,
    TUTTI_HOME: join(work, "home"),
    CLONE: join(import.meta.dirname, "../.."),
    WORK: work,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_AUTHOR_NAME: "Guide",
    GIT_AUTHOR_EMAIL: "guide@example.invalid",
    GIT_COMMITTER_NAME: "Guide",
    GIT_COMMITTER_EMAIL: "guide@example.invalid",
  };
}
