// A fault of a plan patch. Its place is a path in what was handed in, for example `add[0].dependsOn`.

import type { PlanProblem } from "../domain/rejection.ts";
import { wholeFile } from "../domain/ticket-file.ts";

export const fault = (field: string, problem: string, remedy: string): PlanProblem => ({
  index: wholeFile,
  field,
  problem,
  remedy,
});

const shownOfId = 60;

/** An id in a sentence. */
export const shortened = (id: string): string => (id.length > shownOfId ? `${id.slice(0, shownOfId)}…` : id);
