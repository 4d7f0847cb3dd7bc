// How this browser is let in: the one-time code in the address becomes a cookie that no script can read.

import type { Answer, Backend } from "./backend.ts";

export type Entered = Answer<unknown>;

const codeInAddress = (): string | null => new URLSearchParams(location.hash.slice(1)).get("code");

export const bringsCode = (): boolean => codeInAddress() !== null;

/** Takes the code out of the address before anything else can see it. */
function takeCode(): string | undefined {
  const code = codeInAddress();
  if (code === null) return undefined;
  history.replaceState(null, "", `${location.pathname}${location.search}`);
  return code;
}

/** A code that was used before harms nothing where the cookie is there already. */
export async function enterSession(backend: Backend): Promise<Entered> {
  const code = takeCode();
  const given = code === undefined ? undefined : await backend.send("POST", "/api/session", { code });
  if (given?.ok === true) return given;
  const known = await backend.get("/api/runs?limit=1");
  return known.ok || given === undefined ? known : given;
}
