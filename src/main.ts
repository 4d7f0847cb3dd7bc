#!/usr/bin/env node
// The composition root: gives the commands this process, this terminal and this machine, and turns errors into words.

import { readFileSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import type { Command } from "commander";
import { findHomes, makePrivateFolder } from "./adapters/run-files.ts";
import type { CliContext, ExitCode } from "./cli/context.ts";
import { explain, toErrorJson, toErrorText } from "./cli/errors.ts";
import { invocationOf, toTypable } from "./cli/invocation.ts";
import { createProgram } from "./cli/program.ts";

const program = join(import.meta.dirname, "..");
const wantsJson = process.argv.includes("--json");
/** `nohup` has its wish: a handler of ours would undo it. */
const stopSignals = isHangupIgnored() ? (["SIGINT", "SIGTERM"] as const) : (["SIGINT", "SIGTERM", "SIGHUP"] as const);

const context: CliContext = {
  out: process.stdout,
  err: process.stderr,
  keyboard: process.stdin,
  input: process.stdin,
  env: process.env,
  now: Date.now,
  desk: async (other = store) => {
    const [{ createDesk }, { chooseStore }] = await Promise.all([
      import("./compose/desk.ts"),
      import("./compose/choose-store.ts"),
    ]);
    return createDesk(await chooseStore(process.env, other), program);
  },
  onStopSignal: (callback) => {
    for (const signal of stopSignals) process.on(signal, callback);
    return () => {
      for (const signal of stopSignals) process.off(signal, callback);
    };
  },
  onExit: (callback) => {
    process.on("exit", callback);
    return () => process.off("exit", callback);
  },
  exitNow: (code) => process.exit(code),
};

/** Bit 0 of the mask is signal 1. Only Linux tells. */
function isHangupIgnored(): boolean {
  try {
    const [, mask = "0"] = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8")) ?? [];
    return (BigInt(`0x${mask}`) & 1n) === 1n;
  } catch {
    return false;
  }
}

/** The repository and the store the command was given; hints name them too. */
let repo = ".";
let store: string | undefined;

function prepare(_all: Command, called: Command): void {
  const given: unknown = called.getOptionValue("repo");
  if (typeof given === "string") repo = given;
  const named: unknown = called.getOptionValue("store");
  if (typeof named === "string") {
    store = named;
    // Hints say it again.
    process.env["TUTTI_STORE_SAID"] = named;
  }
  const capacity: unknown = called.name() === "worker" ? undefined : called.getOptionValue("capacity");
  if (typeof capacity === "number") process.env["TUTTI_CAPACITY"] = String(capacity);
  keepCompiled();
}

/** Shortens the way to the first step. In the person's own folder, because what lies there is run. */
function keepCompiled(): void {
  try {
    const folder = join(findHomes(process.env).state, "compile-cache");
    makePrivateFolder(folder);
    enableCompileCache(folder);
  } catch {
    // Without it everything is as it was, only slower; a folder that cannot be written is told by whoever needs it.
  }
}

/** A reader that has gone away (`| head`) is no error of ours; the run goes on and its log has it all. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
}

async function main(): Promise<void> {
  const { version } = JSON.parse(readFileSync(join(program, "package.json"), "utf8")) as { version: string };
  const settle = (code: ExitCode): void => {
    process.exitCode = code;
  };
  try {
    await createProgram(context, { version, settle, json: wantsJson }).hook("preAction", prepare).parseAsync();
  } catch (error) {
    await fail(error);
    // A command that has failed is over, whatever it left open: a server, a lock, a run begun beside it that can be resumed.
    process.exit();
  }
}

async function fail(error: unknown): Promise<void> {
  process.exitCode = 1;
  const explained = explain(error);
  if (explained !== undefined) {
    if (wantsJson) process.stdout.write(`${toErrorJson(explained)}\n`);
    else process.stderr.write(`${toTypable(toErrorText(explained), invocationOf(process.env, repo))}\n`);
    if (process.env["TUTTI_DEBUG"] === "1") console.error(error);
    return;
  }
  const { recordCrash } = await import("./compose/record-crash.ts");
  process.stderr.write(`${recordCrash(error, process.env)}\n`);
  if (process.env["TUTTI_DEBUG"] === "1") console.error(error);
}

process.on("uncaughtException", (error) => {
  void fail(error).finally(() => process.exit(1));
});

await main();
