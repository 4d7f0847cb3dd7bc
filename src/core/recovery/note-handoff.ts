// What a deliberation was at a record of its log, as far as its handoff tells of it. Texts are not loaded here.

import type { DeliberationId, Inheritance, Objective, Setup } from "../../domain/deliberation.ts";
import type { DeliberationEvent as Told } from "../../domain/deliberation-event.ts";

type ToldOf<T extends Told["type"]> = Extract<Told, { type: T }>;

/** Any record of a run's log. */
export type LogRecord = { readonly seq: number; readonly at: number; readonly event: { readonly type: string } };

type At<T> = T & { readonly at: number };

export type HandoffNotes = {
  readonly deliberation: DeliberationId;
  /** Seq and epoch ms of the last record that counts. */
  readonly seq: number;
  readonly at: number;
  readonly objective: Objective;
  readonly setup: Setup;
  readonly inheritance: Inheritance | null;
  /** The version that stands, by place on the board, in the order in which the places were first written. */
  readonly entries: readonly At<ToldOf<"deliberation.written">>[];
  /** Every version, the oldest first. */
  readonly versions: readonly At<ToldOf<"deliberation.written">>[];
  readonly evidence: ReadonlyMap<string, ToldOf<"deliberation.evidence_checked">["result"]>;
  /** The last vote of each role on each key. */
  readonly votes: readonly At<ToldOf<"deliberation.voted">>[];
  readonly objections: readonly ToldOf<"deliberation.objected">[];
  readonly messages: readonly At<ToldOf<"deliberation.messaged">>[];
  readonly agents: ReadonlyMap<string, At<ToldOf<"deliberation.agent_changed">>>;
  readonly lost: readonly string[];
  /** Why, by role. */
  readonly revoked: ReadonlyMap<string, string>;
  readonly lastHeard: ReadonlyMap<string, number>;
  readonly mediator: string | null;
};

export const placeOf = ({ section, key }: { readonly section: string; readonly key: string }): string =>
  `${section}/${key}`;
export const versionOf = (entry: { section: string; key: string; version: number }): string =>
  `${placeOf(entry)}@${entry.version}`;

const isTold = (event: { readonly type: string }): event is Told => event.type.startsWith("deliberation.");

/** `until`: the last record that counts. Undefined where the log has no such deliberation. */
export function noteHandoff(
  records: Iterable<LogRecord>,
  deliberation: DeliberationId,
  until: number,
): HandoffNotes | undefined {
  let notes: Notes | undefined;
  for (const { seq, at, event } of records) {
    if (seq > until) break;
    if (!isTold(event) || event.deliberation !== deliberation) continue;
    if (event.type === "deliberation.opened") notes = new Notes(event);
    notes?.take(event, seq, at);
  }
  return notes?.read();
}

class Notes {
  readonly #opened: ToldOf<"deliberation.opened">;
  readonly #entries = new Map<string, At<ToldOf<"deliberation.written">>>();
  readonly #versions: At<ToldOf<"deliberation.written">>[] = [];
  readonly #evidence = new Map<string, ToldOf<"deliberation.evidence_checked">["result"]>();
  readonly #votes = new Map<string, At<ToldOf<"deliberation.voted">>>();
  readonly #objections = new Map<string, ToldOf<"deliberation.objected">>();
  readonly #messages: At<ToldOf<"deliberation.messaged">>[] = [];
  readonly #agents = new Map<string, At<ToldOf<"deliberation.agent_changed">>>();
  readonly #lost = new Set<string>();
  /** Why, by role. */
  readonly #revoked = new Map<string, string>();
  readonly #lastHeard = new Map<string, number>();
  #mediator: string | null = null;
  #seq = 0;
  #at = 0;

  constructor(opened: ToldOf<"deliberation.opened">) {
    this.#opened = opened;
  }

  take(event: Told, seq: number, at: number): void {
    this.#seq = seq;
    this.#at = at;
    const who = actorOf(event);
    if (who !== undefined) this.#lastHeard.set(who, at);
    switch (event.type) {
      case "deliberation.written":
        this.#entries.set(placeOf(event), { ...event, at });
        this.#versions.push({ ...event, at });
        break;
      case "deliberation.evidence_checked":
        this.#evidence.set(versionOf(event), event.result);
        break;
      case "deliberation.voted":
        this.#votes.set(`${event.role} ${event.key}`, { ...event, at });
        break;
      case "deliberation.objected":
        this.#objections.set(event.objection, event);
        break;
      case "deliberation.objection_settled":
        this.#objections.delete(event.objection);
        break;
      case "deliberation.messaged":
        this.#messages.push({ ...event, at });
        break;
      case "deliberation.agent_changed":
        this.#agents.set(event.role, { ...event, at });
        break;
      case "deliberation.agent_lost":
        this.#lost.add(event.role);
        break;
      case "deliberation.revoked":
        this.#revoked.set(event.role, event.reason);
        break;
      case "deliberation.mediated":
        this.#mediator = event.role;
        break;
      default:
    }
  }

  read(): HandoffNotes {
    const { deliberation, objective, setup, inheritance } = this.#opened;
    return {
      deliberation,
      seq: this.#seq,
      at: this.#at,
      objective,
      setup,
      inheritance: inheritance ?? null,
      entries: [...this.#entries.values()],
      versions: this.#versions,
      evidence: this.#evidence,
      votes: [...this.#votes.values()],
      objections: [...this.#objections.values()],
      messages: this.#messages,
      agents: this.#agents,
      lost: [...this.#lost],
      revoked: this.#revoked,
      lastHeard: this.#lastHeard,
      mediator: this.#mediator,
    };
  }
}

/** Whose activity it is: only agents' own counts. */
function actorOf(event: Told): string | undefined {
  switch (event.type) {
    case "deliberation.written":
      return event.author;
    case "deliberation.messaged":
      return event.from;
    case "deliberation.agent_changed":
    case "deliberation.heard":
    case "deliberation.voted":
    case "deliberation.objected":
    case "deliberation.write_refused":
      return event.role;
    default:
      return undefined;
  }
}
