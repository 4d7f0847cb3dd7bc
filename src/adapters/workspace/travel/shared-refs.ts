// The refs that all machines of a run share, wherever they lie: looked at, and changed all together or not at all.

import { setTimeout as pause } from "node:timers/promises";
import { Fault } from "../../../engine/ports.ts";
import { gitFault } from "../git.ts";
import type { OwnRepository } from "../own-repository.ts";
import { integrationRef } from "../run-names.ts";
import { clearStaleLocks } from "../stale-locks.ts";
import { leftRefs, refsOfAttempt } from "./travel-refs.ts";
import type { Transport } from "./transport.ts";

/** `to`: the commit, or null to delete. `expected`: where the ref must be for it; null where it must not be. */
export type RefChange = { readonly ref: string; readonly to: string | null; readonly expected: string | null };

/** `left`: the attempt's branch too, which must not be checked out here then. */
export type Wanted = { readonly name: string; readonly left: boolean };

export type SharedRefs = {
  /** Brings what is shared into the own repository: the integration branch, and what there is of an attempt. */
  fetch(wanted?: Wanted): Promise<void>;
  /** All changes, or none and false: a ref was not where it was expected. Throws Fault where that is not the reason. */
  change(changes: readonly RefChange[]): Promise<boolean>;
};

/** Another push may hold a lock for a moment, and a killed one for ever. */
const busy = /cannot lock ref|Unable to create '.*\.lock'|failed to (?:lock|update ref)|reference already exists/;
const patience = { steps: 100, ms: 80, stale: 80 } as const;

const at = async (own: OwnRepository, ref: string): Promise<string | null> => (await own.readRef(ref)) ?? null;

async function areAsExpected(own: OwnRepository, changes: readonly RefChange[]): Promise<boolean> {
  const places = await Promise.all(changes.map(async ({ ref, expected }) => (await at(own, ref)) === expected));
  return places.every(Boolean);
}

/** The own repository is the one that is shared. */
export function createLocalRefs(own: OwnRepository): SharedRefs {
  return {
    async fetch() {},
    async change(changes) {
      const zero = "0".repeat((await own.head()).length);
      const lines = changes.map(({ ref, to, expected }) => `update ${ref} ${to ?? zero} ${expected ?? zero}\n`);
      const args = ["update-ref", "--no-deref", "--stdin"];
      const input = `start\n${lines.join("")}prepare\ncommit\n`;
      for (let step = 0; ; step += 1) {
        const result = await own.git.run(args, { ...own.bare, input });
        if (result.code === 0) return true;
        if (!(await areAsExpected(own, changes))) return false;
        if (!busy.test(result.err) || step === patience.steps) throw gitFault(args, result);
        if (step === patience.stale) await clearStaleLocks(own.gitDir);
        await pause(patience.ms);
      }
    },
  };
}

/** The shared refs are another repository's; after a fetch the own one has them as they were there. */
export function createRemoteRefs(own: OwnRepository, transport: Transport): SharedRefs {
  const integration = integrationRef(own.run);
  const fetch = (wanted?: Wanted): Promise<void> => {
    const names = wanted === undefined ? [] : refsOfAttempt(own.run, wanted.name);
    const left = wanted?.left === true ? [leftRefs(own.run, wanted.name)] : [];
    return transport.fetch(own.bare, [integration, ...names, ...left]);
  };
  return {
    fetch,
    async change(changes) {
      for (let step = 0; ; step += 1) {
        const refusal = await transport.push(own.bare, changes);
        if (refusal === undefined) return true;
        if (refusal.kind === "moved") return false;
        if (refusal.kind === "refused" || step === patience.steps) throw refused(transport, refusal.words);
        await pause(patience.ms);
      }
    },
  };
}

const refused = (transport: Transport, words: string): Fault =>
  new Fault("remote_refused", `${transport.shown} took none of what was pushed: ${words}`, {
    remedy: "See its rules for refs/heads/tutti/ and refs/tutti/: both are this run's. Then resume the run.",
  });
