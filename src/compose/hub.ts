// What this process serves: one app for all runs, on one port, with one token. Other processes learn of it from the
// server.json of each run that is conducted here.

import { randomBytes } from "node:crypto";
import { findHomes } from "../adapters/run-files.ts";
import type { ProcessLog } from "../adapters/process-log.ts";
import type { OpenRun } from "../http/runs.ts";
import type { AllRuns } from "./all-runs.ts";
import { findPerson } from "./person.ts";
import type { Environment } from "./place.ts";
import { removeServerFile, writeServerFile } from "./server-file.ts";

export type Hub = {
  /** This process speaks for the run and serves it. The promise is the page's address, or null where it cannot be served. */
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

type Serving = { readonly port: number; readonly all: AllRuns; readonly close: () => Promise<void> };

export function createHub(env: Environment): Hub {
  const token = randomBytes(32).toString("base64url");
  const conducted = new Map<Conducted, () => void>();
  let serving: Promise<Serving> | undefined;

  const onError = (error: Error): void => {
    for (const { log } of conducted.keys()) log.fault("the API failed", error);
  };

  const serve = async (): Promise<Serving> => {
    // Loaded here and not at the start: the first step of a resumed run does not wait for it.
    const [{ createApp }, { listen }, { createAllRuns }] = await Promise.all([
      import("../http/app.ts"),
      import("../http/listen.ts"),
      import("./all-runs.ts"),
    ]);
    const all = createAllRuns(env, findHomes(env));
    let port = 0;
    const listening = await listen(
      createApp({ runs: all.runs, token, port: () => port, person: findPerson(env), onError }),
    );
    ({ port } = listening);
    const close = async (): Promise<void> => {
      await listening.close();
      await all.close();
    };
    return { port, all, close };
  };

  const conduct: Hub["conduct"] = async (one) => {
    conducted.set(one, () => {});
    try {
      const { port, all } = await (serving ??= serve());
      if (!conducted.has(one)) return null;
      conducted.set(one, all.add(one.open));
      writeServerFile(one.server, { port, token, pid: process.pid });
      return `http://127.0.0.1:${port}/runs/${one.open.run}`;
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
