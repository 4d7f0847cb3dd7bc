// `tutti serve`, done: where it may listen is checked first, then the folders that were named, then it is served.

import type { Server, ServerOptions } from "../cli/desk.ts";
import { checkBind } from "../http/bind.ts";
import type { Hub } from "./hub.ts";
import { readNamedFile } from "./load-run-files.ts";
import { findPlace, type Environment } from "./place.ts";

/** Throws Fault `bind_refused`, `port_taken`, `tls_unusable`, `file_unreadable`, `not_a_repository` and its like. */
export async function serveAll(options: ServerOptions, env: Environment, hub: Hub): Promise<Server> {
  const { port, projects, cert, key, ...asked } = options;
  const bind = checkBind({
    ...asked,
    ...(cert === undefined ? {} : { cert: await readNamedFile(cert, "certificate") }),
    ...(key === undefined ? {} : { key: await readNamedFile(key, "certificate's key") }),
  });
  const places = await Promise.all(projects.map((folder) => findPlace(folder, env)));
  return hub.stay({ bind, port, named: places.map(({ root }) => root) });
}
