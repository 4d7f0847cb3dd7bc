// `tutti view`, done: a file or a folder of the person's own checkout, as a worker or a planner would be shown it.

import { realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { isRefused, locate } from "../adapters/confine.ts";
import { toDirectoryMap } from "../adapters/context/directory-map.ts";
import { viewFile } from "../adapters/context/view-file.ts";
import { listFiles } from "../adapters/workspace/list-files.ts";
import type { Viewed, ViewOptions } from "../cli/desk.ts";
import { Fault } from "../engine/ports.ts";
import { findPlace, type Environment } from "./place.ts";

const largestMap = 64 * 1024;

export async function view({ repo, path, as }: ViewOptions, env: Environment): Promise<Viewed> {
  const { root } = await findPlace(repo, env);
  const place = await locate(root, resolve(await realpath(resolve(repo)), path));
  if (isRefused(place)) {
    throw new Fault("file_refused", `${place.problem}.`, { remedy: "Name a file or folder inside the repository" });
  }
  if (place.stats === undefined) {
    throw new Fault("file_missing", `${place.path} does not exist.`, {
      remedy: "Name a file or folder of the repository",
    });
  }
  const isFolder = place.stats.isDirectory();
  const wanted = as ?? (isFolder ? "map" : "skeleton");
  if (isFolder !== (wanted === "map")) {
    const what = isFolder ? `${place.path || "the top folder"} is a folder` : `${place.path} is a file`;
    const remedy = isFolder ? "A folder has a map: --as map" : "A file has --as skeleton, curated or raw";
    throw new Fault("wrong_view", `${what} and has no view "${wanted}".`, { remedy });
  }
  if (wanted !== "map") return { path: place.path, ...(await viewFile(root, place.path, wanted)) };
  const { text, leftOut } = toDirectoryMap(await listFiles(root, place.path), largestMap);
  return { path: place.path, view: "map", text, leftOut: leftOut ?? null };
}
