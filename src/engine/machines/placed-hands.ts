// Duties of attempts, fulfilled by the machines that have the attempts' places; everything else by this process. An attempt
// that has begun here stays here. One that no machine takes any more comes home.

import type { Duty } from "../../core/duties.ts";
import type { RunState } from "../../core/state.ts";
import type { Report } from "../../domain/command.ts";
import type { RunId } from "../../domain/ids.ts";
import { placeKey, type AttemptPlace, type MachineLabel } from "../../domain/machine.ts";
import { isAttemptDuty, scopeOf, type AttemptDuty, type DutyScope } from "../duty-scope.ts";
import type { Hands } from "../hands.ts";
import { Fault, type Clock } from "../ports.ts";
import type { Fulfilled } from "../run-attempt-duty.ts";
import { fulfilHere, liveText, runDuty, settleInRun, type World } from "../run-duty.ts";
import { createBerth, type Berth } from "./berth.ts";
import { followOrder } from "./follow-order.ts";
import type { Crew, ToConductor } from "./crew.ts";
import { covers, labelsOf } from "./labels.ts";
import { isRepeatable, reportLost } from "./lost-order.ts";
import { createMachineWatch, type MachineWatch } from "./machine-watch.ts";
import { defaultSeatTimes, dismissal, type Placement, type SeatTimes } from "./seat.ts";
import type { HostWorkspace, TravellingWorkspace } from "./travelling.ts";
import { createWaitTeller, type WaitTeller } from "./wait-teller.ts";

export type PlacedTimes = SeatTimes & {
  /** How long machines may be missing from the registry before their places are lost and their attempts come home. */
  readonly graceMs: number;
  /** How long an attempt waits for a machine before the person is told why. */
  readonly tellMs: number;
  /** After how long an offer that could not be made is made again. */
  readonly retryMs: number;
};

const defaultTimes: PlacedTimes = { ...defaultSeatTimes, graceMs: 5_000, tellMs: 3_000, retryMs: 2_000 };

export type PlacedHandsOptions = {
  readonly run: RunId;
  readonly crew: Crew;
  readonly clock: Clock;
  /** Where machines fetch the run's repository from; null for a run without a workspace. */
  readonly remote: string | null;
  /** Attempts that this process works on beside machines. 0: none ever. Undefined: all while there are no machines. */
  readonly capacity?: number;
  /** What this process has of what attempts ask of a machine; not asked where there are no machines. */
  readonly labels?: readonly MachineLabel[];
  readonly fences?: Pick<HostWorkspace, "fence" | "unfence">;
  /** By which this process goes on with what machines have begun; without it such an attempt waits for a machine. */
  readonly travelling?: () => Promise<TravellingWorkspace>;
  /** Never twice the same, in any process. */
  readonly newPlacement: () => string;
  readonly times?: Partial<PlacedTimes>;
};

const claimsPerConductor = 1_000_000;

/** Its attempt is under way, or its worktree is still to be removed. */
export function isAlive(state: RunState, { index, attempt }: AttemptPlace): boolean {
  if (state.attempts.get(index)?.attempt === attempt) return true;
  const ticket = state.graph.tickets[index]?.id;
  return ticket !== undefined && state.disposals.has(`${ticket}#${attempt}`);
}

/** Its worktree was made by this process or the one before it, and is nowhere else. */
function hasBegunHere(state: RunState, { index, attempt }: AttemptPlace): boolean {
  const found = state.attempts.get(index);
  return found?.attempt === attempt && found.machine === undefined && found.base !== null && found.base !== "";
}

export const createPlacedHands = (options: PlacedHandsOptions): Hands => new PlacedHands(options);

type Step = {
  readonly duty: AttemptDuty;
  readonly world: World;
  readonly scope: DutyScope;
  readonly berth: Berth;
};

class PlacedHands implements Hands {
  readonly #options: PlacedHandsOptions;
  readonly #times: PlacedTimes;
  readonly #berths = new Map<string, Berth>();
  readonly #watch: MachineWatch;
  readonly #teller: WaitTeller;
  readonly #stopHearing: () => void;
  #latest: RunState | undefined;
  #placements = 0;

  constructor(options: PlacedHandsOptions) {
    const { crew, clock, run } = options;
    this.#options = options;
    this.#times = { ...defaultTimes, ...options.times };
    const { graceMs, tellMs } = this.#times;
    this.#watch = createMachineWatch({ crew, clock, graceMs, onChange: () => this.#review() });
    this.#teller = createWaitTeller({ clock, berths: this.#berths, machines: this.#watch.all, tellMs });
    this.#stopHearing = crew.receive(run, {
      message: (message) => this.#hear(message),
      delta: (delta) => this.#berths.get(placeKey(delta.place))?.seat.hearDelta(delta),
    });
  }

  run(duty: Duty, world: World): Promise<Report | undefined> {
    if (!isAttemptDuty(duty)) return runDuty(duty, world);
    if (duty.kind === "withdraw") return this.#withdraw(duty, world);
    return settleInRun(duty, world, () => this.#fulfil(duty, world));
  }

  retain(state: RunState): void {
    this.#latest = state;
    for (const [key, berth] of this.#berths) {
      if (isAlive(state, berth.place) || !berth.seat.isIdle()) continue;
      this.#berths.delete(key);
      void berth.end("over");
    }
    if ((this.#options.capacity ?? 0) > 0) this.#review();
  }

  async close(ending: "ended" | "rested" | "fault"): Promise<void> {
    this.#stopHearing();
    this.#watch.close();
    this.#teller.close();
    const word = ending === "fault" ? null : ending === "ended" ? "over" : "gone";
    await Promise.all([...this.#berths.values()].map((berth) => berth.end(word)));
  }

  // ---- where an attempt is worked on ---------------------------------------------------------------------------

  async #fulfil(duty: AttemptDuty, world: World): Promise<Fulfilled> {
    const { fences, run } = this.#options;
    this.#latest = world.state;
    const berth = this.#berthOf({ run, index: duty.index, attempt: duty.ref.attempt }, world.state);
    const scope = await scopeOf(world.ports, world.state, duty);
    const labels = labelsOf(scope, scope.attempt?.model);
    const step = { duty, world, scope, berth };
    const isLeftOver = duty.kind === "dispose" && berth.seat.holder() === undefined;
    if (berth.isHome() || isLeftOver || this.#mayComeHome(berth, labels)) return this.#fulfilHere(step);
    const fence = (): Promise<string | undefined> =>
      duty.kind === "merge" && fences !== undefined ? fences.fence(duty.ref, duty.index) : Promise.resolve(undefined);
    const onProblem = (text: string): void => world.feed.publish({ kind: "notice", text });
    const errand = { duty, scope, signal: world.signal, onDelta: liveText(duty, world), onProblem, fence };
    const wish = { labels, weight: world.state.graph.rank[duty.index] ?? 1, feed: world.feed };
    const came = await berth.fulfil({ ...errand, isRepeatable: isRepeatable(duty, scope) }, wish);
    if (came.kind === "done") return came.done;
    return came.kind === "home" ? this.#fulfilHere(step) : { report: reportLost(duty, scope, came.problem) };
  }

  /** What a machine has begun is gone on with as a machine would: its work lies at the remote and stays there. */
  async #fulfilHere(step: Step): Promise<Fulfilled> {
    const { duty, world, scope, berth } = step;
    const isGuest = scope.attempt?.machine !== undefined && this.#options.remote !== null;
    const isFirst = !berth.isHome();
    berth.goHome();
    return isGuest ? this.#followHere(step, isFirst) : fulfilHere(duty, world, scope);
  }

  async #followHere({ duty, world, scope }: Step, isFirst: boolean): Promise<Fulfilled> {
    const { travelling, fences, remote } = this.#options;
    const { ref, index } = duty;
    if (travelling === undefined) throw new Error(`${duty.key} came home without a way to work on it here`);
    const fence = duty.kind === "merge" ? await fences?.fence(ref, index) : undefined;
    const fenced = fence === undefined ? {} : { fence };
    const { report, usage, problem } = await followOrder({
      open: async () => ({ ...world.ports, travelling: await travelling() }),
      order: { number: 1, claim: this.#newClaim(), duty, scope, ...fenced, remote },
      isFirst,
      signal: world.signal,
      onDelta: liveText(duty, world),
    });
    if (problem !== undefined) return { report: reportLost(duty, scope, problem) };
    return { report: report ?? undefined, ...(usage === undefined ? {} : { usage }) };
  }

  /** From here on no machine can publish it: what is found then is how it came out. */
  async #withdraw(duty: AttemptDuty, world: World): Promise<Report | undefined> {
    try {
      await this.#options.fences?.unfence(duty.ref, duty.index);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return { type: "report.withdrawn", ...duty.ref, problem: error.message };
    }
    return runDuty(duty, world);
  }

  #mayComeHome(berth: Berth, labels: readonly MachineLabel[]): boolean {
    const { capacity, remote, travelling, labels: own = [] } = this.#options;
    if (capacity === 0 || berth.seat.holder() !== undefined) return false;
    if (berth.wasAway() && remote !== null && travelling === undefined) return false;
    if (this.#watch.usable().length === 0) return this.#watch.isDeserted(berth.wasAway());
    return capacity !== undefined && !berth.wasAway() && covers(own, labels) && this.#countHere() < capacity;
  }

  #countHere(): number {
    let count = 0;
    for (const berth of this.#berths.values())
      if (berth.isHome() && this.#latest?.attempts.get(berth.place.index)?.lane === true) count += 1;
    return count;
  }

  /** After machines have come or gone, or room has come about here. */
  #review(): void {
    for (const berth of this.#berths.values()) {
      const holder = berth.seat.holder();
      if (holder !== undefined && this.#watch.isGone(holder)) berth.seat.dismiss();
      if (berth.seat.waiting() !== undefined && this.#mayComeHome(berth, berth.labels())) berth.seat.comeHome();
    }
    this.#teller.soon();
  }

  #berthOf(place: AttemptPlace, state: RunState): Berth {
    const key = placeKey(place);
    const known = this.#berths.get(key);
    if (known !== undefined) return known;
    const { remote, crew, clock } = this.#options;
    const isAway = state.attempts.get(place.index)?.machine !== undefined;
    const begun = { isHome: hasBegunHere(state, place), isAway };
    const onWaiting = (): void => this.#review();
    const newPlacement = (): Placement => ({ id: this.#options.newPlacement(), claim: this.#newClaim() });
    const berth = createBerth({ place, begun, crew, clock, remote, times: this.#times, newPlacement, onWaiting });
    this.#berths.set(key, berth);
    return berth;
  }

  /** Each conductor's token, by which its log is fenced, is greater than those before it. */
  #newClaim(): number {
    this.#placements += 1;
    return (this.#latest?.token ?? 0) * claimsPerConductor + this.#placements;
  }

  #hear(message: ToConductor): void {
    const { crew } = this.#options;
    const { place } = message;
    // Before the run is looked at for the first time nobody knows what is alive in it: it will be said again.
    if (this.#latest === undefined) return;
    const known = this.#berths.get(placeKey(place));
    const isStrange = known === undefined && (!isAlive(this.#latest, place) || hasBegunHere(this.#latest, place));
    if (!isStrange && known?.isHome() !== true) return this.#berthOf(place, this.#latest).seat.hear(message);
    crew.send(message.inbox, dismissal(crew.inbox, message, "over"));
    void crew.withdraw(place).catch(() => {});
  }
}
