// One command from start to end, for both sandboxes: output window, time limit, cancel, flood stop, and the one promise
// that is kept on every path: when this resolves, nothing the command started is running.

import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import type { CommandResult } from "../../engine/ports.ts";
import { createOutputWindow, type OutputWindow } from "./output-window.ts";

/** Bytes of output after which a command is stopped: nobody reads them, and reading them costs a core. */
const floodBytes = 64 * 1024 * 1024;

export type Contained = {
  /** Program and arguments, run without a shell. Descriptor 3 of the program is a pipe whose text `reap` receives. */
  readonly argv: readonly [string, ...string[]];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Own process group and session on the host; a pid namespace needs none. */
  readonly detached: boolean;
  readonly timeoutMs: number;
  readonly outputBytes: number;
  readonly signal: AbortSignal;
  /** Stops everything the command started; `status` is what came over descriptor 3 so far. May be called again. */
  readonly stop: (child: ChildProcess, status: string) => void;
  /** Called once after the program ended by itself or was stopped; resolves when nothing is left. */
  readonly reap: (child: ChildProcess) => Promise<void>;
};

export type Ending = CommandResult & {
  /** What came over descriptor 3. */
  readonly status: string;
};

type Reason = "timeout" | "cancelled" | "flood";

/** Rejects only when the program itself cannot be started. */
export async function runContained(what: Contained): Promise<Ending> {
  const started = performance.now();
  if (what.signal.aborted) return { exitCode: null, ended: "cancelled", output: "", ms: 0, status: "" };
  const [program, ...args] = what.argv;
  const child = spawn(program, args, {
    cwd: what.cwd,
    env: what.env,
    detached: what.detached,
    stdio: ["ignore", "pipe", "ignore", "pipe"],
  });
  const output = createOutputWindow(what.outputBytes);
  const reason = await watch(child, what, output);
  const ms = Math.round(performance.now() - started);
  return { ...toEnding(child, reason.why), output: toOutput(output, reason.why, what), ms, status: reason.status };
}

function watch(
  child: ChildProcess,
  what: Contained,
  output: OutputWindow,
): Promise<{ readonly why: Reason | undefined; readonly status: string }> {
  return new Promise((resolve, reject) => {
    let why: Reason | undefined;
    let status = "";
    const stop = (reason: Reason): void => {
      why ??= reason;
      what.stop(child, status);
    };
    const onAbort = (): void => stop("cancelled");
    const timer = setTimeout(() => stop("timeout"), Math.min(what.timeoutMs, 2 ** 31 - 1));
    what.signal.addEventListener("abort", onAbort, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      what.signal.removeEventListener("abort", onAbort);
    };

    child.stdout?.on("data", (chunk: Buffer) => {
      output.add(chunk);
      if (output.total() > floodBytes && why === undefined) stop("flood");
    });
    const pipe = child.stdio[3] as Readable | null;
    pipe?.on("data", (chunk: Buffer) => {
      status += chunk.toString("utf8");
      // A stop that came before the sandbox had named its first process is made good here.
      if (why !== undefined) what.stop(child, status);
    });
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    const closed = new Promise<void>((done) => child.once("close", () => done()));
    child.once("exit", () => {
      settle();
      // What the command left running may hold its output open: reap first, and only then wait for the end of output.
      what
        .reap(child)
        .then(() => closed)
        .then(() => resolve({ why, status }), reject);
    });
  });
}

function toEnding(child: ChildProcess, why: Reason | undefined): Pick<CommandResult, "exitCode" | "ended"> {
  if (why === "timeout" || why === "cancelled") return { exitCode: null, ended: why };
  if (why === "flood" || child.signalCode !== null) return { exitCode: null, ended: "signal" };
  const exitCode = child.exitCode;
  return exitCode === null || isSignalCode(exitCode)
    ? { exitCode: null, ended: "signal" }
    : { exitCode, ended: "exit" };
}

/** Signals that end a program from outside or by its own fault. Others of 128+n are mere exit codes of test runners. */
const fatal: ReadonlySet<number> = new Set(
  (["SIGILL", "SIGTRAP", "SIGABRT", "SIGBUS", "SIGFPE", "SIGKILL", "SIGSEGV", "SIGTERM", "SIGSYS"] as const).map(
    (name) => 128 + constants.signals[name],
  ),
);

const isSignalCode = (exitCode: number): boolean => fatal.has(exitCode);

function toOutput(output: OutputWindow, why: Reason | undefined, what: Contained): string {
  const text = output.text();
  const line = text === "" || text.endsWith("\n") ? "" : "\n";
  if (why === "timeout") return `${text}${line}[stopped after ${what.timeoutMs} ms, the time limit]\n`;
  if (why === "flood") return `${text}${line}[stopped after ${floodBytes} bytes of output]\n`;
  return text;
}
