// Temporary folders for suites that sync a great deal.

import { existsSync, mkdtempSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** In memory where the system has such a place: there a sync is a call like any other, but costs nothing. Canonical. */
export const makeScratch = (prefix: string): string =>
  realpathSync(mkdtempSync(join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), prefix)));
