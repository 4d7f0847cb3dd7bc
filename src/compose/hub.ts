// What this process serves: one app for all runs, on one port, with one token. Other processes learn of it from the
// server.json of each run that is conducted here.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { createPageFiles } from "../adapters/page-files.ts";
import { findHomes } from "../adapters/run-files.ts";
import type { ProcessLog } from "../adapters/process-log.ts";
import type { RunId } from "../domain/ids.ts";
import type { OpenRun } from "../http/runs.ts";
import type { AllRuns } from "./all-runs.ts";
import { findPerson } from "./person.ts";
import type { Environment } from "./place.ts";
import { removeServerFile, writeServerFile } from "./server-file.ts";

export type Hub = {
  /** This process speaks for the run and serves it. The promise is an address that lets one browser in, or null where it cannot be served. */
  readonly conduct: (conducted: Conducted) => Promise<string | null>;
  /** The run is over here; once none is left, nothing is served any more. */
  readonly leave: (conducted: Conducted) => Promise<void>;
};

export type Conducted = {
  readonly open: OpenRun;
  /** Path of the run's server.json. */
  readonly server: string;
  readonly log: Pick<ProcessLog, "fault">;
};

type Serving = {
  readonly port: number;
  readonly all: AllRuns;
  /** A new address that lets one browser in. */
  readonly link: (run: RunId) => string;
  readonly close: () => Promise<void>;
};

/** Loaded when it is needed and not at the start: the first step of a resumed run does not wait for it. */
async function loadServer() {
  const [app, listening, session, address, allRuns, travel] = await Promise.all([
    import("../http/app.ts"),
    import("../http/listen.ts"),
    import("../http/session.ts"),
    import("../http/address.ts"),
    import("./all-runs.ts"),
    import("./travel.ts"),
  ]);
  return { ...app, ...listening, ...session, ...address, ...allRuns, ...travel };
}

/** `program`: the folder the package lies in, the built page with it. */
export function createHub(env: Environment, program: string): Hub {
  const token = randomBytes(32).toString("base64url");
  const conducted = new Map<Conducted, () => void>();
  let serving: Promise<Serving> | undefined;

  const onError = (error: Error): void => {
    for (const { log } of conducted.keys()) log.fault("the API failed", error);
  };

  const serve = async (): Promise<Serving> => {
    const { createApp, listen, createSessions, homeOf, linkOf, createAllRuns, createTravel } = await loadServer();
    const all = createAllRuns(env, findHomes(env));
    // The port is another one each time, and a cookie is of its port: what would be kept is of no use.
    const sessions = createSessions({ now: () => Date.now() });
    const page = createPageFiles(join(program, "dist/page"));
    const person = findPerson(env);
    let port = 0;
    const address = { port: () => port };
    const travel = createTravel(env, { conduct, leave });
    const given = { ...address, runs: all.runs, travel, token, sessions, page, person, onError };
    const listening = await listen(createApp(given));
    ({ port } = listening);
    const link = (run: RunId): string => linkOf(homeOf(address), sessions.newCode().code, run);
    const close = async (): Promise<void> => {
      await listening.close();
      await all.close();
    };
    return { port, all, link, close };
  };

  const conduct: Hub["conduct"] = async (one) => {
    conducted.set(one, () => {});
    try {
      const { port, all, link } = await (serving ??= serve());
      if (!conducted.has(one)) return null;
      conducted.set(one, all.add(one.open));
      writeServerFile(one.server, { port, token, pid: process.pid });
      return link(one.open.run);
    } catch (error) {
      one.log.fault("the API could not be served", error instanceof Error ? error : new Error(String(error)));
      return null;
    }
  };

  const leave: Hub["leave"] = async (one) => {
    const remove = conducted.get(one);
    if (remove === undefined) return;
    conducted.delete(one);
    remove();
    removeServerFile(one.server);
    if (conducted.size > 0) return;
    const last = serving;
    serving = undefined;
    await (await last?.catch(() => undefined))?.close();
  };

  return { conduct, leave };
}
