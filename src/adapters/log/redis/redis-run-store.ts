// RunStore over a Redis-protocol server: all runs of one project, whichever machine conducts them.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Recorded } from "../../../domain/event.ts";
import { isRunId, type RunId } from "../../../domain/ids.ts";
import { Fault, type OpenedRun, type RunListing, type RunOwner, type RunStore } from "../../../engine/ports.ts";
import { livenessOf, parseIdentity, thisProcess, toOwner, type ProcessIdentity } from "../process-identity.ts";
import { loadHead, readRecords } from "../read-records.ts";
import { chainStart } from "../record.ts";
import { highWaterFile, openHighWater, readHighWater } from "./high-water.ts";
import type { KeyWriter } from "./key-writes.ts";
import { keysOf, projectsKey, runsKey } from "./keys.ts";
import { createMirror, type Mirror } from "./mirror.ts";
import { lostRecords, type Right } from "./redis-append.ts";
import { createOwnedRedisLog, createPeekedRedisLog, releaseRun } from "./redis-event-log.ts";
import type { RedisLink } from "./redis-link.ts";
import { movePlantedFolder } from "./planted-folder.ts";
import { fetchSnapshot } from "./redis-snapshot.ts";
import { claimScript, createScript } from "./scripts.ts";

export type RedisRunStoreOptions = {
  readonly link: RedisLink;
  /** The project's name. */
  readonly project: string;
  /** Folder of this machine in which each run has one of its own; undefined: nothing is noted here. */
  readonly dir?: string;
  readonly owner?: RunOwner;
  /** Told, once, of what the server may lose. */
  readonly warn?: (message: string) => void;
  /** Epoch ms, for `createdAt`. */
  readonly now?: () => number;
  /** Told of every run that is listed or looked at. */
  readonly onLooked?: (looked: RunLook) => void;
  /** What else is written with a run's records; `before`: those that are there. */
  readonly besides?: (before: Iterable<Recorded>) => KeyWriter;
};

type Setting = RedisRunStoreOptions & { readonly self: ProcessIdentity };

/** Faults: those of the link, and `run_exists`, `run_imported`, `log_corrupt`, `records_lost`. */
export function createRedisRunStore(options: RedisRunStoreOptions): RunStore {
  const setting: Setting = { ...options, self: thisProcess(options.owner) };
  return {
    create: (run) => createRun(setting, run),
    open: (run) => openRun(setting, run),
    peek: (run) => peekRun(setting, run),
    list: () => listLooks(setting),
    look: async (run) => (await lookAtAll(setting, [run]))[0],
    discard: (run) => discardRun(setting, run),
  };
}

async function warnOnce({ link, warn }: Setting): Promise<void> {
  const { warning } = await link.look();
  if (warning !== undefined) warn?.(warning);
}

async function createRun(setting: Setting, run: RunId): Promise<OpenedRun> {
  if (!isRunId(run)) throw new RangeError(`not a run id: ${JSON.stringify(run)}`);
  await warnOnce(setting);
  const { link, project, self, now = Date.now } = setting;
  const createdAt = now();
  // First: a name without a run is passed over in lists, a run without a name would never be found.
  await enlist(setting, run, createdAt);
  const { meta, lease } = keysOf(run);
  const claim = randomBytes(12).toString("base64url");
  const owner = JSON.stringify(self);
  const { sum } = chainStart(run);
  const made = await link.run(createScript, [meta, lease], [createdAt, project, owner, claim, link.leaseMs, sum]);
  if (made !== 1) throw runExists(run);
  return hold(setting, { run, token: 1, claim }, createMirror(link, run));
}

export async function enlist(
  { link, project }: Pick<Setting, "link" | "project">,
  run: RunId,
  createdAt: number,
): Promise<void> {
  await link.callAll([
    ["SADD", projectsKey, project],
    ["ZADD", runsKey(project), "NX", createdAt, run],
  ]);
}

type Opening = Awaited<ReturnType<RunStore["open"]>>;

async function openRun(setting: Setting, run: RunId): Promise<Opening> {
  if (!isRunId(run) || !(await isOfProject(setting, run))) return { missing: true };
  await warnOnce(setting);
  const { link, self } = setting;
  const { meta, lease } = keysOf(run);
  const claim = randomBytes(12).toString("base64url");
  const gone = await lookBefore(setting, run);
  const answer = await link.run(claimScript, [meta, lease], [JSON.stringify(self), claim, link.leaseMs, gone]);
  const [kind, value] = answer as readonly [string, ...string[]];
  if (kind === "missing") return { missing: true };
  if (kind === "imported") throw runImported(run);
  if (kind === "held") return { heldBy: toOwner(parseIdentity(value) ?? nobody) };
  const right: Right = { run, token: Number(value), claim };
  const mirror = createMirror(link, run);
  try {
    await mirror.fill();
    const [, , seq = "0", sum = ""] = answer as readonly string[];
    checkEnd(mirror, { seq: Number(seq), sum });
    refuseLost(setting, run, mirror);
    return await hold(setting, right, mirror);
  } catch (error) {
    mirror.close();
    await releaseRun(link, right);
    throw error;
  }
}

async function hold(setting: Setting, right: Right, mirror: Mirror): Promise<OpenedRun> {
  const { link, dir, besides } = setting;
  const log = createOwnedRedisLog({
    link,
    right,
    mirror,
    snapshot: mirror.head().seq === 0 ? undefined : await fetchSnapshot(link, right),
    highWater: openHighWater(dir === undefined ? undefined : join(dir, right.run)),
    besides: besides?.(readRecords(mirror.source, 0)) ?? (() => []),
  });
  return { log, token: right.token };
}

const nobody: ProcessIdentity = { pid: 0, startedAt: 0, host: "?", boot: null, namespace: null, ticks: null };

/** A process of this machine that has died need not be waited for: its token, or nothing. */
async function lookBefore({ link, dir }: Setting, run: RunId): Promise<string> {
  const answer = await link.call("HMGET", keysOf(run).meta, "owner", "token", "claim");
  const [owner, token, claim] = answer as readonly (string | null)[];
  if (dir !== undefined) movePlantedFolder(dir, run, claim ?? "");
  const identity = parseIdentity(owner);
  return identity !== undefined && livenessOf(identity) === "dead" ? (token ?? "") : "";
}

/** The stream ends where the server says it does: else entries were taken out of it. */
function checkEnd(mirror: Mirror, end: { readonly seq: number; readonly sum: string }): void {
  const { run } = mirror.source;
  mirror.seal(end.seq);
  const head = loadHead(mirror.source);
  if (head.seq === end.seq && head.sum === end.sum) return;
  throw new Fault("log_corrupt", `Record ${head.seq} of ${run} is not the last one the store tells of (${end.seq})`, {
    remedy: "Restore the server's data from a backup, or start the remaining work as a new run.",
  });
}

/** This machine has seen more acknowledged than there is. */
function refuseLost({ link, dir }: Setting, run: RunId, { source, head }: Mirror): void {
  const seen = dir === undefined ? undefined : readHighWater(join(dir, run));
  if (seen === undefined || dir === undefined) return;
  const row = source.database.prepare("SELECT sum FROM records WHERE seq = ?").get(seen.seq);
  if (seen.seq === 0 || row?.["sum"] === seen.sum) return;
  const { message, remedy } = lostRecords({ run, store: link.name, from: head().seq + 1, to: seen.seq });
  const isShorter = head().seq < seen.seq;
  const problem = isShorter ? message : `The store ${link.name} has other records of ${run} than it had acknowledged`;
  throw new Fault("records_lost", problem, {
    remedy: `${remedy} To go on with what is there, remove ${highWaterFile(join(dir, run))}.`,
  });
}

const isOfProject = async ({ link, project }: Setting, run: RunId): Promise<boolean> =>
  (await projectOfRun(link, run)) === project;

/** The name of the project that a run was made for; undefined where there is no such run. */
export async function projectOfRun(link: RedisLink, run: RunId): Promise<string | undefined> {
  const project = await link.call("HGET", keysOf(run).meta, "project");
  return typeof project === "string" ? project : undefined;
}

async function peekRun(setting: Setting, run: RunId): ReturnType<RunStore["peek"]> {
  if (!isRunId(run) || !(await isOfProject(setting, run))) return undefined;
  return createPeekedRedisLog(setting.link, run, await fillMirror(setting.link, run));
}

export async function fillMirror(link: RedisLink, run: RunId): Promise<Mirror> {
  const mirror = createMirror(link, run);
  try {
    // Asked first: a log only grows, so what the server tells of now has to turn up.
    const seq = Number(await link.call("HGET", keysOf(run).meta, "seq"));
    await mirror.fill();
    mirror.seal(seq);
    return mirror;
  } catch (error) {
    mirror.close();
    throw error;
  }
}

type Looking = Pick<RedisRunStoreOptions, "link" | "project" | "onLooked">;

/** Sorted by id. */
export async function listLooks(looking: Looking): Promise<readonly RunLook[]> {
  const names = await looking.link.call("ZRANGE", runsKey(looking.project), 0, -1);
  const runs = (Array.isArray(names) ? names : []).filter((name): name is RunId => isRunId(name));
  return lookAtAll(looking, runs.toSorted());
}

/** What a list needs of a run, and how far its log has come. */
export type RunLook = RunListing & { readonly stamp: string; readonly isImported: boolean };

export async function lookAtAll(
  { link, project, onLooked }: Looking,
  runs: readonly RunId[],
): Promise<readonly RunLook[]> {
  const wanted = runs.filter(isRunId);
  const answers = await link.callAll(
    wanted.flatMap((run) => [
      ["HMGET", keysOf(run).meta, "created_at", "project", "owner", "token", "seq", "imported"] as const,
      ["GET", keysOf(run).lease] as const,
    ]),
  );
  return wanted.flatMap((run, index) => {
    const [createdAt, of, owner, token, seq, imported] = answers[2 * index] as readonly (string | null)[];
    if (typeof createdAt !== "string" || of !== project) return [];
    const identity = answers[2 * index + 1] === null ? undefined : parseIdentity(owner);
    const isOwned = identity !== undefined && livenessOf(identity) !== "dead";
    const looked: RunLook = {
      run,
      createdAt: Number(createdAt),
      owner: isOwned ? toOwner(identity) : null,
      stamp: `${token}:${seq}:${isOwned ? "owned" : "free"}`,
      isImported: typeof imported === "string",
    };
    onLooked?.(looked);
    return [looked];
  });
}

async function discardRun({ link, project }: Setting, run: RunId): Promise<void> {
  if (!isRunId(run)) return;
  await link.callAll([
    ["DEL", ...Object.values(keysOf(run))],
    ["ZREM", runsKey(project), run],
  ]);
}

const runExists = (run: RunId): Fault =>
  new Fault("run_exists", `${run} exists already`, {
    remedy: `Open it with \`tutti resume ${run}\`, or create a run under a new id.`,
  });

const runImported = (run: RunId): Fault =>
  new Fault("run_imported", `${run} was brought in from a file: it can be looked at, not worked on.`, {
    remedy: `Fork it where your repository has its commits: tutti fork ${run}`,
  });
