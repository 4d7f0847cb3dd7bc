// What this process serves: one app for all runs, on one port, with one token. Other processes learn of it from the
// server.json of each run that is conducted here, and of a server that stays from its own.

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createPageFiles } from "../adapters/page-files.ts";
import { createProcessLog, type ProcessLog } from "../adapters/process-log.ts";
import { findHomes, makePrivateFolder, readIfThere, replacePrivateFile } from "../adapters/run-files.ts";
import type { Besides, Server } from "../cli/desk.ts";
import type { RunId } from "../domain/ids.ts";
import { Fault } from "../engine/ports.ts";
import type { Address } from "../http/address.ts";
import type { Bind } from "../http/bind.ts";
import type { Listening } from "../http/listen.ts";
import type { OpenRun } from "../http/runs.ts";
import type { SessionStore } from "../http/session.ts";
import type { FindPageFile } from "../http/static-page.ts";
import { isDeliberation } from "../views/deliberation-end.ts";
import type { AllRuns } from "./all-runs.ts";
import { findPerson } from "./person.ts";
import type { Environment } from "./place.ts";
import { removeServerFile, writeServerFile } from "./server-file.ts";
import type { StartedRuns } from "./start-runs.ts";

export type Hub = {
  /** This process speaks for the run and serves it. The promise is the page's address, or null where it cannot be served. */
  readonly conduct: (conducted: Conducted) => Promise<string | null>;
  /** The run is over here; once none is left, nothing is served any more but by a server that stays. */
  readonly leave: (conducted: Conducted) => Promise<void>;
  /** Serves until it is stopped, runs or none. To be called at most once, before any run is conducted. */
  readonly stay: (options: StayOptions) => Promise<Server>;
  /** What was begun over the API that this process serves. */
  readonly besides: Besides;
};

export type StayOptions = {
  /** Where it may listen, and under which names; this machine alone where absent. */
  readonly bind?: Bind;
  readonly port: number;
  /** Top folders of repositories, beside those that have runs. */
  readonly named: readonly string[];
};

export type Conducted = {
  readonly open: OpenRun;
  /** Path of the run's server.json. */
  readonly server: string;
  readonly log: Pick<ProcessLog, "fault">;
};

type Serving = {
  readonly port: number;
  /** On 127.0.0.1, without TLS. */
  readonly programPort: number;
  readonly all: AllRuns;
  readonly page: FindPageFile;
  readonly faults: ProcessLog;
  /** Aborted when nothing is served any more. */
  readonly ending: AbortSignal;
  readonly addressOf: (run?: string) => string;
  readonly close: () => Promise<void>;
};

export type HubOptions = {
  readonly env: Environment;
  /** The folder the package lies in. */
  readonly program: string;
};

export class RunHub implements Hub {
  readonly #options: HubOptions;
  readonly #token = randomBytes(32).toString("base64url");
  readonly #conducted = new Map<Conducted, () => Promise<void>>();
  #serving: Promise<Serving> | undefined;
  #started: StartedRuns | undefined;
  #stays = false;
  readonly besides: Besides = {
    runs: () => this.#started?.runs() ?? [],
    over: async () => this.#started?.over(),
    stop: async (graceMs) => this.#started?.stop(graceMs),
  };

  constructor(options: HubOptions) {
    this.#options = options;
  }

  async conduct(one: Conducted): Promise<string | null> {
    this.#conducted.set(one, async () => {});
    try {
      const serving = await (this.#serving ??= this.#serve({ port: 0, named: [] }));
      const { programPort: port, addressOf } = serving;
      if (!this.#conducted.has(one)) return null;
      this.#conducted.set(one, this.#speakFor(one, serving));
      writeServerFile(one.server, { port, token: this.#token, pid: process.pid });
      if (!this.#stays && isDeliberation(one.open.state())) void beginOwed(serving, one.open.run);
      return addressOf(one.open.run);
    } catch (error) {
      one.log.fault("the API could not be served", toError(error));
      return null;
    }
  }

  async leave(one: Conducted): Promise<void> {
    const remove = this.#conducted.get(one);
    if (remove === undefined) return;
    this.#conducted.delete(one);
    removeServerFile(one.server);
    await remove();
    if (this.#conducted.size > 0 || this.#stays) return;
    const last = this.#serving;
    this.#serving = undefined;
    await (await last?.catch(() => undefined))?.close();
  }

  /** Here, and through the store where the run lies on one. What the returned function resolves with does not reject. */
  #speakFor({ open, log }: Conducted, { all, page, faults }: Serving): () => Promise<void> {
    const remove = all.add(open);
    const onError = (error: Error): void => faults.fault("a request through the store failed", error);
    const answering = loadServer().then(({ answerThroughStore }) =>
      answerThroughStore(findHomes(this.#options.env), { open, runs: all.runs, page, onError }),
    );
    answering.catch((error: unknown) => log.fault("other machines cannot ask this run", toError(error)));
    return async () => {
      remove();
      await (
        await answering.catch(() => undefined)
      )?.();
    };
  }

  async stay(options: StayOptions): Promise<Server> {
    this.#stays = true;
    const { state } = findHomes(this.#options.env);
    makePrivateFolder(state);
    const serving = await (this.#serving = this.#serve(options));
    const { port, programPort, all, addressOf, close } = serving;
    const file = stayingServerFile(state);
    writeServerFile(file, { port: programPort, token: this.#token, pid: process.pid });
    // Before a browser comes: the first look at many runs takes a while. What fails is told to whoever asks.
    all.runs.list().catch(() => {});
    void beginOwed(serving);
    return {
      address: addressOf(),
      port,
      conducted: () => [...this.#conducted.keys()].map(({ open }) => open.run),
      stop: async (graceMs) => {
        await this.besides.stop(graceMs);
        removeServerFile(file);
        await close();
      },
    };
  }

  async #serve({ bind, port: wanted, named }: StayOptions): Promise<Serving> {
    const { env, program } = this.#options;
    const { createApp, listen, createAllRuns, StartedRuns, createSessions, linkOf, homeOf, createTravel, createDesks } =
      await loadServer();
    const homes = findHomes(env);
    const started = (this.#started ??= new StartedRuns({ env, program, hub: this }));
    const all = createAllRuns({ env, homes, started, named });
    // Browsers come back to a server that stays; one that goes with its run has another port the next time.
    const store = this.#stays ? { store: sessionStore(join(homes.state, "sessions.json")) } : {};
    const sessions = createSessions({ now: () => Date.now(), ...store });
    const log = createProcessLog(join(homes.state, "server.log"));
    const ending = new AbortController();
    const page = createPageFiles(join(program, "dist", "page"));
    const own = {
      ending: { signal: ending.signal, serves: () => this.#stays },
      runs: all.runs,
      travel: createTravel(env, started),
      ...createDesks({ env, program, projects: all.runs.projects }),
      token: this.#token,
      person: findPerson(env),
      sessions,
      page,
      onError: (error: Error) => log.fault("a request failed", error),
    };
    type Put = Listening & { readonly address: Address };
    const put = async (where: Partial<Bind>, at: number, links: { home?: () => string } = {}): Promise<Put> => {
      let port = 0;
      const { names = [], isTls = false, ...listened } = where;
      const address = { port: () => port, names, isTls };
      const listening = await listen(createApp({ ...address, ...own, ...links }), { ...listened, port: at });
      ({ port } = listening);
      return { ...listening, address };
    };
    const front = await put(bind ?? {}, wanted);
    // Programs of this machine know a port and a token: where browsers come over TLS, or elsewhere, they have a way of their own.
    const isPlain = bind === undefined || (bind.tls === null && bind.host === "127.0.0.1");
    const back = isPlain ? front : await put({}, 0, { home: () => homeOf(front.address) });
    return {
      port: front.port,
      programPort: back.port,
      all,
      page,
      faults: log,
      ending: ending.signal,
      addressOf: (run) => linkOf(homeOf(front.address), sessions.newCode().code, run),
      close: async () => {
        ending.abort();
        await Promise.all([front.close(), back.close()]);
        await all.close();
        await log.close();
      },
    };
  }
}

const toError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Recoveries that follow by themselves and that no process began; what fails stands in the server's log. */
async function beginOwed({ all, faults, ending }: Serving, beside?: RunId): Promise<void> {
  const tell = (error: unknown): undefined => {
    faults.fault("a recovery that follows by itself could not begin", toError(error));
  };
  for (let again: number | undefined = 0; again !== undefined && !ending.aborted;) {
    again = await all.recoverOwed(tell, beside).catch(tell);
    if (again !== undefined) await pause(again, undefined, { signal: ending, ref: false }).catch(() => {});
  }
}

/** Loaded when it is needed and not at the start: the first step of a run does not wait for it. */
async function loadServer() {
  const [app, listening, session, address, allRuns, started, tunnels, { createTravel }, { createDesks }] =
    await Promise.all([
      import("../http/app.ts"),
      import("../http/listen.ts"),
      import("../http/session.ts"),
      import("../http/address.ts"),
      import("./all-runs.ts"),
      import("./start-runs.ts"),
      import("./tunnels.ts"),
      import("./travel.ts"),
      import("./project-desk.ts"),
    ]);
  const all = { ...app, ...listening, ...session, ...address, ...allRuns, ...started, ...tunnels };
  return { ...all, createTravel, createDesks };
}

/** The `server.json` of `tutti serve`. `state`: the person's state folder. */
export const stayingServerFile = (state: string): string => join(state, "server.json");

/** Sessions are digests: whoever reads the file can use none. One that cannot be written lasts as long as the process. */
const sessionStore = (file: string): SessionStore => ({
  load: () => readIfThere(file),
  save: (text) => {
    try {
      replacePrivateFile(file, text);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  },
});
