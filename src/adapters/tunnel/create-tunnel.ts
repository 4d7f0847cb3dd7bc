// Runs that are conducted by a process which only the store leads to: asked from here, answered there. Who may read and
// write the store is trusted as the store trusts it; whose words they are says the request.

import { hostname } from "node:os";
import type { RunId } from "../../domain/ids.ts";
import { createAnswering, type Handler } from "./answering.ts";
import { createAsking, usualPatience, type AskInit, type Patience } from "./asking.ts";
import { createPost } from "./post.ts";
import type { StoreLink } from "./store-link.ts";
import { findSpeaker, hush, renewMs, speakFor, type Speaking } from "./speakers.ts";
import { isAsked } from "./wire.ts";

export type Send = (path: string, init: AskInit) => Promise<Response>;

export interface Tunnel {
  /**
   * This process answers for the run until the returned function is called. `token`: the run's fencing token.
   * Throws Fault `store_unreachable` and its like.
   */
  answer(run: RunId, token: number, handler: Handler): Promise<() => Promise<void>>;
  /**
   * How to ask whoever conducts the run; undefined where nobody says that it does, where it is this process, or where it
   * was asked a moment ago and said nothing. `person`: whose words what is asked is.
   */
  find(run: RunId, person: string): Promise<Send | undefined>;
  close(): void;
}

/** A process that said nothing is not asked again for so long. */
const leftAloneMs = 5_000;

type Options = { readonly patience?: Patience; readonly host?: string };

export function createTunnel(link: StoreLink, options: Options = {}): Tunnel {
  const { patience = usualPatience, host = hostname() } = options;
  const post = createPost(link, link.another());
  const handlers = new Map<RunId, Handler>();
  const renewing = new Set<NodeJS.Timeout>();
  const asking = createAsking(post, patience);
  const answering = createAnswering(post, (run) => handlers.get(run), patience);
  let isHearing = false;
  const hear = (): void => {
    if (isHearing) return;
    isHearing = true;
    post.hear((batch) => {
      answering.hear(batch.flatMap(({ message, bytes }) => (isAsked(message) ? [{ message, bytes }] : [])));
      for (const { message, bytes } of batch) if (!isAsked(message)) asking.hear(message, bytes);
    });
  };
  return {
    answer: async (run, token, handler) => {
      hear();
      handlers.set(run, handler);
      const speaking: Speaking = { run, token, inbox: post.inbox, host };
      // Where the server is away it is said as soon as it is back.
      const timer = setInterval(() => void speakFor(link, speaking).catch(() => {}), renewMs).unref();
      renewing.add(timer);
      const stop = async (): Promise<void> => {
        clearInterval(timer);
        renewing.delete(timer);
        if (handlers.get(run) === handler) handlers.delete(run);
        await hush(link, speaking).catch(() => {});
      };
      await speakFor(link, speaking);
      return stop;
    },
    find: async (run, person) => {
      const speaker = await findSpeaker(link, run);
      if (speaker === undefined || speaker.inbox === post.inbox) return undefined;
      const deafSince = asking.deafSince(speaker.inbox);
      if (deafSince !== undefined && performance.now() - deafSince < leftAloneMs) return undefined;
      return (path, init) => {
        hear();
        return asking.ask(speaker, { run, person, path, init });
      };
    },
    close: () => {
      for (const timer of renewing) clearInterval(timer);
      answering.close();
      post.close();
    },
  };
}
