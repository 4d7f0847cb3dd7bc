// The duties that need a worktree: prepare, verify, merge, dispose.

import type { Duty } from "../core/duties.ts";
import { mergedTree, type Report } from "../domain/command.ts";
import type { AttemptFailure } from "../domain/outcome.ts";
import type { ShellCommand } from "../domain/ticket.ts";
import { headOf } from "../domain/text.ts";
import type { DutyScope } from "./duty-scope.ts";
import type { MergeOutcome, Workspace } from "./ports.ts";
import type { AttemptWorld, DutyPorts } from "./run-attempt-duty.ts";
import { loadText, storeText } from "./texts.ts";
import { toolContext } from "./run-tool.ts";
import { verifyTree } from "./verify-tree.ts";

type VerifyDuty = Extract<Duty, { kind: "verify" }>;
type WorktreeDuty = Extract<Duty, { kind: "prepare" | "merge" | "withdraw" | "dispose" }>;

const workspaceOf = (ports: DutyPorts): Workspace => {
  if (ports.workspace === undefined) throw new Error("this run has no workspace");
  return ports.workspace;
};

export async function runPrepare(duty: WorktreeDuty, world: AttemptWorld): Promise<Report | undefined> {
  const { ports, scope, signal } = world;
  const { ticket, history, deliberated } = scope;
  // Without a worktree there is only what was deliberated to begin with.
  const prepared = (await ports.workspace?.prepare(duty.ref, duty.index)) ?? { root: null, base: "", branch: "" };
  const past = await pastOf(ports, history);
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
async function pastOf(ports: DutyPorts, { last, guidance, said }: DutyScope["history"]): Promise<Past> {
  const diagnosis = last === null ? undefined : await diagnosisOf(ports, last);
  const words: string[] = [];
  for (const text of guidance === null ? said : [guidance, ...said]) words.push(await loadText(ports.log, text));
  return { diagnosis, guidance: words.length === 0 ? undefined : words.join("\n\n") };
}

async function diagnosisOf(ports: DutyPorts, { detail, diagnosis }: AttemptFailure): Promise<string> {
  const text = diagnosis === undefined ? "" : await loadText(ports.log, diagnosis);
  return text === "" || text === detail ? detail : `${detail}\n\n${text}`;
}

/** The project's commands, then the ticket's own. */
export const commandsOf = ({ config, ticket }: Pick<DutyScope, "config" | "ticket">): readonly ShellCommand[] => [
  ...config.verify,
  ...ticket.verify,
];

export async function runVerify(duty: VerifyDuty, world: AttemptWorld): Promise<Report | undefined> {
  const { ports, scope, signal } = world;
  const { root, commandMs } = await toolContext(ports, scope, duty);
  const started = ports.clock.elapsed();
  const outcome = await verifyTree(ports, {
    root,
    commands: commandsOf(scope),
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

export async function runMerge(duty: WorktreeDuty, world: AttemptWorld): Promise<Report | undefined> {
  const { ports, scope, signal } = world;
  const { ticket, attempt, config } = scope;
  const finishing = attempt?.finishing ?? null;
  const summary = finishing === null ? "" : headOf(finishing.summary);
  const { commandMs } = config.limits;
  const started = ports.clock.elapsed();
  const outcome = await workspaceOf(ports).merge(duty.ref, ticket, {
    index: duty.index,
    message: `${ticket.title}\n\n${summary}`.trim(),
    verify: (root) => verifyTree(ports, { root, commands: commandsOf(scope), timeoutMs: commandMs, signal }),
    signal,
  });
  const ms = Math.max(0, Math.round(ports.clock.elapsed() - started));
  return toMergeReport(duty, { outcome, ms, ports });
}

/** The merge has been stopped, or died with its process; the refs say whether it came to be published before. */
export async function runWithdraw(duty: WorktreeDuty, world: AttemptWorld): Promise<Report> {
  const published = await workspaceOf(world.ports).findMerged(duty.ref, duty.index);
  if (published === undefined) return { type: "report.withdrawn", ...duty.ref };
  const { commit, verified } = published;
  return { type: "report.merged", ...duty.ref, commit, verified, ms: 0 };
}

async function toMergeReport(
  duty: WorktreeDuty,
  merged: { outcome: MergeOutcome; ms: number; ports: DutyPorts },
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

export async function runDispose(duty: WorktreeDuty, world: AttemptWorld): Promise<Report | undefined> {
  const { quarantined } = await workspaceOf(world.ports).dispose(duty.ref, duty.index);
  return { type: "report.disposed", ...duty.ref, ...(quarantined === undefined ? {} : { quarantined }) };
}
