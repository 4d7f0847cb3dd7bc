// The handoff document of what was noted: every text in it, bounded in size, with hints of the reason. HOF rules in
// docs/SPEC.md.

import type { DeliberationOutcome } from "../../domain/deliberation.ts";
import { handoffBounds, type HandedEntry, type Handoff } from "../../domain/handoff.ts";
import type { Text } from "../../domain/text.ts";
import { recoveryHints } from "./hints.ts";
import { versionOf, type HandoffNotes } from "./note-handoff.ts";

export type HandoffEnding = {
  readonly run: string;
  /** `PIPELINE_ID` and `TASK_ID` of whoever started the run. */
  readonly pipeline?: string | undefined;
  readonly task?: string | undefined;
  readonly outcome: DeliberationOutcome;
  readonly detail: string;
};

export type HandoffMeans = {
  /** The whole text. */
  readonly read: (text: Text) => string;
  /** Hex sha-256. */
  readonly digest: (text: string) => string;
};

/** Texts that have to be at hand before the document can be written. */
export function textsOfHandoff(notes: HandoffNotes): readonly Text[] {
  return [
    ...chosenEntries(notes).map(({ text }) => text),
    ...notes.votes.map(({ reasoning }) => reasoning),
    ...notes.objections.map(({ text }) => text),
    ...[...lastMessages(notes).values()].flat().map(({ text }) => text),
  ];
}

/** The same notes and ending give the same document, byte for byte. */
export function writeHandoff(notes: HandoffNotes, ending: HandoffEnding, { read, digest }: HandoffMeans): Handoff {
  const cutter = new Cutter(read);
  const proposals = entriesOf(notes, "solutions", cutter);
  const syntheses = entriesOf(notes, "synthesis", cutter);
  const document: Omit<Handoff, "checksum"> = {
    format: 1,
    pipeline_id: ending.pipeline ?? ending.run,
    task_id: ending.task ?? ending.run,
    from_pipeline: ending.run,
    root_pipeline: notes.inheritance?.root ?? ending.run,
    attempt: notes.inheritance?.generation ?? 1,
    deliberation: notes.deliberation,
    at: notes.seq,
    dump_time: timeOf(notes.at),
    abort_reason: ending.outcome,
    detail: ending.detail,
    iteration_count: cyclesOf(notes),
    max_iterations: notes.setup.limits.rounds,
    gamma_active: notes.mediator !== null,
    proposals,
    synthesis_attempts: syntheses,
    consensus_state: consensusOf(notes, cutter),
    problem_analysis: analysisOf(notes, cutter),
    open_objections: notes.objections.map((each) => ({
      role: each.role,
      section: each.section,
      key: each.key,
      version: each.version,
      severity: each.severity,
      text: cutter.cut(each.text, `the objection ${each.objection}`),
    })),
    agent_states: agentStates(notes),
    message_summary: messageSummary(notes, cutter),
    recovery_hints: recoveryHints({
      outcome: ending.outcome,
      detail: ending.detail,
      rounds: { done: cyclesOf(notes), most: notes.setup.limits.rounds },
      isMediated: notes.mediator !== null,
      proposals: proposals.length,
      syntheses: syntheses.length,
      blocking: notes.objections.filter(({ severity }) => severity === "blocking").length,
      lost: notes.lost,
    }),
    left_out: [...cutter.leftOut, ...passedOver(notes)],
  };
  return { ...document, checksum: digest(JSON.stringify(document)) };
}

const timeOf = (at: number): string => new Date(at).toISOString();

/** Of the proposers: what the limit is of. */
const cyclesOf = ({ setup, agents }: HandoffNotes): number =>
  Math.max(0, ...setup.seats.filter(({ kind }) => kind === "proposer").map(({ role }) => agents.get(role)?.cycle ?? 0));

/** What stands on the board, the last written first chosen; all versions of a synthesis, because each was an attempt. */
function chosenEntries(notes: HandoffNotes): HandoffNotes["versions"] {
  const { entries, versions } = notes;
  return [
    ...["problem", "solutions", "consensus"].flatMap((section) =>
      newest(entries.filter((each) => each.section === section)),
    ),
    ...newest(versions.filter(({ section }) => section === "synthesis")),
  ];
}

const newest = <T>(written: readonly T[]): readonly T[] => written.slice(-handoffBounds.entries);

function passedOver(notes: HandoffNotes): string[] {
  const all = notes.entries.filter(({ section }) => section !== "synthesis").length;
  const attempts = notes.versions.filter(({ section }) => section === "synthesis").length;
  const more = all + attempts - chosenEntries(notes).length;
  return more === 0 ? [] : [`${more} older ${more === 1 ? "entry" : "entries"} of the blackboard`];
}

function entriesOf(notes: HandoffNotes, section: "solutions" | "synthesis", cutter: Cutter): HandedEntry[] {
  return chosenEntries(notes)
    .filter((each) => each.section === section)
    .map((each) => {
      const evidence = notes.evidence.get(versionOf(each));
      return {
        agent: each.author,
        key: each.key,
        value: cutter.cut(each.text, versionOf(each)),
        version: each.version,
        timestamp: timeOf(each.at),
        ...(evidence !== undefined && { evidence }),
        ...(each.provenance !== undefined && { provenance: each.provenance }),
      };
    });
}

function consensusOf(notes: HandoffNotes, cutter: Cutter): Handoff["consensus_state"] {
  const written = chosenEntries(notes)
    .filter(({ section }) => section === "consensus")
    .map((each) => ({
      key: each.key,
      value: cutter.cut(each.text, versionOf(each)),
      author: each.author,
      timestamp: timeOf(each.at),
    }));
  const voted = notes.votes.map(({ role, key, version, stance, score, reasoning, at }) => ({
    key,
    value: {
      role,
      version,
      stance,
      ...(score !== undefined && { score }),
      reasoning: cutter.cut(reasoning, `the vote of ${role} on ${key}`),
    },
    author: role,
    timestamp: timeOf(at),
  }));
  return [...written, ...voted];
}

const analysisOf = (notes: HandoffNotes, cutter: Cutter): Handoff["problem_analysis"] =>
  chosenEntries(notes)
    .filter(({ section }) => section === "problem")
    .map((each) => ({
      key: each.key,
      value: cutter.cut(each.text, versionOf(each)),
      author: each.author,
      ...(each.provenance !== undefined && { provenance: each.provenance }),
    }));

/** Of everybody who has a seat, seated or not. */
function agentStates({ setup, agents, lastHeard, lost, revoked }: HandoffNotes): Handoff["agent_states"] {
  return setup.seats.map(({ role }) => {
    const agent = agents.get(role);
    const at = lastHeard.get(role);
    const gone = revoked.get(role);
    const waits = agent?.waitingFor === undefined ? null : `waits for ${agent.waitingFor}`;
    const left = gone === undefined ? undefined : "revoked";
    return {
      role,
      status: lost.includes(role) ? "lost" : (left ?? agent?.status ?? "idle"),
      phase: agent?.phase ?? "analyse",
      progress: agent?.progress ?? 0,
      confidence: agent?.confidence ?? 0,
      blocked_reason: gone ?? agent?.blocked ?? waits,
      current_task: agent === undefined ? "has not begun" : `${agent.phase}, after ${agent.cycle} cycles`,
      last_activity: at === undefined ? null : timeOf(at),
    };
  });
}

/** The last ones of each role, in the order in which they were sent (DB-60). */
function lastMessages({ setup, messages }: HandoffNotes): ReadonlyMap<string, HandoffNotes["messages"]> {
  return new Map(
    setup.seats.map(({ role }) => [role, messages.filter(({ from }) => from === role).slice(-handoffBounds.messages)]),
  );
}

function messageSummary(notes: HandoffNotes, cutter: Cutter): Handoff["message_summary"] {
  const told = [...lastMessages(notes)].map(([role, messages]) => [
    `${role.toLowerCase()}_last_messages`,
    messages.map(({ to, kind, text, at }) => ({
      to,
      kind,
      text: cutter.cut(text, `a message of ${role}`, handoffBounds.message),
      timestamp: timeOf(at),
    })),
  ]);
  return Object.fromEntries(told) as Handoff["message_summary"];
}

/** Gives texts whole while there is room, says what it had to cut. */
class Cutter {
  readonly leftOut: string[] = [];
  readonly #read: HandoffMeans["read"];
  #left: number = handoffBounds.all;

  constructor(read: HandoffMeans["read"]) {
    this.#read = read;
  }

  cut(text: Text, what: string, most: number = handoffBounds.text): string {
    const whole = this.#read(text);
    const room = Math.min(most, this.#left);
    const kept = whole.length <= room ? whole : whole.slice(0, room).replace(/[\ud800-\udbff]$/, "");
    this.#left -= kept.length;
    if (kept.length < whole.length) this.leftOut.push(`${whole.length - kept.length} characters of ${what}`);
    return kept;
  }
}
