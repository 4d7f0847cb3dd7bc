// The person's repository and what is merged.

import type { Feed } from "./feed.ts";
import { Fault, type Ports } from "./ports.ts";

/**
 * Shows the result in the person's repository. What is merged is merged without it: a ref the person moved, or a lock
 * they hold, is told and tried again with the next merge and at the run's end.
 */
export async function publish(ports: Pick<Ports, "workspace">, feed: Feed): Promise<void> {
  try {
    await ports.workspace?.publish();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    feed.publish({ kind: "notice", text: `${error.message} ${error.remedy}` });
  }
}
