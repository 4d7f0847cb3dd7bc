// Looks at the person's webhook: is one named, can its secret be read, and, where that is asked for, does it take a message.

import { readKey } from "../adapters/models/provider-keys.ts";
import type { LoadedSettings } from "../adapters/settings-files.ts";
import type { Check } from "../cli/desk.ts";
import { Fault } from "../engine/ports.ts";
import type { Environment } from "./place.ts";
import { webhookOf } from "./tell-person.ts";

type Options = { readonly env: Environment; readonly online: boolean };

const what = "webhook";
/** In ms: for every try there is, and what lies between them. */
const longest = 25_000;

/** None named is nothing to tell of. */
export async function examineNotify(
  { userConfig }: LoadedSettings,
  { env, online }: Options,
): Promise<readonly Check[]> {
  const { notify, vault } = userConfig;
  if (notify === undefined) return [];
  const { secret, webhook } = notify;
  try {
    if (secret !== undefined) await readKey({ provider: "the webhook", references: [secret], env, vault });
  } catch (error) {
    if (error instanceof Fault)
      return [{ what, ok: false, detail: error.message, remedy: "Correct secret under [notify] in your config.toml." }];
    throw error;
  }
  const detail = `${new URL(webhook).origin}, ${secret === undefined ? "not signed" : `signed with ${secret}`}`;
  if (!online) return [{ what, ok: true, detail }];
  const failures: string[] = [];
  const hook = webhookOf(userConfig, env, (words) => failures.push(words));
  hook?.send("test", { event: "test" });
  await hook?.close(longest);
  const [failure] = failures;
  return [
    failure === undefined
      ? { what, ok: true, detail: `${detail}; it took a message` }
      : { what, ok: false, detail: failure, remedy: "Correct webhook under [notify] in your config.toml." },
  ];
}
