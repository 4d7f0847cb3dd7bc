// The git side of a world of machines, in memory: what a run's remote keeps, what each machine has of it, and what each
// tool call left in a worktree. Every door of it takes time, and is shut for whoever is cut off.

import type { AttemptRef } from "../../src/domain/ids.ts";
import type { HostWorkspace, TravellingWorkspace } from "../../src/engine/machines/travelling.ts";
import { Fault, type MergeOutcome, type PreparedAttempt, type Workspace } from "../../src/engine/ports.ts";
import type { Chance } from "../simulator/chance.ts";
import type { Process } from "./quick-clock.ts";

type Point = { readonly key: string; readonly effects: readonly string[] };
type Away = { claim: number; points: Point[]; readonly rank: number };
export type Published = { readonly name: string; readonly effects: readonly string[] };

const nameOf = (ref: AttemptRef): string => `${ref.ticket}#${ref.attempt}`;

/** What the calls have left in one worktree. */
export type Tree = { effects: string[] };

export class Remote {
  readonly published: Published[] = [];
  readonly trees = new Map<string, Tree>();
  readonly #away = new Map<string, Away>();
  readonly #fences = new Map<string, string>();
  #count = 0;

  readonly #chance: Chance;
  constructor(chance: Chance) {
    this.#chance = chance;
  }

  machine(machine: Process): TravellingWorkspace {
    /** By attempt: what this machine has claimed it by. */
    const claims = new Map<string, number>();
    const at = (ref: AttemptRef): string => `${machine.name}:${nameOf(ref)}`;
    const claim = (ref: AttemptRef, rank: number, points: Point[], effects: readonly string[]): PreparedAttempt => {
      if ((this.#away.get(nameOf(ref))?.rank ?? 0) > rank)
        throw new Fault("place_lost", "a later placement has claimed it", { remedy: "none" });
      this.#count += 1;
      claims.set(nameOf(ref), this.#count);
      this.#away.set(nameOf(ref), { claim: this.#count, points, rank });
      this.trees.set(at(ref), { effects: [...effects] });
      return prepared(at(ref));
    };
    const abandon = (ref: AttemptRef): void => {
      claims.delete(nameOf(ref));
      this.trees.delete(at(ref));
    };
    return {
      restore: (ref, _index, liveKey, rank = 0) =>
        this.#door(machine, () => {
          const away = this.#away.get(nameOf(ref));
          if (away === undefined) return undefined;
          const from = away.points.findLast(({ key }) => key !== liveKey)?.effects ?? [];
          return claim(ref, rank, [...away.points, { key: "claim", effects: from }], from);
        }),
      checkpoint: (ref, _index, key) =>
        this.#door(machine, () => {
          const away = this.#away.get(nameOf(ref));
          const tree = this.trees.get(at(ref));
          if (away === undefined || tree === undefined || away.claim !== claims.get(nameOf(ref)))
            throw new Fault("place_lost", "another machine has claimed it", { remedy: "none" });
          away.points.push({ key, effects: [...tree.effects] });
          return { unread: [] };
        }),
      abandon: (ref) => this.#door(machine, () => abandon(ref)),
      during: ({ fence, claim: rank = 0 }) => ({
        ...noWorkspace,
        prepare: (ref) => this.#door(machine, () => claim(ref, rank, [], [])),
        find: (ref) => this.#door(machine, () => (this.trees.has(at(ref)) ? prepared(at(ref)) : undefined)),
        merge: (ref, _ticket, { signal }) =>
          this.#door(machine, () => {
            if (signal.aborted) return { kind: "cancelled" };
            return this.#publish(ref, at(ref), this.#fences.get(nameOf(ref)) === fence);
          }),
        dispose: (ref) =>
          this.#door(machine, () => {
            abandon(ref);
            this.#away.delete(nameOf(ref));
            return {};
          }),
      }),
    };
  }

  /** The conductor's machine, whichever process conducts there. */
  host(owner: Process): HostWorkspace {
    const at = (ref: AttemptRef): string => `host:${nameOf(ref)}`;
    return {
      ...noWorkspace,
      restore: none,
      prepare: (ref) =>
        this.#door(owner, () => {
          this.trees.set(at(ref), { effects: [] });
          return prepared(at(ref));
        }),
      find: (ref) => this.#door(owner, () => (this.trees.has(at(ref)) ? prepared(at(ref)) : undefined)),
      merge: (ref, _ticket, { signal }) =>
        this.#door(owner, () => (signal.aborted ? { kind: "cancelled" } : this.#publish(ref, at(ref), true))),
      findMerged: (ref) => this.#door(owner, () => this.#found(ref)),
      dispose: (ref) =>
        this.#door(owner, () => {
          this.trees.delete(at(ref));
          this.#away.delete(nameOf(ref));
          return {};
        }),
      fence: (ref) =>
        this.#door(owner, () => {
          this.#count += 1;
          this.#fences.set(nameOf(ref), `fence-${this.#count}`);
          return `fence-${this.#count}`;
        }),
      unfence: (ref) => this.#door(owner, () => void this.#fences.delete(nameOf(ref))),
      publish: () => Promise.resolve(),
    };
  }

  #found(ref: AttemptRef): (MergeOutcome & { kind: "published" }) | undefined {
    const isThere = this.published.some(({ name }) => name === nameOf(ref));
    return isThere ? { kind: "published", commit: nameOf(ref), verified: "attempt" } : undefined;
  }

  #publish(ref: AttemptRef, root: string, mayPublish: boolean): MergeOutcome {
    const found = this.#found(ref);
    if (found !== undefined) return found;
    const tree = this.trees.get(root);
    if (tree === undefined) throw new Fault("worktree_missing", `no worktree at ${root}`, { remedy: "none" });
    if (!mayPublish) return { kind: "cancelled" };
    this.published.push({ name: nameOf(ref), effects: [...tree.effects] });
    this.#fences.delete(nameOf(ref));
    return { kind: "published", commit: nameOf(ref), verified: "attempt" };
  }

  #door<Value>(caller: Process, what: () => Value): Promise<Value> {
    const { clock } = caller;
    return new Promise((resolve, reject) => {
      clock.wake(clock.now() + this.#chance.int(1, 60), () =>
        caller.reach(() => {
          try {
            const value = what();
            clock.wake(clock.now() + this.#chance.int(1, 60), () => caller.reach(() => resolve(value)));
          } catch (error) {
            reject(error);
          }
        }),
      );
    });
  }
}

const prepared = (root: string): PreparedAttempt => ({ root, base: "b".repeat(40), branch: root });

const none = (): Promise<never> => Promise.reject(new Error("not in this world"));
const noWorkspace: Workspace = {
  prepare: none,
  find: none,
  diff: none,
  diffLeft: none,
  merge: none,
  findMerged: none,
  dispose: none,
  tryPatch: none,
  survey: none,
  head: none,
  publish: none,
};
