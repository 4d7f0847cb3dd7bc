// The machines that work on runs which other processes conduct, and what is said between the two. Everything said may be
// lost, late, or come twice: each message says whose place it is about, and both sides repeat until they are heard.

import { z } from "zod";
import { isRunId, type RunId } from "./ids.ts";

/** Raised when what is said changes so that the other side would not understand it. */
export const machineProtocol = 1;

/** `<host>-<8 characters>`: one process of `tutti worker`. Made anew at each start. */
export type MachineId = string;

/** What a ticket may ask of a machine, for example `gpu`, `os:linux`, `provider:anthropic`. Letters, digits, and `.:_/-`. */
export type MachineLabel = string;
export const machineLabelPattern = /^[A-Za-z0-9][A-Za-z0-9.:_/-]{0,99}$/;

/** Which machine worked on something, as it is told to a person. */
export type MachineName = { readonly host: string; readonly id: MachineId };

export const machineNameSchema = z.strictObject({ host: z.string(), id: z.string() });

/** What a machine says of itself with every beat. */
export type MachineCard = {
  readonly id: MachineId;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly protocol: number;
  readonly labels: readonly MachineLabel[];
  /** Attempts at a time. */
  readonly capacity: number;
  readonly isDraining: boolean;
  /** Epoch ms by the machine's own clock: to be shown, not reckoned with. */
  readonly startedAt: number;
  /** Average number of processes that want a processor, over a minute; and how many processors there are. */
  readonly load: number;
  readonly processors: number;
  /** Bytes. */
  readonly memory: { readonly free: number; readonly all: number };
  readonly working: readonly MachineWork[];
};

/** One attempt on a machine, and the duty it is busy with: a duty's key, or null between two. */
export type MachineWork = {
  readonly run: RunId;
  readonly ticket: string;
  readonly attempt: number;
  readonly step: string | null;
};

/** Names one attempt on all machines: the job's id on the queue. `index`: the ticket's place in the plan. */
export type AttemptPlace = { readonly run: RunId; readonly index: number; readonly attempt: number };

/** Fits a job's id and a file's name. */
export const placeKey = ({ run, index, attempt }: AttemptPlace): string => `${run}.${index}.${attempt}`;

export function parsePlaceKey(key: string): AttemptPlace | undefined {
  const [, run = "", index, attempt] = /^(.+)\.(\d+)\.(\d+)$/.exec(key) ?? [];
  return isRunId(run) ? { run, index: Number(index), attempt: Number(attempt) } : undefined;
}
