// The duties that need a worktree: prepare, verify, merge, dispose.

import type { Duty } from "../core/duties.ts";
import { configOf, ticketAt, type RunState } from "../core/state.ts";
import { at } from "../core/vector.ts";
import { mergedTree, type Report } from "../domain/command.ts";
import type { AttemptFailure } from "../domain/outcome.ts";
import { headOf } from "../domain/text.ts";
import type { Feed } from "./feed.ts";
import { deliberatedBefore } from "./agreed-before.ts";
import { Fault, type MergeOutcome, type Ports, type Workspace } from "./ports.ts";
import type { World } from "./run-duty.ts";
import { loadText, storeText } from "./texts.ts";
import { toolContext } from "./run-tool.ts";
import { verifyTree } from "./verify-tree.ts";

type VerifyDuty = Extract<Duty, { kind: "verify" }>;
type WorktreeDuty = Extract<Duty, { kind: "prepare" | "merge" | "withdraw" | "dispose" }>;

const workspaceOf = (ports: Ports): Workspace => {
  if (ports.workspace === undefined) throw new Error("this run has no workspace");
  return ports.workspace;
};

export async function runPrepare(duty: WorktreeDuty, world: World): Promise<Report | undefined> {
  const { ports, state, signal } = world;
  const ticket = ticketAt(state, duty.index);
  // Without a worktree there is only what was deliberated to begin with.
  const prepared = (await ports.workspace?.prepare(duty.ref, duty.index)) ?? { root: null, base: "", branch: "" };
  const past = await pastOf(ports, state, duty.index);
  const deliberated = await deliberatedBefore(ports, state, ticket.id);
  const { attempt } = duty.ref;
  const brief = await ports.briefs.compose(ticket, { root: prepared.root, ...past, attempt, deliberated });
  if (signal.aborted) return undefined;
  const { base, branch } = prepared;
  return {
    type: "report.prepared",
    ...duty.ref,
    base,
    branch,
    prompt: await storeText(ports.log, brief.prompt),
    omitted: brief.omitted,
    ...(brief.fileBytes === undefined ? {} : { fileBytes: brief.fileBytes }),
  };
}

type Past = { readonly diagnosis: string | undefined; readonly guidance: string | undefined };

/** What the last attempt came to grief over, and what persons said to the ticket's workers. */
async function pastOf(ports: Ports, state: RunState, index: number): Promise<Past> {
  const { last, guidance, said } = at(state.tickets, index).history;
  const diagnosis = last === null ? undefined : await diagnosisOf(ports, last);
  const words: string[] = [];
  for (const text of guidance === null ? said : [guidance, ...said]) words.push(await loadText(ports.log, text));
  return { diagnosis, guidance: words.length === 0 ? undefined : words.join("\n\n") };
}

async function diagnosisOf(ports: Ports, { detail, diagnosis }: AttemptFailure): Promise<string> {
  const text = diagnosis === undefined ? "" : await loadText(ports.log, diagnosis);
  return text === "" || text === detail ? detail : `${detail}\n\n${text}`;
}

/** The project's commands, then the ticket's own. */
export const commandsOf = (state: RunState, index: number): ReturnType<typeof ticketAt>["verify"] => [
  ...configOf(state).verify,
  ...ticketAt(state, index).verify,
];

export async function runVerify(duty: VerifyDuty, world: World): Promise<Report | undefined> {
  const { ports, state, signal } = world;
  const { root, commandMs } = await toolContext(ports, state, duty);
  const started = ports.clock.elapsed();
  const outcome = await verifyTree(ports, {
    root,
    commands: commandsOf(state, duty.index),
    timeoutMs: commandMs,
    signal,
  });
  const ms = Math.max(0, Math.round(ports.clock.elapsed() - started));
  if (outcome.kind === "cancelled") return undefined;
  const { round } = duty;
  if (outcome.kind === "passed") return { type: "report.verified", ...duty.ref, round, ms, commands: outcome.commands };
  const { command, fingerprint } = outcome;
  return {
    type: "report.verify_failed",
    ...duty.ref,
    round,
    ms,
    command,
    output: await storeText(ports.log, outcome.output),
    fingerprint,
  };
}

export async function runMerge(duty: WorktreeDuty, world: World): Promise<Report | undefined> {
  const { ports, state, signal } = world;
  const ticket = ticketAt(state, duty.index);
  const attempt = state.attempts.get(duty.index);
  const summary = attempt?.finishing === null || attempt === undefined ? "" : headOf(attempt.finishing.summary);
  const { commandMs } = configOf(state).limits;
  const started = ports.clock.elapsed();
  const outcome = await workspaceOf(ports).merge(duty.ref, ticket, {
    index: duty.index,
    message: `${ticket.title}\n\n${summary}`.trim(),
    verify: (root) =>
      verifyTree(ports, { root, commands: commandsOf(state, duty.index), timeoutMs: commandMs, signal }),
    signal,
  });
  const ms = Math.max(0, Math.round(ports.clock.elapsed() - started));
  if (outcome.kind === "published") await publishLast(world);
  return toMergeReport(duty, { outcome, ms, ports });
}

/** Others wait to merge: the last of them brings the person's repository up to date for all. */
const publishLast = ({ ports, state, feed }: World): Promise<void> =>
  state.mergeQueue.length === 1 ? publish(ports, feed) : Promise.resolve();

/** The merge has been stopped, or died with its process; the refs say whether it came to be published before. */
export async function runWithdraw(duty: WorktreeDuty, world: World): Promise<Report> {
  const published = await workspaceOf(world.ports).findMerged(duty.ref, duty.index);
  if (published === undefined) return { type: "report.withdrawn", ...duty.ref };
  await publishLast(world);
  const { commit, verified } = published;
  return { type: "report.merged", ...duty.ref, commit, verified, ms: 0 };
}

/**
 * Shows the result in the person's repository. What is merged is merged without it: a ref the person moved, or a lock
 * they hold, is told and tried again with the next merge and at the run's end.
 */
export async function publish(ports: Ports, feed: Feed): Promise<void> {
  try {
    await ports.workspace?.publish();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    feed.publish({ kind: "notice", text: `${error.message} ${error.remedy}` });
  }
}

async function toMergeReport(
  duty: WorktreeDuty,
  merged: { outcome: MergeOutcome; ms: number; ports: Ports },
): Promise<Report | undefined> {
  const { outcome, ms, ports } = merged;
  switch (outcome.kind) {
    case "cancelled":
      return undefined;
    case "published":
      return { type: "report.merged", ...duty.ref, commit: outcome.commit, verified: outcome.verified, ms };
    case "red": {
      const { command, fingerprint } = outcome;
      return {
        type: "report.verify_failed",
        ...duty.ref,
        round: mergedTree,
        ms,
        command,
        output: await storeText(ports.log, outcome.output),
        fingerprint,
      };
    }
    case "outside_touches": {
      const detail = `left files that it may not change or git cannot take: ${listNames(outcome.files)}`;
      return {
        type: "report.failed",
        ...duty.ref,
        failure: { cause: "outside_touches", detail, fingerprint: `outside:${outcome.files.join()}` },
      };
    }
    case "conflict": {
      const detail = `merge conflict in ${listNames(outcome.files)}`;
      const diagnosis = await storeText(ports.log, conflictBrief(outcome));
      return {
        type: "report.failed",
        ...duty.ref,
        failure: {
          cause: "conflict",
          detail,
          diagnosis,
          fingerprint: `conflict:${ports.digest(conflictBrief(outcome)).slice(0, 16)}`,
        },
      };
    }
    default:
      return outcome satisfies never;
  }
}

const mostNames = 20;

const listNames = (names: readonly string[]): string =>
  `${names.slice(0, mostNames).join(", ")}${names.length > mostNames ? ` and ${names.length - mostNames} more` : ""}`;

/** The conflict is the next attempt's brief: it starts from the merged state and carries its own change over. */
const conflictBrief = (conflict: Extract<MergeOutcome, { kind: "conflict" }>): string =>
  [
    `Your change was sound by itself but conflicts with what was merged meanwhile, in: ${conflict.files.join(", ")}.`,
    "The worktree now holds the merged state. Make your change again so that both intentions hold.",
    `The conflict:\n${conflict.detail}`,
    `Your earlier change:\n${conflict.patch}`,
  ].join("\n\n");

export async function runDispose(duty: WorktreeDuty, world: World): Promise<Report | undefined> {
  const { quarantined } = await workspaceOf(world.ports).dispose(duty.ref, duty.index);
  return { type: "report.disposed", ...duty.ref, ...(quarantined === undefined ? {} : { quarantined }) };
}
