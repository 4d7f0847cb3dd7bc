// What a run that recovers does otherwise than the one before, and in words. Repeating the same would fail the same way.
// RCV rules in docs/SPEC.md.

import type { DeliberationConfig, DeliberationOutcome, Objective, Seat, Setup } from "../../domain/deliberation.ts";
import type { ModelId } from "../../domain/ids.ts";
import { mostGenerations, type RecoveryWhy } from "../../domain/recovery.ts";

export type ChangeWish = {
  readonly outcome: DeliberationOutcome;
  /** Which run of its chain the new one is, from 1. */
  readonly generation: number;
  readonly why: RecoveryWhy;
  /** The model of the next higher tier; undefined: there is none. */
  readonly stronger: (model: ModelId) => ModelId | undefined;
};

export type ChangedSetup = {
  readonly objective: Objective;
  readonly setup: Setup;
  /** Empty where the policy has nothing left to change. */
  readonly changes: readonly string[];
};

const most = { rounds: 100, timeoutMs: 86_400_000, idleMs: 3_600_000 } as const;

/**
 * By policy something of the objective or the setup differs, or there are no changes and no run may begin with it; a
 * person may ask for the same once more.
 */
export function changeSetup(before: Pick<DeliberationConfig, "objective" | "setup">, wish: ChangeWish): ChangedSetup {
  const draft = new Draft(before);
  switch (wish.why) {
    case "policy":
      changeByOutcome(draft, wish);
      break;
    case "rerun":
      break;
    case "rerun_mediated":
      draft.seatMediator();
      break;
    case "escalate":
      draft.escalate(wish.stronger);
      break;
    default:
      wish.why satisfies never;
  }
  return draft.read(wish.why);
}

function changeByOutcome(draft: Draft, { outcome, generation, stronger }: ChangeWish): void {
  draft.seatMediator();
  switch (outcome) {
    case "iteration_limit":
      draft.raise("rounds", 1.5);
      draft.narrow(generation);
      break;
    case "stuck":
      draft.raise("stuckMs", 2);
      draft.raise("idleMs", 2);
      draft.escalate(stronger);
      break;
    case "timeout":
      draft.raise("timeoutMs", 2);
      draft.narrow(generation);
      break;
    case "budget":
      draft.narrow(generation);
      break;
    case "deadlock":
    case "majority_with_dissent":
      draft.letMediatorDecide();
      draft.escalate(stronger);
      break;
    case "crashed":
      draft.escalate(stronger);
      break;
    case "cancelled":
    case "consensus":
      break;
    default:
      outcome satisfies never;
  }
  // The last try, or one that would otherwise be told nothing new.
  if (generation >= mostGenerations || draft.isSame()) draft.narrow(generation);
  const others = [
    () => draft.raise("rounds", 1.5),
    () => draft.raise("timeoutMs", 2),
    () => draft.raise("stuckMs", 2),
    () => draft.escalate(stronger),
    () => draft.letMediatorDecide(),
  ];
  for (const change of others) if (draft.isSame()) change();
}

/** Words of ours among the constraints, at most one of them at a time. */
const narrowings = [
  "Settle the smallest version that meets the success criteria, and name what is left open.",
  "Settle only what the proposals have in common; of each open point name the choices and what speaks for them.",
] as const;

const inWords = {
  rounds: (from: number, to: number) => `${to} rounds instead of ${from}`,
  timeoutMs: (from: number, to: number) => `${seconds(to)} in all instead of ${seconds(from)}`,
  idleMs: (from: number, to: number) => `an agent may be silent for ${seconds(to)} instead of ${seconds(from)}`,
  stuckMs: (from: number, to: number) => `all may be silent for ${seconds(to)} instead of ${seconds(from)}`,
} as const;
const seconds = (ms: number): string => `${Number((ms / 1_000).toFixed(1))} s`;

class Draft {
  readonly #before: Pick<DeliberationConfig, "objective" | "setup">;
  #objective: Objective;
  #setup: Setup;
  readonly #changes: string[] = [];

  constructor(before: Pick<DeliberationConfig, "objective" | "setup">) {
    this.#before = before;
    this.#objective = before.objective;
    this.#setup = before.setup;
  }

  isSame(): boolean {
    return this.#objective === this.#before.objective && this.#setup === this.#before.setup;
  }

  seatMediator(): void {
    const { seats, mediatorAtOnce } = this.#setup;
    const isThere = seats.some(({ kind }) => kind === "mediator");
    if (isThere && mediatorAtOnce) return;
    const added = isThere ? seats : [...seats, newMediator(seats)];
    this.#setup = { ...this.#setup, seats: added, mediatorAtOnce: true };
    this.#changes.push("the mediator is seated from the start");
  }

  letMediatorDecide(): void {
    if (this.#setup.mediatorDecides) return;
    this.#setup = { ...this.#setup, mediatorDecides: true };
    this.#changes.push("the mediator's ruling counts where one proposer agrees with it");
  }

  raise(limit: keyof typeof inWords, factor: number): void {
    const { limits } = this.#setup;
    const from = limits[limit];
    const to = Math.max(from, Math.min(limit === "stuckMs" ? most.idleMs : most[limit], Math.ceil(from * factor)));
    if (to === from) return;
    this.#setup = { ...this.#setup, limits: { ...limits, [limit]: to } };
    this.#changes.push(inWords[limit](from, to));
  }

  escalate(stronger: ChangeWish["stronger"]): void {
    const changed = this.#setup.seats.map((seat): Seat => {
      const model = stronger(seat.model);
      return model === undefined || model === seat.model ? seat : { ...seat, model };
    });
    const moved = changed.filter((seat, index) => seat !== this.#setup.seats[index]);
    if (moved.length === 0) return;
    this.#setup = { ...this.#setup, seats: changed };
    this.#changes.push(...moved.map(({ role, model }) => `${role} is ${model}`));
  }

  /** The further the chain has come, the narrower; what was said before is not said again. */
  narrow(generation: number): void {
    if (this.#objective !== this.#before.objective) return;
    const { constraints } = this.#objective;
    const inOrder = generation >= mostGenerations ? narrowings.toReversed() : narrowings;
    const words = inOrder.find((each) => !constraints.includes(each));
    const kept = constraints.filter((each) => narrowings.every((own) => own !== each));
    // Fifty are allowed: ours would rather go than one of the person's.
    if (words === undefined || kept.length >= 50) return;
    this.#objective = { ...this.#objective, constraints: [...kept, words] };
    this.#changes.push(`the objective is narrowed: ${words}`);
  }

  read(why: RecoveryWhy): ChangedSetup {
    const asked = why === "policy" ? [] : ["it begins with what the run before had written"];
    return {
      objective: this.#objective,
      setup: this.#setup,
      changes: this.#changes.length > 0 ? this.#changes : asked,
    };
  }
}

/** GAMMA, or the first name like it that is free, on the first proposer's model. */
function newMediator(seats: readonly Seat[]): Seat {
  const names = ["GAMMA", ...Array.from({ length: seats.length }, (_, index) => `GAMMA_${index + 2}`)];
  const role = names.find((name) => seats.every((seat) => seat.role !== name)) ?? "GAMMA";
  const model = seats[0]?.model ?? ("" as ModelId);
  return { role, kind: "mediator", model };
}
