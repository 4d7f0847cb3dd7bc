// Where machines fetch a run's work from and push it to: the run's own repository on the machine where it was begun, or a
// remote of the person's own.

import { realpathSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { makePrivateFolder } from "../../adapters/run-files.ts";
import type { RunConfig } from "../../domain/config.ts";
import type { RunId } from "../../domain/ids.ts";
import { fill, isRemoteAddress } from "../../domain/machine-settings.ts";
import { Fault } from "../../engine/ports.ts";
import type { ProjectRuns } from "../place.ts";

type Beginning = {
  readonly place: Pick<ProjectRuns, "homes" | "key" | "runs">;
  readonly run: RunId;
  /** The person's own; `{project}` in it stands for the project's name. */
  readonly own: string | undefined;
  /** No machine works for it. */
  readonly staysHere?: boolean;
};

/**
 * The settings of a run that begins here: those it was copied from may name the remote of another one. A run that is
 * recorded on this machine alone has none.
 */
export function withRemote(config: RunConfig, { place, run, own, staysHere = false }: Beginning): RunConfig {
  const { remote: _theirs, ...rest } = config;
  if (staysHere || place.homes.store === undefined || config.workspace === "none") return rest;
  if (own !== undefined) return { ...rest, remote: { url: fill(own, { project: place.key }) } };
  makePrivateFolder(place.runs);
  return { ...rest, remote: { host: hostname(), path: join(realpathSync(place.runs), run, "repo.git") } };
}

/** Throws Fault `usage` for what was said to a command and is no address. */
export function checkRemote(said: string | undefined): void {
  if (said === undefined || isRemoteAddress(fill(said, { project: "project" }))) return;
  throw new Fault("usage", "--remote is no address that git work can travel by", {
    remedy: "Give an absolute path, or an ssh:// or https:// address without a password.",
  });
}
