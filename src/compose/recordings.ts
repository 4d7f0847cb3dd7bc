// Recordings out of logs, and runs out of recordings.

import { resolve } from "node:path";
import { inspectProject } from "../adapters/workspace/inspect-project.ts";
import type { Conducting, ReplayOptions } from "../cli/desk.ts";
import type { RunConfig } from "../domain/config.ts";
import { duties } from "../core/duties.ts";
import type { Event, EventOf, Recorded } from "../domain/event.ts";
import type { ApprovalId } from "../domain/ids.ts";
import { parseRecording, type RecordedAnswer, type Recording } from "../domain/recording.ts";
import { blobRefSchema, type Text } from "../domain/text.ts";
import { emptyUserConfig } from "../domain/user-config.ts";
import { submitAnswer, submitMessageEdit } from "../engine/answer-approval.ts";
import { Fault, type EventLog } from "../engine/ports.ts";
import { loadText } from "../engine/texts.ts";
import { recordingOf } from "../views/recording.ts";
import { recordRun, type Recorder } from "./begin-run.ts";
import type { Hub } from "./hub.ts";
import { readNamedFile } from "./load-run-files.ts";
import { placeOf, type Environment } from "./place.ts";
import { findPerson } from "./person.ts";
import { createRunModels, createSandbox } from "./ports.ts";

// ---- out of a log ----------------------------------------------------------------------------------------------

/** Throws Fault `run_missing` for a log without a first record. */
export async function exportRecording(log: EventLog): Promise<Recording> {
  const records: Recorded[] = [];
  for (const recorded of log.read()) {
    records.push({ ...recorded, event: (await inlined(recorded.event, (text) => loadText(log, text))) as Event });
  }
  const recording = recordingOf(records);
  if (recording !== undefined) return recording;
  throw new Fault("run_missing", `${log.run} was never begun: there is nothing to record.`, {
    remedy: "See `tutti runs`.",
  });
}

/** Long texts stand in an event as references, at any depth. */
async function inlined(value: unknown, load: (text: Text) => Promise<string> | string): Promise<unknown> {
  if (typeof value !== "object" || value === null) return value;
  const blob = blobRefSchema.safeParse(value);
  if (blob.success) return load(blob.data);
  if (Array.isArray(value)) return Promise.all(value.map((each) => inlined(each, load)));
  const entries = Object.entries(value).map(async ([name, each]) => [name, await inlined(each, load)] as const);
  return Object.fromEntries(await Promise.all(entries));
}

// ---- into a run ------------------------------------------------------------------------------------------------

/** Throws Fault `file_unreadable`, `recording_invalid`, and what beginning a run throws. */
export async function replayRun(
  options: ReplayOptions,
  { env, hub }: { readonly env: Environment; readonly hub: Hub },
): Promise<Conducting> {
  const recording = await loadRecording(options.file);
  const { project, notes } = await inspectBase(recording, options);
  const sandbox = createSandbox(options.sandbox);
  const missing = await sandbox.check();
  if (missing !== undefined)
    throw new Fault("sandbox_unavailable", `the commands of the recording cannot be sandboxed: ${missing.problem}`, {
      remedy: missing.remedy,
    });
  const text = JSON.stringify(recording.scenario);
  return recordRun(
    {
      place: placeOf(project.root, env),
      config: {
        ...withoutDay(recording.config),
        project,
        sandbox: options.sandbox,
        attended: recording.config.attended && options.attended,
        scenario: resolve(options.file),
      },
      tickets: recording.tickets,
      staysHere: true,
      models: createRunModels({ scenario: recording.scenario, userConfig: emptyUserConfig, env }),
      scenario: { scenario: recording.scenario, text },
      notes: [...recording.notes.map((each) => `Recording: ${each}.`), ...notes],
    },
    { person: findPerson(env), hub, attend: (recorder) => answerAsRecorded(recorder, recording.answers) },
  );
}

/** Nothing is paid in a replay: it does not count against the day of whoever plays it. */
function withoutDay({ budgets, ...config }: RunConfig): RunConfig {
  const { day: _day, ...own } = budgets ?? {};
  return budgets === undefined ? config : { ...config, budgets: own };
}

async function loadRecording(file: string): Promise<Recording> {
  const parsed = parseRecording(await readNamedFile(file, "recording"));
  if (parsed.ok) return parsed.recording;
  throw new Fault("recording_invalid", [`${file} cannot be played:`, ...parsed.problems.slice(0, 50)].join("\n  "), {
    remedy: "Make one with `tutti export`; nothing was started.",
  });
}

type Inspected = { readonly project: RunConfig["project"]; readonly notes: readonly string[] };

/** The commit the run began at, where this repository has it; on its branch, where that is still there. */
async function inspectBase({ config }: Recording, options: ReplayOptions): Promise<Inspected> {
  const inspect = async (base: string | undefined): Promise<RunConfig["project"]> => {
    const asked = { allowDirty: true, ...(base === undefined ? {} : { base }) };
    const { root, branch, base: commit } = await inspectProject(resolve(options.repo), asked);
    return { root, branch, base: commit };
  };
  const { base } = config.project;
  const head = await inspect(options.base);
  if (options.base !== undefined || head.base === base) return { project: head, notes: [] };
  const recorded = await inspect(base).catch(() => undefined);
  if (recorded !== undefined) return { project: recorded, notes: [] };
  const note = `This repository does not have the commit the recorded run began at (${base.slice(0, 12)}); it begins at HEAD, and edits may not fit.`;
  return { project: head, notes: [note] };
}

type Pending = { readonly approval: ApprovalId; readonly answer: RecordedAnswer };

/**
 * Gives each recorded answer when its question comes again and the log is as long as it was then, or nothing but the
 * answer is waited for. What was never asked then is left to whoever attends.
 */
function answerAsRecorded({ conductor, ports }: Recorder, answers: readonly RecordedAnswer[]): void {
  const left = [...answers];
  let pending: readonly Pending[] = [];
  const ask = ({ event }: Recorded): void => {
    if (event.type !== "approval.requested") return;
    const place = left.findIndex((answer) => isAnswerTo(answer, event));
    const [answer] = place < 0 ? [] : left.splice(place, 1);
    if (answer !== undefined) pending = [...pending, { approval: event.approval, answer }];
  };
  const giveDue = (): void => {
    const state = conductor.state();
    const isIdle = pending.length > 0 && duties(state).length === 0;
    const due = pending.filter(({ answer }) => isIdle || state.seq >= answer.after);
    pending = pending.filter((each) => !due.includes(each));
    // Refused answers leave the question open: a person sees it as any other.
    for (const each of due) void give({ conductor, ports }, each).catch(() => {});
  };
  conductor.feed.subscribe((item) => {
    if (item.kind !== "recorded") return;
    ask(item.recorded);
    giveDue();
  });
  // A run may ask with its very first record: a bound that planning does not fit in.
  for (const recorded of ports.log.read()) ask(recorded);
  giveDue();
}

const isAnswerTo = (answer: RecordedAnswer, asked: EventOf<"approval.requested">): boolean =>
  answer.gate === asked.gate &&
  answer.ticket === (asked.ticket ?? null) &&
  answer.attempt === (asked.attempt ?? null) &&
  answer.turn === asked.turn &&
  answer.call === asked.call;

function give(recorder: Recorder, { approval, answer }: Pending): Promise<unknown> {
  const { reason, decision, edited, message } = answer;
  const by = "rule:recording" as const;
  if (message !== undefined) return submitMessageEdit(recorder, { approval, reason, ...message }, by);
  if (decision === undefined) return Promise.resolve();
  return submitAnswer(recorder, { approval, decision, reason, ...(edited === undefined ? {} : { edited }) }, by);
}
