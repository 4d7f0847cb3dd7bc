// Compiles the preload library (shim.c) and runs programs under it.

import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export function buildShim(folder: string): string {
  const library = join(folder, "powercut.so");
  const source = fileURLToPath(new URL("./shim.c", import.meta.url));
  execFileSync("cc", [
    "-O1",
    "-Wall",
    "-Wextra",
    "-Werror",
    "-shared",
    "-fPIC",
    "-o",
    library,
    source,
    "-ldl",
    "-lpthread",
  ]);
  return library;
}

export type ShimSettings = {
  readonly library: string;
  /** Folder in which Node keeps compiled code from one process to the next. */
  readonly cache: string;
  /** Canonical path of the watched folder. */
  readonly root: string;
  readonly trace: string;
  readonly mark: string;
  /** Operation (from 1) before which the process is killed. */
  readonly killAt?: number;
  /** Operations whose writes find no room: from the first up to, not with, the second. */
  readonly fullAt?: readonly [from: number, until: number];
};

export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly stderr: string };

/** Runs a script of ours to its end under the shim. */
export function runUnderShim(script: URL, args: readonly string[], settings: ShimSettings): Promise<Ended> {
  const { library, cache, root, trace, mark, killAt, fullAt } = settings;
  const child = spawn(process.execPath, [fileURLToPath(script), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: {
      ...process.env,
      NODE_OPTIONS: "",
      NODE_COMPILE_CACHE: cache,
      // libuv may otherwise hand file operations to the kernel past any library call.
      UV_USE_IO_URING: "0",
      LD_PRELOAD: library,
      POWERCUT_ROOT: root,
      POWERCUT_TRACE: trace,
      POWERCUT_MARK: mark,
      ...(killAt === undefined ? {} : { POWERCUT_KILL: String(killAt) }),
      ...(fullAt === undefined ? {} : { POWERCUT_FULL: String(fullAt[0]), POWERCUT_FULL_UNTIL: String(fullAt[1]) }),
    },
  });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal, stderr }));
  });
}
