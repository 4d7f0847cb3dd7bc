// The gate's share of power cuts, kills and full disks; test/slow/powercut.test.ts has the rest.

import { describeCrashes } from "./crash-suite.ts";

describeCrashes({ images: 600, kills: 60, fullDisks: 16, seed: 1 });
