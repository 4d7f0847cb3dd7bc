// Tells the person's webhook when something of a run begins to wait for them, and how the run ended. The run neither
// waits for it nor comes to grief over it.

import { createWebhook, type Webhook } from "../adapters/notify/webhook.ts";
import { readKey } from "../adapters/models/provider-keys.ts";
import type { ProcessLog } from "../adapters/process-log.ts";
import { findHomes } from "../adapters/run-files.ts";
import { loadUserConfig } from "../adapters/settings-files.ts";
import type { UserConfig } from "../domain/user-config.ts";
import type { Conductor } from "../engine/conductor.ts";
import { endedNews, pausedNews, waitingNews } from "../views/webhook-news.ts";
import type { Environment } from "./place.ts";

export type Telling = {
  /** To be called when the run rests: what is on its way may arrive. */
  readonly close: () => Promise<void>;
};

export type TellOptions = {
  readonly conductor: Conductor;
  /** Of the run's page, its code included; null where it is not served. */
  readonly page: Promise<string | null>;
  /** Where the person's settings are found; undefined: nobody is told. */
  readonly env: Environment | undefined;
  /** Has what did not arrive, as the run's feed has. */
  readonly log: Pick<ProcessLog, "note">;
};

type OnFailure = (words: string) => void;

/** Questions that come together are told together. */
const gatherMs = 300;
const graceMs = 8_000;

export function tellPerson({ conductor, page, env, log }: TellOptions): Telling | undefined {
  if (env === undefined) return undefined;
  const onFailure = (words: string): void => {
    log.note(words);
    conductor.feed.publish({ kind: "notice", text: words });
  };
  const fresh = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const opening = openWebhook(env, onFailure);
  const address = page.then((link) => (link === null ? null : withoutCode(link)));

  const tell = (event: string, body: () => object | null): void => {
    const made = body();
    if (made === null) return;
    void Promise.all([opening, address]).then(([hook, home]) => hook?.send(event, { event, ...made, page: home }));
  };

  const tellWaiting = (): void => {
    timer = undefined;
    const ids = new Set(fresh);
    fresh.clear();
    tell("waiting", () => waitingNews(conductor.state(), ids));
  };

  const unsubscribe = conductor.feed.subscribe((item) => {
    if (item.kind !== "recorded") return;
    const { by, event } = item.recorded;
    if (event.type === "approval.requested") {
      fresh.add(event.approval);
      timer ??= setTimeout(tellWaiting, gatherMs);
    } else if (event.type === "run.paused" && by === "engine") {
      tell("paused", () => pausedNews(conductor.state(), event.reason));
    } else if (event.type === "run.ended") tell("ended", () => endedNews(conductor.state()));
  });

  return {
    close: async () => {
      unsubscribe();
      clearTimeout(timer);
      const hook = await opening;
      await address;
      await hook?.close(graceMs);
    },
  };
}

/** The code lets a browser in: it goes nowhere but to the person's own terminal. */
const withoutCode = (link: string): string => link.replace(/#.*$/s, "");

/** The person's own file alone names it. A file that cannot be read is told where it is needed more. */
async function openWebhook(env: Environment, onFailure: OnFailure): Promise<Webhook | undefined> {
  const config = await loadUserConfig(findHomes(env).config).catch(() => undefined);
  return config?.notify === undefined ? undefined : webhookOf(config, env, onFailure);
}

/** Undefined where the person named none. */
export function webhookOf({ notify, vault }: UserConfig, env: Environment, onFailure: OnFailure): Webhook | undefined {
  if (notify === undefined) return undefined;
  const { webhook: url, secret } = notify;
  const read = (reference: string) => () => readKey({ provider: "the webhook", references: [reference], env, vault });
  return createWebhook({ url, secret: secret === undefined ? undefined : read(secret), onFailure });
}
