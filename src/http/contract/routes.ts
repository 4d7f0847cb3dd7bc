// Every route of the API with what it takes, gives and refuses: a file for each area beside this one. A route that is not
// there fails a test, and so does one that is there alone.

import { decideRoutes } from "./decide-routes.ts";
import { machineRoutes } from "./machine-routes.ts";
import { pastRoutes } from "./past-routes.ts";
import { pipelineRoutes } from "./pipeline-routes.ts";
import { projectRoutes } from "./project-routes.ts";
import type { ApiRoute } from "./route.ts";
import { ruleRoutes } from "./rule-routes.ts";
import { runsRoutes } from "./runs-routes.ts";
import { sessionRoutes } from "./session-routes.ts";
import { statusRoutes } from "./status-routes.ts";
import { travelRoutes } from "./travel-routes.ts";

export const apiRoutes: readonly ApiRoute[] = [
  ...sessionRoutes,
  ...runsRoutes,
  ...projectRoutes,
  ...machineRoutes,
  ...statusRoutes,
  ...decideRoutes,
  ...pastRoutes,
  ...ruleRoutes,
  ...travelRoutes,
  ...pipelineRoutes,
];
