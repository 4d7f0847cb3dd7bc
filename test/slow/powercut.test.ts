// Many more power cuts, kills and full disks. TUTTI_IMAGES, TUTTI_KILLS and TUTTI_SEED set how many and which.

import { describeCrashes } from "../powercut/crash-suite.ts";

const wanted = (name: string, fallback: number): number => Number(process.env[name] ?? fallback);

describeCrashes({
  images: wanted("TUTTI_IMAGES", 100_000),
  kills: wanted("TUTTI_KILLS", 400),
  fullDisks: wanted("TUTTI_KILLS", 400),
  seed: wanted("TUTTI_SEED", 2),
});
