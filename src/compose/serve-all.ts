// `tutti serve`, done: where it may listen is checked first, then the folders that were named, then it is served.

import type { Server, ServerOptions } from "../cli/desk.ts";
import { checkBind } from "../http/bind.ts";
import { readNamedFile } from "./load-run-files.ts";
import { takeOverBeside, type Serving } from "./machine/serve-store.ts";
import { findPlace } from "./place.ts";

/** Throws Fault `bind_refused`, `port_taken`, `tls_unusable`, `file_unreadable`, `not_a_repository` and its like. */
export async function serveAll(options: ServerOptions, { env, program, hub }: Serving): Promise<Server> {
  const { port, projects, cert, key, ...asked } = options;
  const bind = checkBind({
    ...asked,
    ...(cert === undefined ? {} : { cert: await readNamedFile(cert, "certificate") }),
    ...(key === undefined ? {} : { key: await readNamedFile(key, "certificate's key") }),
  });
  const places = await Promise.all(projects.map((folder) => findPlace(folder, env)));
  const server = await hub.stay({ bind, port, named: places.map(({ root }) => root) });
  const stopTaking = await takeOverBeside({ env, program, hub });
  return {
    ...server,
    stop: async (graceMs) => void (await Promise.all([stopTaking?.(graceMs), server.stop(graceMs)])),
  };
}
