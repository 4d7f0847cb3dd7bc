// How a browser is let in: a one-time code from the address's fragment becomes a session, a session a cookie. Codes and
// sessions are kept as digests, so that nobody who reads the store can use one.

import { createHash, randomBytes } from "node:crypto";
import { z } from "zod";
import { dropOldest } from "./drop-oldest.ts";

/** Where sessions outlive the process: their text is loaded once and saved whole. */
export type SessionStore = { readonly load: () => string | undefined; readonly save: (text: string) => void };

export type SessionOptions = {
  /** Epoch ms. */
  readonly now: () => number;
  /** Absent: sessions end with the process. */
  readonly store?: SessionStore;
};

export type OneTimeCode = {
  readonly code: string;
  /** Epoch ms. */
  readonly expiresAt: number;
};

export type Redeemed =
  | { readonly ok: true; readonly secret: string; readonly maxAgeSeconds: number }
  | { readonly ok: false; readonly why: "used" | "expired" | "unknown" };

export type Sessions = {
  /** A code that opens one session within ten minutes. */
  readonly newCode: () => OneTimeCode;
  readonly redeem: (code: string) => Redeemed;
  /** When the session of this cookie ends (epoch ms); undefined: there is none. */
  readonly expiryOf: (secret: string) => number | undefined;
  /** Idempotent. */
  readonly close: (secret: string) => void;
};

const codeMs = 10 * 60 * 1_000;
const sessionMs = 30 * 24 * 60 * 60 * 1_000;
const mostCodes = 64;
const mostSessions = 64;

const keptSchema = z.array(z.strictObject({ digest: z.string(), expiresAt: z.number() })).max(mostSessions);

const newSecret = (): string => randomBytes(32).toString("base64url");
// A digest that is looked up tells by its timing at most about itself, and from a digest no secret is found.
const digestOf = (secret: string): string => createHash("sha256").update(secret).digest("base64url");

export function createSessions({ now, store }: SessionOptions): Sessions {
  const codes = new Map<string, { readonly expiresAt: number; isUsed: boolean }>();
  const sessions = new Map(read(store?.load()).map(({ digest, expiresAt }) => [digest, expiresAt]));

  const save = (): void =>
    store?.save(`${JSON.stringify([...sessions].map(([digest, expiresAt]) => ({ digest, expiresAt })))}\n`);

  const open = (): string => {
    const secret = newSecret();
    for (const [digest, expiresAt] of sessions) if (expiresAt <= now()) sessions.delete(digest);
    dropOldest(sessions, mostSessions - 1);
    sessions.set(digestOf(secret), now() + sessionMs);
    save();
    return secret;
  };

  return {
    newCode: () => {
      const code = newSecret();
      const expiresAt = now() + codeMs;
      dropOldest(codes, mostCodes - 1);
      codes.set(digestOf(code), { expiresAt, isUsed: false });
      return { code, expiresAt };
    },
    redeem: (code) => {
      const known = codes.get(digestOf(code));
      if (known === undefined) return { ok: false, why: "unknown" };
      if (known.isUsed) return { ok: false, why: "used" };
      if (known.expiresAt <= now()) return { ok: false, why: "expired" };
      known.isUsed = true;
      return { ok: true, secret: open(), maxAgeSeconds: sessionMs / 1_000 };
    },
    expiryOf: (secret) => {
      const expiresAt = sessions.get(digestOf(secret));
      return expiresAt !== undefined && expiresAt > now() ? expiresAt : undefined;
    },
    close: (secret) => {
      if (sessions.delete(digestOf(secret))) save();
    },
  };
}

/** A store that cannot be read logs everybody out, and harms nothing else. */
function read(text: string | undefined): z.output<typeof keptSchema> {
  if (text === undefined) return [];
  try {
    return keptSchema.safeParse(JSON.parse(text)).data ?? [];
  } catch {
    return [];
  }
}
