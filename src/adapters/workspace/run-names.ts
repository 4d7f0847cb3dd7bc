// Names of refs and folders. Only the run's id and a ticket's index appear in them, never text a person or model wrote.

import { createHash } from "node:crypto";
import { basename } from "node:path";
import { isRunId, type RunId } from "../../domain/ids.ts";

/** `refs/heads/tutti/<run>/`: everything of ours, here and in the person's repository, is below it. */
export const runRefs = (run: RunId): string => {
  if (!isRunId(run)) throw new Error(`not a run id: ${JSON.stringify(run)}`);
  return `refs/heads/tutti/${run}/`;
};

export const integrationRef = (run: RunId): string => `${runRefs(run)}integration`;

export const shortBranch = (ref: string): string => ref.replace(/^refs\/heads\//, "");

/** Folder of an attempt: ticket index and attempt number, zero-padded so that listings sort. */
export const attemptName = (index: number, attempt: number): string => `${String(index).padStart(4, "0")}-${attempt}`;

export const attemptRef = (run: RunId, name: string): string => `${runRefs(run)}t${name}`;

/** A stable folder name for a project: readable first, unique by its canonical path. */
export function projectKey(root: string): string {
  const slug = basename(root)
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 40);
  const hash = createHash("sha256").update(root).digest("hex").slice(0, 10);
  return `${slug || "project"}-${hash}`;
}
