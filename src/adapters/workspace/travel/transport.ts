// Fetches from the run's remote and pushes to it. Nobody is asked anything, no hook of this side runs, and what a
// failure says holds no credential.

import { setTimeout as pause } from "node:timers/promises";
import { Fault } from "../../../engine/ports.ts";
import { gitFault, gitWords, type ConfigPair, type Git, type GitCall, type GitResult } from "../git.ts";
import { createTurns } from "../in-turn.ts";
import { withoutCredentials, type RemoteAddress } from "./remote-address.ts";
import type { RefChange } from "./shared-refs.ts";

export type Refusal =
  /** A ref was not where it was expected. */
  | { readonly kind: "moved" }
  /** Somebody else's push is under way. */
  | { readonly kind: "busy"; readonly words: string }
  | { readonly kind: "refused"; readonly words: string };

export type Transport = {
  /** For a person to read. */
  readonly shown: string;
  /** Refs of the same names here, exact or ending in `*`; of the latter, those that are gone there go here. */
  fetch(into: GitCall, refs: readonly string[]): Promise<void>;
  /** All or nothing, each ref by compare-and-swap; undefined once it is done. */
  push(from: GitCall, changes: readonly RefChange[]): Promise<Refusal | undefined>;
  /** Where the exact refs are; those that are not there are left out. */
  list(refs: readonly string[]): Promise<ReadonlyMap<string, string>>;
};

/** A network that hiccups is no reason to fail an attempt. */
const pauses: Record<RemoteAddress["protocol"], readonly number[]> = {
  file: [],
  ssh: [500, 2_000],
  https: [500, 2_000],
};

const final =
  /Permission denied|Host key verification|Authentication failed|could not read (?:Username|Password)|not found/i;

const remedies: Record<RemoteAddress["protocol"], string> = {
  file: "See that the folder is there and yours; if this machine does not have it, set the machine's `via`.",
  ssh: "See that ssh reaches that host from this machine without asking anything, and that git is there; or set `via`.",
  https: "See that `git ls-remote` with this address works from this machine without asking anything.",
};

/** Whoever is silent this long is gone; the next try makes a new connection. */
const patientSsh = "ssh -o BatchMode=yes -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=4";

async function sshSettings(git: Git): Promise<readonly ConfigPair[]> {
  if (process.env["GIT_SSH_COMMAND"] !== undefined || process.env["GIT_SSH"] !== undefined) return [];
  const theirs = await git.run(["config", "--get", "core.sshCommand"], { cwd: "/", transport: "ssh" });
  return theirs.code === 0 ? [] : [["core.sshCommand", patientSsh]];
}

/** A worktree that is just being added has no commit yet, and git stumbles over it wherever it looks at all refs. */
const unfinishedWorktree = /bad object worktrees\/|missing necessary objects/;
const settling = { steps: 60, ms: 50 } as const;

const isDone = ({ code }: GitResult): boolean => code === 0;

/** What was to be deleted is gone already: then nothing was sent, and no line tells of it. */
const isGone = ({ err }: GitResult): boolean => /unable to delete '.*': remote ref does not exist/.test(err);

/** `!<tab>from:to<tab>[rejected] (stale info)`. A connection that broke after the refs were sent tells of none. */
const refusals = ({ out }: GitResult): readonly string[] =>
  out.split("\n").filter((line) => line.startsWith("!") && !line.includes("(remote failed to report status)"));

const isPushAnswer = (result: GitResult): boolean =>
  result.code === 0 || (result.code === 1 && (isGone(result) || refusals(result).length > 0));

const lease = ({ ref, expected }: RefChange): string => `--force-with-lease=${ref}:${expected ?? ""}`;

/** Stale info: this side saw the ref elsewhere than it was expected. All else is the other side's answer. */
function readRefusal(result: GitResult): Refusal {
  const lines = refusals(result);
  if (isGone(result) || lines.some((line) => line.includes("(stale info)"))) return { kind: "moved" };
  const told = result.err.split("\n").filter((line) => /^remote: |^error: |^fatal: /.test(line));
  const words = withoutCredentials([...told, ...lines].join(" ").slice(0, 500));
  const isRace = /failed to update ref|cannot lock ref|incorrect old value|reference already exists|failed to lock/;
  const answer = `${result.err}${result.out}`;
  return { kind: isRace.test(answer) || unfinishedWorktree.test(answer) ? "busy" : "refused", words };
}

export async function createTransport(git: Git, { address, protocol }: RemoteAddress): Promise<Transport> {
  const shown = withoutCredentials(address);
  const settings = protocol === "ssh" ? await sshSettings(git) : [];
  const inTurn = createTurns();
  const call = (at: GitCall): GitCall => ({ ...at, transport: protocol, config: [...(at.config ?? []), ...settings] });

  const unreachable = (args: readonly string[], result: GitResult): Fault => {
    const fault = gitFault(args, result);
    if (fault.code === "disk_full") return fault;
    const words = withoutCredentials(gitWords(result));
    return new Fault("remote_unreachable", `The run's repository at ${shown} cannot be used: ${words}`, {
      remedy: remedies[protocol],
    });
  };

  /** What is an answer; a connection that failed is tried again, then told. */
  const ask = async (args: readonly string[], at: GitCall, isAnswer = isDone): Promise<GitResult> => {
    for (const wait of [...pauses[protocol], undefined]) {
      let result = await git.run(args, call(at));
      for (let step = 0; result.code !== 0 && unfinishedWorktree.test(result.err) && step < settling.steps; step += 1) {
        await pause(settling.ms);
        result = await git.run(args, call(at));
      }
      if (isAnswer(result)) return result;
      if (wait === undefined || final.test(result.err)) throw unreachable(args, result);
      await pause(wait);
    }
    throw new Error("a list of tries has a last one");
  };

  return {
    shown,
    fetch: (into, refs) =>
      // Two fetches at once would be in each other's way at the same refs.
      inTurn(async () => {
        const plain = ["--quiet", "--no-tags", "--prune", "--no-write-fetch-head", "--no-auto-maintenance"];
        const mirrored = refs.map((ref) => `+${ref}:${ref}`);
        await ask(["fetch", ...plain, "--update-shallow", "--", address, ...mirrored], into);
      }),
    async push(from, changes) {
      const refs = changes.map(({ ref, to }) => `${to ?? ""}:${ref}`);
      const plain = ["--porcelain", "--atomic", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"];
      const result = await ask(["push", ...plain, ...changes.map(lease), "--", address, ...refs], from, isPushAnswer);
      if (result.code === 0) return undefined;
      return readRefusal(result);
    },
    async list(refs) {
      const { out } = await ask(["ls-remote", "--refs", "--", address, ...refs], { cwd: "/" });
      const found = out.split("\n").flatMap((line): [string, string][] => {
        const [commit = "", ref = ""] = line.split("\t");
        return refs.includes(ref) ? [[ref, commit]] : [];
      });
      return new Map(found);
    },
  };
}
