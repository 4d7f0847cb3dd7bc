// What happens to the messages and calls of a worker's story: gates and their answers, results, and what a person wrote
// in their place.

import type { EventOf, Recorded } from "../domain/event.ts";
import type { ToolCall } from "../domain/tool.ts";
import { nameOf } from "./actor-name.ts";
import { change, placeOf, type StoryDraft } from "./story-draft.ts";
import type { AskedGate, CallEntry, WorkerEntry } from "./worker-entries.ts";

/** True where the record is told. */
export function tellCallEvent(draft: StoryDraft, recorded: Recorded): boolean {
  const { event } = recorded;
  switch (event.type) {
    case "tool.called":
      return changeCall(draft, event, (entry) => ({
        ...withArgs(entry, event, draft),
        step: "running",
        letBy: event.rule ?? null,
      }));
    case "tool.returned":
      return changeCall(draft, event, (entry) => ({
        ...entry,
        step: event.ok ? "returned" : "failed",
        output: event.output,
        ms: event.ms,
        changed: event.changed,
      }));
    case "tool.refused":
      return changeCall(draft, event, (entry) => ({
        ...entry,
        step: "refused",
        refusedBy: event.by,
        output: event.output,
      }));
    case "tool.lost":
      return changeCall(draft, event, (entry) => ({ ...entry, step: "lost" }));
    case "finish.reported": {
      const place = draft.entries.findLastIndex((entry) => entry.kind === "call" && entry.tool === "finish");
      const found = draft.entries[place];
      if (found?.kind === "call") draft.entries[place] = { ...found, step: "returned" };
      return true;
    }
    case "result.edited":
      return changeCall(draft, event, (entry) => editOutput(entry, event, nameOf(recorded.by) ?? ""));
    case "message.edited":
      editMessage(draft, recorded, event);
      return true;
    case "message.restored":
      restoreMessage(draft, event);
      // That it was taken back is told as well.
      return false;
    default:
      return tellGate(draft, recorded);
  }
}

/** A call as the model wrote it, before anything became of it. */
export const writtenCall = (recorded: Recorded, { turn, call }: CallAt, written: ToolCall): CallEntry => ({
  kind: "call",
  ...placeOf(recorded, `c${turn}.${call}`),
  turn,
  call,
  tool: written.tool,
  class: written.class,
  args: written.args,
  argsEdit: null,
  problem: written.problem ?? null,
  step: "written",
  refusedBy: null,
  letBy: null,
  gates: [],
  output: null,
  outputEdit: null,
  ms: null,
  changed: [],
  isDerived: false,
});

type CallAt = { readonly turn: number; readonly call: number };

function changeCall(draft: StoryDraft, { turn, call }: CallAt, to: (entry: CallEntry) => CallEntry): boolean {
  return change(draft, `c${turn}.${call}`, (entry) => (entry.kind === "call" ? to(entry) : entry));
}

const isSameText = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** At a gate a person may have written other arguments: they are what runs. */
function withArgs(entry: CallEntry, { args, tool }: EventOf<"tool.called">, { head }: StoryDraft): CallEntry {
  if (isSameText(args, entry.args)) return entry;
  const answer = entry.gates.findLast(({ gate }) => gate === "call")?.answer;
  const edit = { by: answer?.by ?? "", reason: answer?.reason ?? "" };
  const original = entry.argsEdit?.original ?? entry.args;
  return {
    ...entry,
    tool,
    args,
    argsEdit: { ...edit, original },
    isDerived: entry.isDerived || head.editedTurns.some((edited) => edited < entry.turn),
  };
}

function editOutput(entry: CallEntry, { output, reason }: EventOf<"result.edited">, by: string): CallEntry {
  const original = entry.outputEdit?.original ?? entry.output ?? "";
  const isWithheld = entry.gates.findLast(({ gate }) => gate === "result")?.answer?.decision === "reject";
  return { ...entry, output, outputEdit: { by, reason, original, isWithheld } };
}

function editMessage(draft: StoryDraft, recorded: Recorded, event: EventOf<"message.edited">): void {
  const { turn, text, calls, reason } = event;
  const by = nameOf(recorded.by) ?? "";
  const { editedTurns } = draft.head;
  if (!editedTurns.includes(turn)) draft.head = { ...draft.head, editedTurns: [...editedTurns, turn] };
  const isThere = change(draft, `m${turn}`, (entry) => {
    if (entry.kind !== "text" || isSameText(entry.text, text)) return entry;
    return { ...entry, text, edit: { by, reason, original: entry.edit?.original ?? entry.text } };
  });
  if (!isThere && text !== "") {
    const first = draft.entries.findIndex((entry) => entry.kind === "call" && entry.turn === turn);
    const entry: WorkerEntry = {
      kind: "text",
      ...placeOf(recorded, `m${turn}`),
      turn,
      text,
      edit: { by, reason, original: "" },
      isDerived: false,
    };
    draft.entries.splice(first < 0 ? draft.entries.length : first, 0, entry);
  }
  editCalls(draft, recorded, { turn, calls, edit: { by, reason } });
}

/** The message is the model's own again, and what follows from it is no longer marked. */
function restoreMessage(draft: StoryDraft, { turn, text, calls }: EventOf<"message.restored">): void {
  const { entries } = draft;
  draft.head = { ...draft.head, editedTurns: draft.head.editedTurns.filter((edited) => edited !== turn) };
  for (const [place, entry] of entries.entries()) {
    if (entry.kind === "text" && entry.turn === turn) entries[place] = { ...entry, text, edit: null };
    if (entry.kind !== "call" || entry.turn !== turn) continue;
    const call = calls[entry.call];
    const isRun = entry.step !== "written" && entry.step !== "dropped";
    if (call === undefined) entries[place] = { ...entry, step: "dropped" };
    else if (!isRun) {
      const { tool, args, class: kind, problem = null } = call;
      entries[place] = { ...entry, tool, args, class: kind, problem, argsEdit: null, step: "written" };
    }
  }
}

type CallsEdit = {
  readonly turn: number;
  readonly calls: readonly ToolCall[];
  readonly edit: { readonly by: string; readonly reason: string };
};

function editCalls(draft: StoryDraft, recorded: Recorded, { turn, calls, edit }: CallsEdit): void {
  for (const [place, entry] of draft.entries.entries()) {
    if (entry.kind !== "call" || entry.turn !== turn) continue;
    const call = calls[entry.call];
    if (call === undefined) draft.entries[place] = { ...entry, step: "dropped" };
    else if (entry.tool !== call.tool || !isSameText(entry.args, call.args)) {
      const original = entry.argsEdit?.original ?? entry.args;
      const { tool, args, class: kind, problem = null } = call;
      draft.entries[place] = {
        ...entry,
        tool,
        args,
        class: kind,
        problem,
        argsEdit: { ...edit, original },
        step: "written",
      };
    }
  }
  for (const [call, written] of calls.entries()) {
    if (draft.entries.some((entry) => entry.key === `c${turn}.${call}`)) continue;
    draft.entries.push({ ...writtenCall(recorded, { turn, call }, written), argsEdit: { ...edit, original: "" } });
  }
}

function tellGate(draft: StoryDraft, recorded: Recorded): boolean {
  const { event, at, by } = recorded;
  switch (event.type) {
    case "approval.requested": {
      const { approval, gate, turn, call } = event;
      const asked: AskedGate = { approval, gate, askedAt: at, answer: null, isVoid: false };
      if (gate === "spawn") return askBrief(draft, recorded, { event, asked });
      return changeCall(draft, { turn, call }, (entry) => ({ ...entry, gates: [...entry.gates, asked] }));
    }
    case "approval.answered": {
      const { decision, reason } = event;
      const answer = { decision, reason, by: nameOf(by) ?? "", at };
      return changeGate(draft, event.approval, (gate) => ({ ...gate, answer }));
    }
    case "approval.voided":
      return changeGate(draft, event.approval, (gate) => ({ ...gate, isVoid: true }));
    default:
      return false;
  }
}

type AskedBrief = { readonly event: EventOf<"approval.requested">; readonly asked: AskedGate };

function askBrief(draft: StoryDraft, recorded: Recorded, { event, asked }: AskedBrief): boolean {
  const isThere = change(draft, "brief", (entry) => (entry.kind === "brief" ? { ...entry, gate: asked } : entry));
  if (!isThere) {
    const bare = { prompt: event.shown, edit: null, base: "", branch: "", omitted: [] };
    draft.entries.push({ kind: "brief", ...placeOf(recorded, "brief"), ...bare, gate: asked });
  }
  return true;
}

function changeGate(draft: StoryDraft, approval: string, to: (gate: AskedGate) => AskedGate): boolean {
  const place = draft.entries.findLastIndex(
    (entry) =>
      (entry.kind === "call" && entry.gates.some((gate) => gate.approval === approval)) ||
      (entry.kind === "brief" && entry.gate?.approval === approval),
  );
  const entry = draft.entries[place];
  if (entry?.kind === "brief" && entry.gate !== null) draft.entries[place] = { ...entry, gate: to(entry.gate) };
  else if (entry?.kind === "call") {
    const gates = entry.gates.map((gate) => (gate.approval === approval ? to(gate) : gate));
    draft.entries[place] = { ...entry, gates };
  } else return false;
  return true;
}
