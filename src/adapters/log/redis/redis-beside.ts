// Files of a run that lie beside its log and that every machine needs that works on it: the scenario of a scripted model.
// They are as private as the log is.

import type { RunId } from "../../../domain/ids.ts";
import { keysOf } from "./keys.ts";
import type { RedisLink } from "./redis-link.ts";
import { putBlobScript } from "./scripts.ts";

export type RunBeside = {
  /** Kept as it was first; nothing happens where the run is gone. */
  readonly put: (name: string, text: string) => Promise<void>;
  readonly get: (name: string) => Promise<string | undefined>;
};

export function createRedisBeside(link: RedisLink, run: RunId): RunBeside {
  const { meta, beside } = keysOf(run);
  return {
    put: async (name, text) => void (await link.run(putBlobScript, [meta, beside], [name, text])),
    get: async (name) => {
      const text = await link.call("HGET", beside, name);
      return typeof text === "string" ? text : undefined;
    },
  };
}
