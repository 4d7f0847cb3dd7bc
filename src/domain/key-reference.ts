// References to keys that lie in a vault: `vault:<mount>/<path>#<field>`, and which addresses may be asked for one.

/** `mount` is the first part; where an engine is mounted deeper, a double slash ends its name: `vault:team/kv//app#key`. */
export type VaultReference = { readonly mount: string; readonly path: string; readonly field: string };

const segment = /^[A-Za-z0-9_.@+=~ -]+$/;

/** Undefined where the text is none. */
export function parseVaultReference(text: string): VaultReference | undefined {
  const [, where = "", field = ""] = /^vault:([^#]+)#([^#\s]{1,200})$/.exec(text) ?? [];
  const deep = where.indexOf("//");
  const end = deep === -1 ? where.indexOf("/") : deep;
  if (end < 1) return undefined;
  const mount = where.slice(0, end);
  const path = where.slice(end + (deep === -1 ? 1 : 2));
  const isPlain = [...mount.split("/"), ...path.split("/")].every(
    (part) => segment.test(part) && part !== "." && part !== "..",
  );
  return isPlain && where.length <= 1_000 ? { mount, path, field } : undefined;
}

/** What goes to a loopback address cannot be overheard; everything else has to be encrypted. */
export function isPlainHttpAllowed(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === "https:" || /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
