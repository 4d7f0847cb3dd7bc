// What a tier is asked about one attempt's result: its red check, or its whole change.

import { findingLine } from "../core/reviewing.ts";
import { configOf, ticketAt, type Attempt, type Consult, type RunState } from "../core/state.ts";
import type { AttemptRef } from "../domain/ids.ts";
import type { CheckQuestion } from "../domain/check-question.ts";
import { Fault, type Ports, type Workspace } from "./ports.ts";
import { commandsOf } from "./run-workspace.ts";
import { loadText } from "./texts.ts";

/** Undefined for a consult that is about no attempt. */
export async function askAboutAttempt(ports: Ports, state: RunState, consult: Consult): Promise<string | undefined> {
  const index = consult.ticket === null ? undefined : state.graph.indexOf.get(consult.ticket);
  const attempt = index === undefined || consult.attempt === null ? undefined : state.attempts.get(index);
  const { workspace } = ports;
  if (attempt === undefined || workspace === undefined) return undefined;
  const sources = { ports, state, workspace, attempt };
  return ports.briefs.askCheck(consult.purpose === "review" ? await reviewOf(sources) : await diagnosisOf(sources));
}

type Sources = {
  readonly ports: Ports;
  readonly state: RunState;
  readonly workspace: Workspace;
  readonly attempt: Attempt;
};

const refOf = ({ ticket, attempt }: Attempt): AttemptRef => ({ ticket, attempt });

async function diagnosisOf({ ports, workspace, attempt }: Sources): Promise<CheckQuestion> {
  const { red, ticket, index } = attempt;
  if (red === null) throw new Error(`${ticket} has no red check to ask about`);
  const found = await workspace.find(refOf(attempt), index);
  if (found === undefined) {
    throw new Fault("worktree_missing", `the worktree of ${ticket} attempt ${attempt.attempt} is gone`, {
      remedy: "someone removed it from the state folder; reopen the ticket to start a fresh attempt",
    });
  }
  const output = await loadText(ports.log, red.output);
  return { purpose: "diagnosis", command: red.command, output, root: found.root };
}

async function reviewOf({ ports, state, workspace, attempt }: Sources): Promise<CheckQuestion> {
  const { index, finishing } = attempt;
  const earlier = state.reviews.get(index);
  return {
    purpose: "review",
    ticket: ticketAt(state, index),
    checks: commandsOf({ config: configOf(state), ticket: ticketAt(state, index) }),
    summary: finishing === null ? "" : await loadText(ports.log, finishing.summary),
    diff: await workspace.diff(refOf(attempt), index),
    before: earlier?.attempt === attempt.attempt ? earlier.findings.map(findingLine) : [],
  };
}
