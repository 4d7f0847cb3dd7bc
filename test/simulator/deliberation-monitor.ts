// Reads the log of a deliberation alone, without the core's state, and says which promise it breaks.

import type { DeliberationEvent, EventOf, Recorded } from "../../src/domain/event.ts";
import { headOf } from "../../src/domain/text.ts";
import { must } from "./broken.ts";

export type DeliberationMonitor = {
  /** Every record once, in order. */
  readonly see: (recorded: Recorded) => void;
  /** The log is whole. */
  readonly finish: () => void;
};

const providers = new Set(["rate_limited", "quota", "overloaded", "server_error", "network", "auth"]);
const afterEnd = new Set(["deliberation.recovery_claimed", "deliberation.partial_accepted"]);
const order = ["aborting", "synthesised", "handed_off", "revoked", "measured", "failure_recorded", "ended"] as const;

export function createDeliberationMonitor(): DeliberationMonitor {
  const notes = new Notes();
  return {
    see: ({ event, seq }) => {
      if (event.type.startsWith("deliberation.")) notes.take(event as DeliberationEvent);
      else if (event.type === "consult.started") notes.asked(event, seq);
      else if (event.type === "consult.returned" || event.type === "consult.failed") notes.erred(event);
      else if (event.type === "run.ended") notes.runEnded(event);
    },
    finish: () => must(notes.ended !== undefined, "the log has no end"),
  };
}

class Notes {
  ended: EventOf<"deliberation.ended"> | undefined;
  #opened: EventOf<"deliberation.opened"> | undefined;
  #mediators = 0;
  #claims = 0;
  #place = -1;
  #handedOff = false;
  readonly #gone = new Set<string>();
  readonly #revokedBefore = new Set<string>();
  readonly #written = new Map<string, EventOf<"deliberation.written">[]>();
  readonly #votes = new Map<string, EventOf<"deliberation.voted">>();
  readonly #open = new Map<string, EventOf<"deliberation.objected">>();
  readonly #evidence = new Map<string, string>();

  readonly #errors = new Map<string, number>();
  readonly #roles = new Map<string, string>();

  /** Nothing of the provider's is the agent's error. */
  erred(event: EventOf<"consult.returned"> | EventOf<"consult.failed">): void {
    if (event.type === "consult.failed" && providers.has(event.code)) return;
    const role = this.#roles.get(event.consult);
    if (role !== undefined) this.#err(role);
  }

  #err(role: string): void {
    this.#errors.set(role, (this.#errors.get(role) ?? 0) + 1);
  }

  #isSpent(role: string): boolean {
    return (this.#errors.get(role) ?? 0) >= (this.#opened?.setup.limits.errors ?? Infinity);
  }

  asked({ role, consult }: EventOf<"consult.started">, seq: number): void {
    if (role !== undefined) this.#roles.set(consult, role);
    const window = this.#opened?.setup.limits.errorWindowMs ?? 0;
    // No deliberation lasts a day: with such a window every error counts.
    const isOver = role !== undefined && window > 86_400_000 && this.#place < 0 && this.#isSpent(role);
    must(!isOver, `${role} is asked at ${seq} and its budget of errors is used up`);
    must(this.ended === undefined, `a cycle begins at ${seq}, after the end`);
    must(role === undefined || !this.#gone.has(role), `${role} is asked at ${seq} and is gone`);
  }

  runEnded({ outcome }: EventOf<"run.ended">): void {
    const own = this.ended?.outcome;
    must(own !== undefined, "the run ends before its deliberation");
    must((outcome === "completed") === (own === "consensus"), `the run ends ${outcome} with ${own}`);
    must((outcome === "failed") === (own === "crashed"), `the run ends ${outcome} with ${own}`);
  }

  take(event: DeliberationEvent): void {
    must(this.ended === undefined || afterEnd.has(event.type), `${event.type} after the end`);
    this.#inOrder(event);
    switch (event.type) {
      case "deliberation.opened":
        this.#opened = event;
        return;
      case "deliberation.mediated":
        this.#mediators += 1;
        return must(this.#mediators === 1, "a second mediator is seated");
      case "deliberation.agent_lost":
        this.#gone.add(event.role);
        return;
      case "deliberation.revoked":
        if (this.#place < 0) this.#revokedBefore.add(event.role);
        must(
          event.dismissed !== true || this.#isSpent(event.role),
          `${event.role} is revoked for errors it did not make`,
        );
        must(this.#place < 0 || this.#handedOff, `${event.role} is revoked and nothing was handed over`);
        this.#gone.add(event.role);
        return;
      case "deliberation.written":
        return this.#write(event);
      case "deliberation.voted":
        return this.#vote(event);
      case "deliberation.objected":
        this.#open.set(event.objection, event);
        return;
      case "deliberation.objection_settled":
        must(this.#open.delete(event.objection), `${event.objection} is settled and was not open`);
        return;
      case "deliberation.evidence_checked":
        this.#evidence.set(`${event.section}/${event.key}@${event.version}`, event.result);
        return;
      case "deliberation.incident":
        if (event.agent !== undefined) this.#err(event.agent);
        return;
      case "deliberation.handed_off":
        must(!this.#handedOff, "it is handed over twice");
        this.#handedOff = true;
        return;
      case "deliberation.ended":
        return this.#end(event);
      case "deliberation.recovery_claimed":
        this.#claims += 1;
        must(this.#claims === 1, "two runs recover from one");
        return must(this.ended !== undefined && this.#handedOff, "a recovery without an end or a handoff");
      default:
        return;
    }
  }

  #inOrder(event: DeliberationEvent): void {
    const name = event.type.replace("deliberation.", "") as (typeof order)[number];
    const place = order.indexOf(name);
    if (place < 0 || (name === "revoked" && this.#place < 0)) return;
    must(place >= this.#place, `${name} comes after ${order[this.#place]}`);
    this.#place = place;
  }

  #write(event: EventOf<"deliberation.written">): void {
    const place = `${event.section}/${event.key}`;
    const versions = this.#written.get(place) ?? [];
    must(event.version === versions.length + 1, `${place} v${event.version} follows v${versions.length}`);
    must(!this.#gone.has(event.author), `${event.author} writes and is gone`);
    const isRun = event.author === "ORCHESTRATOR";
    const isOwn = event.section !== "solutions" || event.key === event.author.toLowerCase();
    must(isRun || isOwn, `${event.author} is said to have written ${place}`);
    must(event.section !== "consensus" || isRun, `${event.author} writes a consensus`);
    this.#written.set(place, [...versions, event]);
  }

  /** A vote is counted for exactly the words it was meant for. */
  #vote(event: EventOf<"deliberation.voted">): void {
    const { role, key, version, reasoning } = event;
    must(!this.#gone.has(role), `${role} votes and is gone`);
    const [author, meant] = headOf(reasoning).split(":");
    must(author === role, `${author}'s vote is counted for ${role}`);
    const counted = this.#written.get(`synthesis/${key}`)?.find((each) => each.version === version)?.digest;
    must(counted === meant, `${role}'s vote is counted for another version of ${key} than it was meant for`);
    this.#votes.set(`${role} ${key}`, event);
  }

  #end(event: EventOf<"deliberation.ended">): void {
    this.ended = event;
    const { outcome, agreed, accepted } = event;
    must(
      (agreed !== undefined) === (outcome === "consensus" || outcome === "majority_with_dissent"),
      `${outcome} is about the wrong thing`,
    );
    if (agreed === undefined) return;
    const place = `synthesis/${agreed.key}`;
    const latest = this.#written.get(place)?.at(-1);
    must(latest?.version === agreed.version, "what is agreed on does not stand");
    const evidence = this.#evidence.get(`${place}@${agreed.version}`);
    must(evidence !== "red" && evidence !== "unfit", "what is agreed on is refuted");
    must(latest?.patch === undefined || evidence !== undefined, "what is agreed on was not tried");
    must(accepted.length >= 2, "one voice is an agreement");
    for (const role of accepted) {
      const vote = this.#votes.get(`${role} ${agreed.key}`);
      must(vote?.version === agreed.version && vote.stance === "accept", `${role} is said to agree and does not`);
    }
    if (outcome === "consensus") this.#isConsensus(event);
  }

  #isConsensus({ agreed, accepted }: EventOf<"deliberation.ended">): void {
    const setup = this.#opened?.setup;
    const proposers = setup?.seats.filter(({ kind, role }) => kind === "proposer" && !this.#gone.has(role)) ?? [];
    const missing = proposers.filter(({ role }) => !accepted.includes(role));
    const isRuled = setup?.mediatorDecides === true && accepted.includes("GAMMA");
    must(missing.length === 0 || isRuled, `${missing.map(({ role }) => role).join(", ")} did not agree`);
    for (const { section, key, severity, role } of this.#open.values()) {
      const isAbout = section === "synthesis" && key === agreed?.key;
      must(!isAbout || severity !== "blocking" || this.#gone.has(role), `${role} blocks what is agreed on`);
    }
  }
}
