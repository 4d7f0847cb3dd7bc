// The ACL rule that the guide gives, as it stands there.

import { readFileSync } from "node:fs";
import { join } from "node:path";

export function aclRule(): string {
  const guide = readFileSync(join(import.meta.dirname, "../../docs/guide/redis.md"), "utf8");
  const rule = /^user tutti (.+) >\S+$/m.exec(guide)?.[1];
  if (rule === undefined) throw new Error("docs/guide/redis.md has no line `user tutti ... >password`");
  return rule;
}
