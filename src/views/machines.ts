// The machines of a store in words: what each is, what it does, and what becomes of its work when it is drained.

import type { MachineCard, MachineName, MachineWork } from "../domain/machine.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { counted } from "./words.ts";

export type ListedMachine = MachineCard & {
  /** Since it was last heard of, by the server's clock, in ms. */
  readonly silentMs: number;
};

export type MachineList = {
  /** The store's address as a person may see it; null where runs are recorded on this machine alone. */
  readonly store: string | null;
  /** Of whoever made the list. */
  readonly version: string;
  readonly protocol: number;
  /** Sorted by id. */
  readonly machines: readonly ListedMachine[];
};

/** Ids begin with their host, as far as a host's name fits into one. */
export const machineInWords = ({ host, id }: MachineName): string =>
  toPrintableLine(id.startsWith(host) ? id : `${id} (${host})`);

export type MachineStanding = "older" | "newer" | "other" | "same";

/** How a machine's version stands to that of the list. Only what speaks another protocol cannot work for its runs. */
export function standingOf(
  { protocol, version }: Pick<MachineCard, "protocol" | "version">,
  list: Pick<MachineList, "version" | "protocol">,
): MachineStanding {
  if (protocol !== list.protocol) return protocol < list.protocol ? "older" : "newer";
  return version === list.version ? "same" : "other";
}

export const standingWords: Readonly<Record<MachineStanding, string | null>> = {
  older: "Older: takes no work of these runs until it is updated",
  newer: "Newer: takes no work of these runs until this server is updated",
  other: "Another version, which can work for these runs",
  same: null,
};

const stepWords: Readonly<Record<string, string>> = {
  prepare: "makes its workspace ready",
  turn: "waits for its model",
  tool: "runs a tool",
  verify: "runs its checks",
  merge: "merges",
  withdraw: "takes its merge back",
  dispose: "clears up",
};

/** Of a duty's key, as `turn:0001-1/3~1`. */
export function stepInWords({ step }: Pick<MachineWork, "step">): string {
  if (step === null) return "is between two steps";
  return stepWords[step.split(":", 1)[0] ?? ""] ?? "is at work";
}

export const roomInWords = ({ working, capacity }: Pick<MachineCard, "working" | "capacity">): string =>
  `${working.length} of ${counted(capacity, "attempt")}`;

export const loadInWords = ({ load, processors }: Pick<MachineCard, "load" | "processors">): string =>
  `${load.toFixed(1)} on ${counted(processors, "processor")}`;

const inGigabytes = (bytes: number): string => (bytes / 1024 ** 3).toFixed(bytes < 10 * 1024 ** 3 ? 1 : 0);

export const memoryInWords = ({ memory }: Pick<MachineCard, "memory">): string =>
  `${inGigabytes(memory.free)} of ${inGigabytes(memory.all)} GiB free`;

/** A machine says more often that it lives. */
const freshMs = 4_000;

export const heardInWords = (silentMs: number): string =>
  silentMs < freshMs ? "just now" : `${Math.round(silentMs / 1_000)} s ago`;

/** What a person is to know before it is done. */
export function drainConsequences({ working }: Pick<MachineCard, "working">): string {
  const ends = "Then its process ends; start tutti worker there again to have it back.";
  if (working.length === 0) return `It takes no more attempts. ${ends}`;
  const those = working.length === 1 ? "Its attempt ends its step" : `Its ${working.length} attempts end their step`;
  return `It takes no more attempts. ${those}, or breaks it off after some seconds, and another machine goes on from the last checkpoint; nothing that was done is lost. ${ends}`;
}

export type Way = { readonly title: string; readonly text: string; readonly command: string };

/** How to have machines, or more of them. */
export const wayToMachines = ({ store }: Pick<MachineList, "store">): Way =>
  store === null
    ? {
        title: "This store has no machines",
        text: "Runs are recorded on this machine, and it does all their work. Recorded on a Redis server, they are worked on by every machine on which this is started:",
        command: "tutti worker --store redis://<host>:6379",
      }
    : {
        title: "No machine is registered",
        text: "The process that conducts a run does its work as well. Start this on each machine that is to take attempts:",
        command: `tutti worker --store ${store}`,
      };
