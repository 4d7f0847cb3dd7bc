// Where a run's repository lies: a folder, ssh:// or https://. Anything else git would understand is refused, since
// some of it runs programs; so is a password or token in an address, which would end up in logs.

import { access } from "node:fs/promises";
import { Fault } from "../../../engine/ports.ts";

export type RemoteProtocol = "file" | "ssh" | "https";

export type RemoteAddress = { readonly address: string; readonly protocol: RemoteProtocol };

const refuse = (message: string, remedy: string): Fault => new Fault("bad_remote", message, { remedy });

const shapes = "Give an absolute path, ssh://host/path or https://host/path.";

/** Passwords, tokens and names of users, wherever an address stands in a text. A name alone is kept for ssh. */
export const withoutCredentials = (text: string): string =>
  text
    .replaceAll(/\b(https?:\/\/)[^/@\s]*@/gi, "$1")
    .replaceAll(/\b(ssh:\/\/[^/@:\s]*):[^/@\s]*@/gi, "$1@")
    .replaceAll(/([?&](?:access_token|token|key|password)=)[^&\s]*/gi, "$1...");

const hasControls = (text: string): boolean => /\p{Cc}/u.test(text);

/** Throws Fault `bad_remote`. */
export function parseRemote(text: string): RemoteAddress {
  const shown = JSON.stringify(withoutCredentials(text).slice(0, 300));
  if (hasControls(text)) throw refuse(`The remote ${shown} holds a control character.`, shapes);
  if (text.startsWith("/")) return { address: text, protocol: "file" };
  const [, scheme] = /^(ssh|https):\/\//.exec(text) ?? [];
  if (scheme !== "ssh" && scheme !== "https") {
    throw refuse(`The remote ${shown} is neither a path nor an address of ssh or https.`, shapes);
  }
  return { address: checkUrl(text, shown), protocol: scheme };
}

function checkUrl(text: string, shown: string): string {
  const url = URL.parse(text);
  if (url === null || url.hostname === "" || url.pathname.length < 2) {
    throw refuse(`The remote ${shown} names no host or no path.`, shapes);
  }
  if (/^(-|%2d)/i.test(url.hostname) || /^(-|%2d)/i.test(url.username)) {
    throw refuse(`The remote ${shown} names a host or user that ssh would take for an option.`, shapes);
  }
  const isSecret = url.password !== "" || (url.protocol === "https:" && url.username !== "");
  if (isSecret || url.search !== "" || url.hash !== "") {
    throw refuse(
      `The remote ${shown} carries a credential, or more than a path.`,
      "Leave it out; git asks its own credential helper, and ssh its agent.",
    );
  }
  return text;
}

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

const isHostName = (text: string): boolean => /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(text);

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * How a machine called `here` reaches the repository at `path` of `host`: by its path where that is the same machine and
 * the path is there, else by ssh. `via` is the person's own way, with `{host}` and `{path}` in it. Throws Fault `bad_remote`.
 */
export async function remoteFor(
  { host, path }: { readonly host: string; readonly path: string },
  { here, via }: { readonly here: string; readonly via?: string | undefined },
): Promise<RemoteAddress> {
  if (!path.startsWith("/")) throw refuse(`The repository's path ${JSON.stringify(path)} is not absolute.`, shapes);
  if (via === undefined && host === here && (await isThere(path))) return parseRemote(path);
  if (!isHostName(host)) {
    throw refuse(
      `The run's host is called ${JSON.stringify(host)}, which is no host's name.`,
      "Set `via` without {host}.",
    );
  }
  const template = via ?? "ssh://{host}{path}";
  const shownPath = template.startsWith("/") || template.startsWith("{path}") ? path : encodePath(path);
  return parseRemote(template.replaceAll("{host}", host).replaceAll("{path}", () => shownPath));
}
