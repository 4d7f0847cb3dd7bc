// Who is recorded for what came over the API: the holder of the token; a display name only beside it.

import type { Actor } from "../domain/ids.ts";

const plain = (name: string): string =>
  name
    .replaceAll(/[^\p{L}\p{N}._@ -]/gu, "")
    .trim()
    .slice(0, 60);

/** `person:ann`, or `person:ann (Ann at the office)`; the name in brackets is the client's own word. */
export const actorOf = (person: string, displayName?: string): Actor => {
  const name = displayName === undefined ? "" : plain(displayName);
  return name === "" || name === plain(person) ? `person:${plain(person)}` : `person:${plain(person)} (${name})`;
};
