// The API in front of a run that is one deliberation, on an in-memory log; nobody conducts it.

import { createMemoryRunStore } from "../../src/adapters/log/memory-log.ts";
import { createSystemClock } from "../../src/adapters/clock.ts";
import { openHere } from "../../src/compose/open-runs.ts";
import { foldAll } from "../../src/core/evolve.ts";
import { createConductor } from "../../src/engine/conductor.ts";
import type { Conductor } from "../../src/engine/conductor.ts";
import { Fault, type Ports } from "../../src/engine/ports.ts";
import { createApp } from "../../src/http/app.ts";
import { cardOf, type RunCard } from "../../src/http/run-card.ts";
import type { OpenRun, ServedRuns } from "../../src/http/runs.ts";
import { failedDeliberation, type FailedOptions } from "../support/failed-deliberation.ts";
import { digest } from "../support/given.ts";
import { holdToContract } from "./contract.ts";
import { port, token, type SendOptions } from "./served-run.ts";

export type ServedDeliberation = {
  readonly conductor: Conductor;
  readonly send: (method: string, path: string, options?: SendOptions) => Promise<Response>;
  readonly asked: { readonly recover: unknown[] };
};

const refuse = (): Promise<never> => Promise.reject(new Fault("not_prepared", "Nothing here.", { remedy: "None." }));

/** `others`: further runs of the list, as their cards say. */
export async function serveDeliberation(
  options: FailedOptions,
  others: readonly FailedOptions[] = [],
): Promise<ServedDeliberation> {
  const { run } = options;
  const { records, bytes } = failedDeliberation(options);
  const { log, token: fence } = await createMemoryRunStore().create(run);
  await log.putBlob(bytes);
  await log.append({ expected: 0, token: fence, records });
  const ports = { clock: createSystemClock(), log, token: fence, digest } as unknown as Ports;
  const conductor = createConductor(ports, foldAll(records));
  const open = openHere({ conductor, ports, person: "ann" }, new AbortController().signal);
  const asked = { recover: [] as unknown[] };
  const app = createApp({
    runs: runsOf(open, { others, asked }),
    token,
    port: () => port,
    person: "ann",
    onError: (error) => {
      throw error;
    },
  });
  return {
    conductor,
    asked,
    send: async (method, path, { body, headers = {} } = {}) => {
      const all = {
        host: `127.0.0.1:${port}`,
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      };
      const sent = Object.entries(all).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, value]],
      );
      const response = await app.request(path, {
        method,
        headers: sent,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      await holdToContract(method, path, response);
      return response;
    },
  };
}

type Around = { readonly others: readonly FailedOptions[]; readonly asked: { readonly recover: unknown[] } };

const runsOf = (open: OpenRun, { others, asked }: Around): ServedRuns => ({
  list: async () => [toCard(open.run, open.state()), ...others.map((each) => toCard(each.run, foldedOf(each)))],
  find: async (run) => (run === open.run ? { kind: "open", open, release: () => {} } : undefined),
  watch: () => () => {},
  asking: async () => [],
  projects: async () => [],
  begin: refuse,
  resume: refuse,
  land: refuse,
  forecast: refuse,
  projectModels: refuse,
  saveModels: refuse,
  recover: async (...given) => {
    asked.recover.push(given);
    return { run: open.run, attempt: 2, changes: ["more rounds"], isNew: true };
  },
});

const foldedOf = (options: FailedOptions) => foldAll(failedDeliberation(options).records);

const toCard = (run: RunCard["run"], state: Parameters<typeof cardOf>[0]): RunCard =>
  cardOf(state, { projectKey: "p-1", run, createdAt: 1, conducted: "nobody", ms: 0, isImported: false });
