// What this machine is, as it is said to conductors: its labels, from what it can do, and its place on the network.

import { hostname } from "node:os";
import { askProvider, lookAtKey, providerNames } from "../../adapters/models/check-providers.ts";
import type { MachineLabel } from "../../domain/machine.ts";
import type { UserConfig } from "../../domain/user-config.ts";
import { Fault } from "../../engine/ports.ts";
import type { Environment } from "../place.ts";

export type Sources = { readonly userConfig: UserConfig; readonly env: Environment };

/**
 * Those the person gave, then what is known: system, processor, host, and every provider that can be called from here.
 * The scripted model plays wherever its run's scenario is.
 */
export async function labelsOf(own: readonly MachineLabel[], sources: Sources): Promise<readonly MachineLabel[]> {
  const providers = await Promise.all(
    providerNames(sources.userConfig).map(async (name) => ((await isCallable(name, sources)) ? [name] : [])),
  );
  return [
    ...new Set([
      ...own,
      `os:${process.platform}`,
      `arch:${process.arch}`,
      `host:${hostname()}`,
      ...["scripted", ...providers.flat()].map((name) => `provider:${name}`),
    ]),
  ];
}

/** A provider that wants no key is one of this machine or its network: it counts where it answers. */
async function isCallable(name: string, sources: Sources): Promise<boolean> {
  const { key } = await lookAtKey(name, sources);
  if (key !== "none") return key === "found";
  return askProvider(name, sources).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Fault) return false;
      throw error;
    },
  );
}
