// Runs on a server, spoken to through it: those that this process conducts answer there, and those that a process conducts
// which has no file here are asked there.

import type { Request } from "../adapters/tunnel/answering.ts";
import { createTunnel, type Tunnel } from "../adapters/tunnel/create-tunnel.ts";
import type { Homes } from "../adapters/run-files.ts";
import type { RedisLink } from "../adapters/log/redis/redis-link.ts";
import type { RunId } from "../domain/ids.ts";
import { createConductedApp, type ConductedOptions } from "../http/conducted-app.ts";
import type { SendOn } from "../http/runs.ts";
import { linkTo } from "./shelves.ts";

const tunnels = new WeakMap<RedisLink, Tunnel>();

function tunnelOf(homes: Homes): Tunnel {
  const link = linkTo(homes);
  const known = tunnels.get(link) ?? createTunnel(link);
  tunnels.set(link, known);
  return known;
}

/**
 * How to ask the process that conducts the run; undefined where it cannot be asked through the store. `person`: whose
 * words it is. Throws Fault `store_unreachable` and its like.
 */
export async function findThroughStore(homes: Homes, run: RunId, person: string): Promise<SendOn | undefined> {
  if (homes.store === undefined) return undefined;
  const send = await tunnelOf(homes).find(run, person);
  if (send === undefined) return undefined;
  return (path, { method, headers, body, signal }) =>
    send(path, {
      ...(method === undefined ? {} : { method }),
      ...(headers === undefined ? {} : { headers }),
      ...(typeof body === "string" ? { body } : {}),
      signal,
    });
}

/** This process answers for its run until the returned function is called. Throws Fault `store_unreachable` and its like. */
export async function answerThroughStore(homes: Homes, options: ConductedOptions): Promise<() => Promise<void>> {
  const { open } = options;
  if (homes.store === undefined) return async () => {};
  return tunnelOf(homes).answer(open.run, open.ports.token, createHandler(options));
}

/** People who ask at once; those beyond have their routes made anew. */
const mostPeople = 20;

function createHandler(options: ConductedOptions): (request: Request) => Promise<Response> {
  const apps = new Map<string, ReturnType<typeof createConductedApp>>();
  const appOf = (person: string): ReturnType<typeof createConductedApp> => {
    const known = apps.get(person) ?? createConductedApp({ ...options, open: { ...options.open, person } });
    if (apps.size >= mostPeople && !apps.has(person)) apps.clear();
    apps.set(person, known);
    return known;
  };
  return async ({ person, method, path, headers, body, signal }) =>
    appOf(person).request(path, {
      method,
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      signal,
      ...(body === undefined ? {} : { body }),
    });
}
