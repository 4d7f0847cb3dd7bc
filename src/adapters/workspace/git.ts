// The one place that starts the git program: argv only, a fixed environment, no hook, no prompt, and no transport but
// for the calls of a run whose attempts travel.
// What a repository's own configuration could run on this machine is switched off here, for every call.

import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { isAbsolute } from "node:path";
import { existsSync } from "node:fs";
import { Fault } from "../../engine/ports.ts";

export type ConfigPair = readonly [key: string, value: string];

export type GitCall = {
  /** Working directory of the process. */
  readonly cwd: string;
  /** Given outright, so that git never looks for a repository in a folder a worker can write. */
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly input?: string;
  /** Further configuration, above the repository's own. */
  readonly config?: readonly ConfigPair[];
  /** The person's own environment and configuration; used by `land` alone. */
  readonly personal?: boolean;
  /** The one way by which this call may reach another repository. */
  readonly transport?: "file" | "ssh" | "https";
  readonly env?: Readonly<Record<string, string>>;
  /** Keep only this many bytes of stdout; `cut` says whether more came. */
  readonly keepBytes?: number;
};

export type GitResult = {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly cut: boolean;
};

export type Git = {
  /** Runs to the end and reports any exit code. Throws Fault `git_missing`, `git_timeout`. */
  run(args: readonly string[], call: GitCall): Promise<GitResult>;
  /** stdout of a call that must succeed. Throws Fault `git_failed` or `disk_full` with git's own words. */
  read(args: readonly string[], call: GitCall): Promise<string>;
};

const timeoutMs = 15 * 60_000;

/**
 * Above every repository's configuration. `core.fsync` covers loose objects too: a published ref that survives a
 * power cut must not point at a commit that did not.
 */
const hardened: readonly ConfigPair[] = [
  ["core.hooksPath", "/dev/null"],
  ["core.fsmonitor", "false"],
  ["core.untrackedCache", "false"],
  ["core.alternateRefsCommand", ":"],
  ["core.logAllRefUpdates", "false"],
  ["core.quotePath", "false"],
  ["core.fsync", "objects,derived-metadata,reference"],
  ["core.fsyncMethod", "batch"],
  ["safe.bareRepository", "explicit"],
  ["submodule.recurse", "false"],
  ["commit.gpgSign", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
];

/** Enough that the person's own git, run for them, starts nothing the call is not about. */
const calmed: readonly ConfigPair[] = [
  ["core.fsmonitor", "false"],
  ["gc.auto", "0"],
  ["maintenance.auto", "false"],
  ["submodule.recurse", "false"],
];

/** A fetch or push does what its arguments say, whatever the person's configuration adds to theirs. */
const plainTransport: readonly ConfigPair[] = [
  ["push.recurseSubmodules", "no"],
  ["push.gpgSign", "false"],
  ["push.followTags", "false"],
  ["fetch.recurseSubmodules", "false"],
  ["fetch.writeCommitGraph", "false"],
  ["transfer.bundleURI", "false"],
];

const identity = { name: "Tutti", email: "tutti@localhost" } as const;

export const tuttiIdentity: Readonly<Record<string, string>> = {
  GIT_AUTHOR_NAME: identity.name,
  GIT_AUTHOR_EMAIL: identity.email,
  GIT_COMMITTER_NAME: identity.name,
  GIT_COMMITTER_EMAIL: identity.email,
};

/** A relative PATH entry would let a folder we work in decide which `git` is run. */
const safePath = (path: string | undefined): string =>
  (path ?? "/usr/local/bin:/usr/bin:/bin")
    .split(":")
    .filter((entry) => isAbsolute(entry))
    .join(":");

const own = (name: string): Record<string, string> => {
  const value = process.env[name];
  return value === undefined ? {} : { [name]: value };
};

const closedEnvironment = (): Record<string, string> => ({
  PATH: safePath(process.env["PATH"]),
  ...own("TMPDIR"),
  LC_ALL: "C",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_TERMINAL_PROMPT: "0",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_NO_REPLACE_OBJECTS: "1",
  GIT_NO_LAZY_FETCH: "1",
  // A transport is allowed by the call that needs it: not ext::, not a promisor's upload-pack.
  GIT_ALLOW_PROTOCOL: "none",
  ...tuttiIdentity,
});

const personalEnvironment = (): Record<string, string> => {
  const kept = Object.entries(process.env).flatMap(([name, value]) =>
    value === undefined || name.startsWith("GIT_") ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(kept), PATH: safePath(process.env["PATH"]), LC_ALL: "C", GIT_TERMINAL_PROMPT: "0" };
};

/** What ssh, a proxy and a credential helper of the person's own need to know. */
const networkNames = `HOME XDG_CONFIG_HOME USER LOGNAME SSH_AUTH_SOCK GIT_SSH GIT_SSH_COMMAND GIT_SSH_VARIANT
  GIT_SSL_CAINFO GIT_SSL_CAPATH http_proxy https_proxy HTTPS_PROXY all_proxy ALL_PROXY no_proxy NO_PROXY`.split(/\s+/);

/** Over a network the person's own configuration says how they are let in. Nobody is asked anything. */
function transportEnvironment(protocol: NonNullable<GitCall["transport"]>): Record<string, string> {
  const closed = closedEnvironment();
  if (protocol === "file") return { ...closed, GIT_ALLOW_PROTOCOL: "file" };
  const { GIT_CONFIG_GLOBAL: _global, GIT_CONFIG_NOSYSTEM: _system, ...rest } = closed;
  const known = Object.assign({}, ...networkNames.map(own)) as Record<string, string>;
  const silent = { GIT_ASKPASS: "", SSH_ASKPASS: "/bin/false", SSH_ASKPASS_REQUIRE: "force" };
  // Their configuration may send one of the two by way of the other.
  return { ...rest, ...known, ...silent, GIT_ALLOW_PROTOCOL: "https:ssh" };
}

const configEnvironment = (pairs: readonly ConfigPair[]): Record<string, string> => {
  const env: Record<string, string> = { GIT_CONFIG_COUNT: String(pairs.length) };
  // By environment, not by `-c`: a key may hold "=" and `-c` would split it in the wrong place.
  pairs.forEach(([key, value], n) => {
    env[`GIT_CONFIG_KEY_${n}`] = key;
    env[`GIT_CONFIG_VALUE_${n}`] = value;
  });
  return env;
};

function environmentOf(call: GitCall): Record<string, string> {
  const personal = call.personal === true;
  const closed = call.transport === undefined ? closedEnvironment() : transportEnvironment(call.transport);
  const fixed = call.transport === undefined ? hardened : [...hardened, ...plainTransport];
  return {
    ...(personal ? personalEnvironment() : closed),
    ...configEnvironment([...(personal ? calmed : fixed), ...(call.config ?? [])]),
    ...(call.gitDir === undefined ? {} : { GIT_DIR: call.gitDir }),
    ...(call.workTree === undefined ? {} : { GIT_WORK_TREE: call.workTree }),
    ...call.env,
  };
}

const missing = (cause: unknown): Fault =>
  new Fault("git_missing", "The git program was not found on PATH.", {
    remedy: "Install git 2.38 or newer (Debian: apt-get install git) and try again.",
    cause,
  });

/** What went wrong, in git's own words, without its hints. */
export const gitWords = (result: GitResult): string => {
  const lines = result.err.split("\n").filter((line) => line.trim() !== "" && !/^(hint|warning):/.test(line));
  return lines.slice(0, 4).join(" ").slice(0, 500) || `exit code ${result.code}`;
};

export const gitFault = (args: readonly string[], result: GitResult): Fault => {
  const command = args.find((arg) => !arg.startsWith("-")) ?? "";
  if (/No space left on device|Disk quota exceeded/i.test(result.err)) {
    return new Fault("disk_full", `git ${command} found no space left on the disk.`, {
      remedy: "Free some space; what was already merged is safe. Then resume the run.",
    });
  }
  return new Fault("git_failed", `git ${command} failed: ${gitWords(result)}`, {
    remedy: "Check the repository with `git fsck`; then resume the run.",
  });
};

/** Collects a stream; beyond `limit` bytes it goes on reading, so that the writer is not blocked, but keeps nothing. */
function collect(stream: NodeJS.ReadableStream, limit: number): () => { text: string; cut: boolean } {
  const chunks: Buffer[] = [];
  let kept = 0;
  let cut = false;
  stream.on("data", (chunk: Buffer) => {
    const room = limit - kept;
    if (chunk.length > room) cut = true;
    if (room <= 0) return;
    const part = chunk.subarray(0, room);
    kept += part.length;
    chunks.push(part);
  });
  return () => ({ text: Buffer.concat(chunks).toString("utf8"), cut });
}

const waitFor = (child: ChildProcessWithoutNullStreams, args: readonly string[], call: GitCall): Promise<GitResult> =>
  new Promise((resolve, reject) => {
    const out = collect(child.stdout, call.keepBytes ?? Number.POSITIVE_INFINITY);
    const err = collect(child.stderr, 64 * 1024);
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill("SIGKILL");
    }, timeoutMs);
    child.once("error", (cause) => {
      clearTimeout(timer);
      // A missing working directory is reported with the program's name; it is not a missing program.
      reject(existsSync(call.cwd) ? missing(cause) : new Error(`the folder ${call.cwd} is gone`, { cause }));
    });
    child.once("close", (code) => {
      clearTimeout(timer);
      if (late) {
        const message = `git ${args[0] ?? ""} did not end within ${timeoutMs / 60_000} minutes and was stopped.`;
        reject(new Fault("git_timeout", message, { remedy: "Check that the disk is healthy; then resume the run." }));
        return;
      }
      const { text, cut } = out();
      resolve({ code: code ?? 128, out: text, err: err().text, cut });
    });
    // A git that ends without reading its input closes the pipe; its exit code tells the story.
    child.stdin.on("error", () => {});
    child.stdin.end(call.input ?? "");
  });

/** `onSpawn` sees the arguments of every process started: how the benchmark counts. */
export function createGit(options: { readonly onSpawn?: (args: readonly string[]) => void } = {}): Git {
  const run = (args: readonly string[], call: GitCall): Promise<GitResult> => {
    options.onSpawn?.(args);
    const child = spawn("git", [...args], { cwd: call.cwd, env: environmentOf(call), stdio: "pipe" });
    return waitFor(child, args, call);
  };
  return {
    run,
    async read(args, call) {
      const result = await run(args, call);
      if (result.code !== 0) throw gitFault(args, result);
      return result.out;
    },
  };
}
