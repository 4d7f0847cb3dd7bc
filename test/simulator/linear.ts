// A run in linear mode whose answers depend on the step alone and whose order of reports on chance.

import { createHash } from "node:crypto";
import { decide } from "../../src/core/decide.ts";
import { duties } from "../../src/core/duties.ts";
import { initialState } from "../../src/core/state.ts";
import type { Command } from "../../src/domain/command.ts";
import type { Recorded } from "../../src/domain/event.ts";
import type { RunId } from "../../src/domain/ids.ts";
import { createChance } from "./chance.ts";
import { makeFeatures, makeRandomRun } from "./random-run.ts";
import { makeTroubledWorld, type Refs } from "./world.ts";

const hash = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Ends after a bounded number of steps, wherever the run is then. */
export function conductLinear(seed: number, order: number): readonly Recorded[] {
  const chance = createChance(seed);
  const features = makeFeatures(chance);
  const { config, tickets } = makeRandomRun(chance);
  const pick = createChance(order);
  const log: Recorded[] = [];
  let state = initialState;
  const take = (command: Command): void => {
    const decision = decide(state, command, {
      at: 1,
      by: "engine",
      chance: 0.5,
      digest: (text) => hash(text).toString("hex"),
    });
    if (!decision.ok) throw new Error(decision.rejection.code);
    log.push(...decision.records);
    state = decision.state;
  };
  take({
    type: "run.create",
    run: "run_0123456789abcdef" as RunId,
    config: { ...config, mode: "linear", attended: false },
    tickets,
  });
  const refs: Refs = new Map();
  for (let step = 0; step < 300; step += 1) {
    const owed = duties(state);
    if (owed.length === 0) break;
    const duty = pick.pick(owed);
    const chance = createChance(hash(`${seed} ${duty.key}`).readUInt32LE());
    take(makeTroubledWorld(chance, features, refs).fulfil(duty));
  }
  return log;
}
