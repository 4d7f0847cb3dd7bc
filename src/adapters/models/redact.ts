// The last step before a provider's words reach the log, a terminal or a page: no secret, no control character, not long.

import { hideSecrets } from "../../domain/secrets.ts";

const longest = 500;

/** `secrets` are the keys in use: they are removed whatever they look like. */
export function redact(text: string, secrets: readonly string[]): string {
  let clean = text;
  for (const secret of secrets) if (secret.length >= 4) clean = clean.replaceAll(secret, "[secret]");
  clean = hideSecrets(clean);
  clean = clean.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return (clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean).toWellFormed();
}
