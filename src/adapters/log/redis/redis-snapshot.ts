// The snapshot of a run on the server, as small as it can be made. A doubt about it is an answer of "none".

import { hash } from "node:crypto";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import type { LogSnapshot } from "../../../engine/ports.ts";
import { keysOf } from "./keys.ts";
import type { Right } from "./redis-append.ts";
import type { RedisLink } from "./redis-link.ts";
import { snapshotScript } from "./scripts.ts";

/** With the sum of the record it ends with: then all records before that one are the same, too. */
export type SummedSnapshot = LogSnapshot & { readonly sum: string };

const digestOf = ({ seq, format, text, sum }: SummedSnapshot): string =>
  hash("sha256", `${seq}\n${sum}\n${format}\n${text}`, "base64url");

export async function fetchSnapshot(link: RedisLink, { run }: Pick<Right, "run">): Promise<SummedSnapshot | undefined> {
  try {
    const { snapshot: key } = keysOf(run);
    const answer = await link.callForBytes("HMGET", key, "seq", "sum", "format", "digest", "text");
    const [seq, sum, format, digest, packed] = answer as readonly (Buffer | null)[];
    if (!Buffer.isBuffer(packed)) return undefined;
    const text = (await promisify(gunzip)(packed)).toString("utf8");
    const snapshot = { seq: Number(String(seq)), sum: String(sum), format: String(format), text };
    return digestOf(snapshot) === String(digest) ? snapshot : undefined;
  } catch {
    return undefined;
  }
}

/** False where the server did not keep it. Never throws. */
export async function sendSnapshot(link: RedisLink, right: Right, snapshot: SummedSnapshot): Promise<boolean> {
  const { seq, sum, format, text } = snapshot;
  const packed = await promisify(gzip)(text, { level: 1 });
  return call(link, right, ["seq", seq, "sum", sum, "format", format, "digest", digestOf(snapshot), "text", packed]);
}

export const forgetSnapshot = (link: RedisLink, right: Right): Promise<boolean> => call(link, right, []);

async function call(
  link: RedisLink,
  { run, token, claim }: Right,
  fields: readonly (string | number | Buffer)[],
): Promise<boolean> {
  try {
    const { meta, snapshot: key } = keysOf(run);
    const answer = await link.run(snapshotScript, [meta, key], [token, claim, ...fields]);
    return Array.isArray(answer) && answer[0] === "kept";
  } catch {
    return false;
  }
}
