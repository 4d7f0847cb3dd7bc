// The projects of this person: those that have runs, and those that were named for this server.

import { basename } from "node:path";
import { projectKey } from "../adapters/workspace/run-names.ts";
import { Fault } from "../engine/ports.ts";
import type { RunCard } from "../http/run-card.ts";
import type { Project } from "../http/runs-wire.ts";

/** The one that something happened in last comes first; those without a run come last. `named`: canonical top folders. */
export function projectsOf(cards: readonly RunCard[], named: readonly string[]): readonly Project[] {
  const projects = new Map(named.map((root) => [projectKey(root), emptyProject(projectKey(root), root)]));
  for (const card of cards) {
    const { key } = card.project;
    projects.set(key, withRun(projects.get(key) ?? emptyProject(key, ""), card));
  }
  return [...projects.values()].toSorted((a, b) => (b.lastAt ?? 0) - (a.lastAt ?? 0) || (a.key < b.key ? -1 : 1));
}

const emptyProject = (key: string, root: string): Project => ({
  key,
  root,
  name: basename(root) || key,
  runs: 0,
  open: 0,
  needsYou: 0,
  lastAt: null,
});

/** The root is as any of its own runs tells it: one that cannot be read tells none, one from a file is not believed. */
function withRun(project: Project, { project: seen, isImported, phase, needsYou, lastAt }: RunCard): Project {
  const isKnown = project.root !== "" || isImported;
  return {
    ...project,
    root: isKnown ? project.root : seen.root,
    name: isKnown ? project.name : seen.name,
    runs: project.runs + 1,
    open: project.open + (phase === "ended" ? 0 : 1),
    needsYou: project.needsYou + needsYou,
    lastAt: Math.max(project.lastAt ?? 0, lastAt),
  };
}

/** Its key or its root will do. Only what is known is worked in: no address leads anywhere else. Throws Fault `project_unknown`. */
export function findRoot(projects: readonly Project[], wanted: string): string {
  const found = projects.find(({ key, root }) => root !== "" && (key === wanted || root === wanted));
  if (found !== undefined) return found.root;
  throw new Fault("project_unknown", `No project ${JSON.stringify(wanted)} is known here.`, {
    remedy:
      "Name its folder when you start the server: tutti serve --project <folder>. GET /api/projects lists those known.",
  });
}
