// The runs of one project as whole things: listed, looked at, copied, brought in; whatever keeps them.

import type { RunId } from "../../domain/ids.ts";
import type { RunStore } from "../../engine/ports.ts";
import type { Planting } from "./plant-run.ts";
import type { RunStamp } from "./run-stamps.ts";
import type { StoredRun } from "./stored-run.ts";

export type PlantOrder = {
  readonly run: RunId;
  /** Epoch ms. */
  readonly createdAt: number;
  /** It comes from a file: it may be looked at and forked, not conducted. */
  readonly isImported?: boolean;
};

export type RunShelf = {
  readonly store: RunStore;
  /** Every run, sorted by id. */
  readonly stamps: () => Promise<readonly RunStamp[]>;
  /** Undefined where the run has no log here. */
  readonly stampOf: (run: RunId) => Promise<string | undefined>;
  /** Its log as it is stored, read beside its owner. Undefined where there is no such run. */
  readonly openStored: (run: RunId) => Promise<StoredRun | undefined>;
  /** Makes a run of records it did not write. The run is there, owned by nobody, once this resolves. */
  readonly plant: (order: PlantOrder, fill: (planting: Planting) => Promise<void>) => Promise<void>;
  /** Of a run that was listed or looked at before. */
  readonly isImported: (run: RunId) => boolean;
};
