// The same store in memory, for tests and the simulator. Keeps records as JSON text, so that what comes back is what
// a disk would have given back.

import { hash } from "node:crypto";
import { isRunId } from "../../domain/ids.ts";
import { Fault } from "../../engine/ports.ts";
import { decodeBody, encodeRecord } from "./record.ts";
import type { Recorded } from "../../domain/event.ts";
import type { Digest, RunId } from "../../domain/ids.ts";
import type {
  AppendBatch,
  AppendRefused,
  Appended,
  EventLog,
  LogSnapshot,
  RunOwner,
  RunStore,
} from "../../engine/ports.ts";

export type MemoryRunStore = RunStore & {
  /** As if the owner's process had died: the next `open` takes over, and the old owner's log is fenced. */
  readonly abandon: (run: RunId) => void;
};

type MemoryRun = {
  readonly run: RunId;
  readonly createdAt: number;
  readonly bodies: string[];
  readonly blobs: Map<Digest, Uint8Array>;
  snapshot: LogSnapshot | undefined;
  token: number;
  owner: RunOwner | null;
};

export type MemoryRunStoreOptions = { readonly owner?: RunOwner; readonly now?: () => number };

export function createMemoryRunStore(options: MemoryRunStoreOptions = {}): MemoryRunStore {
  const self = options.owner ?? { pid: process.pid, startedAt: 0, host: "memory" };
  const now = options.now ?? (() => 0);
  const runs = new Map<RunId, MemoryRun>();

  const take = (held: MemoryRun) => {
    held.owner = self;
    held.token += 1;
    return { log: createOwnedLog(held, held.token), token: held.token };
  };

  return {
    async create(run) {
      if (!isRunId(run)) throw new RangeError(`not a run id: ${JSON.stringify(run)}`);
      if (runs.has(run))
        throw new Fault("run_exists", `${run} exists already`, { remedy: "Create a run under a new id." });
      const made: MemoryRun = {
        run,
        createdAt: now(),
        bodies: [],
        blobs: new Map(),
        snapshot: undefined,
        token: 0,
        owner: null,
      };
      runs.set(run, made);
      return take(made);
    },
    async open(run) {
      const held = runs.get(run);
      if (held === undefined) return { missing: true };
      return held.owner === null ? take(held) : { heldBy: held.owner };
    },
    async peek(run) {
      const held = runs.get(run);
      return held === undefined ? undefined : createPeekedLog(held);
    },
    async list() {
      const held = [...runs.values()].toSorted((a, b) => (a.run < b.run ? -1 : 1));
      return held.map(({ run, createdAt, owner }) => ({ run, createdAt, owner }));
    },
    async look(run) {
      const held = runs.get(run);
      return held === undefined ? undefined : { run, createdAt: held.createdAt, owner: held.owner };
    },
    async discard(run) {
      runs.delete(run);
    },
    abandon(run) {
      const held = runs.get(run);
      if (held !== undefined) held.owner = null;
    },
  };
}

function createOwnedLog(held: MemoryRun, token: number): EventLog {
  const { run, blobs } = held;
  let isClosed = false;
  return {
    run,
    async append(batch) {
      if (isClosed) throw new Error(`the log of ${run} is closed`);
      return appendTo(held, batch);
    },
    read: (after = 0) => readFrom(held, after),
    loadSnapshot: (format) => (held.snapshot?.format === format ? held.snapshot : undefined),
    refresh: async () => {},
    async saveSnapshot(snapshot) {
      const isKept = !isClosed && held.token === token && snapshot.seq <= held.bodies.length;
      if (isKept) held.snapshot = snapshot;
      return isKept;
    },
    async dropSnapshot() {
      if (!isClosed && held.token === token) held.snapshot = undefined;
    },
    async putBlob(bytes) {
      const digest = hash("sha256", bytes, "hex") as Digest;
      blobs.set(digest, Uint8Array.from(bytes));
      return digest;
    },
    getBlob: async (digest) => blobOf(held, digest),
    async close() {
      if (!isClosed && held.token === token) held.owner = null;
      isClosed = true;
    },
  };
}

function createPeekedLog(held: MemoryRun): EventLog {
  const refuse = async (): Promise<never> => {
    throw new Error(`the log of ${held.run} was opened for reading only`);
  };
  return {
    run: held.run,
    append: refuse,
    putBlob: refuse,
    loadSnapshot: () => undefined,
    refresh: async () => {},
    saveSnapshot: async () => false,
    dropSnapshot: async () => {},
    read: (after = 0) => readFrom(held, after),
    getBlob: async (digest) => blobOf(held, digest),
    async close() {},
  };
}

function appendTo(held: MemoryRun, { expected, token, records }: AppendBatch): Appended | AppendRefused {
  const bodies = records.map((record, index) => {
    if (record.seq === expected + index + 1) return encodeRecord(record);
    throw new RangeError(
      `a batch after record ${expected} has record ${record.seq} where ${expected + index + 1} belongs`,
    );
  });
  if (token !== held.token) return { kind: "fenced", token, current: held.token };
  if (expected !== held.bodies.length) return { kind: "conflict", expected, actual: held.bodies.length };
  held.bodies.push(...bodies);
  return { kind: "appended", seq: held.bodies.length };
}

function* readFrom({ bodies, run }: MemoryRun, after: number): Generator<Recorded, void, undefined> {
  for (let index = after; index < bodies.length; index += 1) {
    const decoded = decodeBody(bodies[index] ?? "", index + 1);
    if (decoded.kind === "record") {
      yield decoded.record;
      continue;
    }
    const problem = decoded.kind === "damaged" ? decoded.problem : `it has event version ${decoded.version}`;
    throw new Fault("log_corrupt", `Record ${index + 1} of ${run} cannot be read back: ${problem}`, {
      remedy: "An event was appended that its own schema refuses: mend its maker.",
    });
  }
}

function blobOf({ blobs, run }: MemoryRun, digest: Digest): Uint8Array {
  const bytes = blobs.get(digest);
  if (bytes !== undefined) return Uint8Array.from(bytes);
  throw new Fault("blob_missing", `${run} has no blob ${digest}`, {
    remedy: "Carry on without the long text it held.",
  });
}
