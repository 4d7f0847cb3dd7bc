// Where runs lie, by precedence: said to the command, in the environment, in the person's own settings. A repository is
// not asked: it may not choose who keeps what workers read and write.

import { findHomes } from "../adapters/run-files.ts";
import { loadUserConfig } from "../adapters/settings-files.ts";
import { parseStoreAddress } from "../domain/store-address.ts";
import { Fault } from "../engine/ports.ts";
import type { Environment } from "./place.ts";

/** The environment with TUTTI_STORE as it counts. Throws Fault `store_unknown`. */
export async function chooseStore(env: Environment, said: string | undefined): Promise<Environment> {
  const chosen = said ?? env["TUTTI_STORE"] ?? (await storeInSettings(env));
  if (chosen === undefined || chosen === "" || chosen === "local") return { ...env, TUTTI_STORE: "" };
  const parsed = parseStoreAddress(chosen);
  if (parsed.ok) return { ...env, TUTTI_STORE: chosen };
  const where = said === undefined ? "TUTTI_STORE" : "--store";
  throw new Fault("store_unknown", `${where} ${parsed.problem}.`, { remedy: `${parsed.remedy}.` });
}

async function storeInSettings(env: Environment): Promise<string | undefined> {
  try {
    return (await loadUserConfig(findHomes(env).config)).store;
  } catch (error) {
    // Whoever needs the settings is told what is wrong with them; a doctor has to be able to look at them.
    if (error instanceof Fault && error.code === "settings_invalid") return undefined;
    throw error;
  }
}
