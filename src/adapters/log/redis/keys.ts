// What a store's keys are called. All of one run carry its id in braces, so that they lie together in a cluster and one
// script may touch them.

import type { RunId } from "../../../domain/ids.ts";

export type RunKeys = {
  /** Hash: who owns the run, where its log ends, when and for which project it was made. */
  readonly meta: string;
  /** Stream: entry `<seq>-0` holds record `seq`. */
  readonly log: string;
  /** The owner's token, for as long as it is heard of. */
  readonly lease: string;
  readonly snapshot: string;
  /** Hash: long texts by their digest. */
  readonly blobs: string;
  /** Hash: files that lie beside the log and that every machine needs. */
  readonly beside: string;
};

export const keysOf = (run: RunId, part = ""): RunKeys => {
  const key = (name: string): string => `tutti:{${run}}:${part}${name}`;
  return {
    meta: key("meta"),
    log: key("log"),
    lease: key("lease"),
    snapshot: key("snapshot"),
    blobs: key("blobs"),
    beside: key("beside"),
  };
};

/** Set of the names of all projects that have runs here. */
export const projectsKey = "tutti:projects";
/** Sorted set: the project's runs by the time they were made. */
export const runsKey = (project: string): string => `tutti:runs:${project}`;
