// What a person's webhook is told: small, and nothing of what models or tools wrote but the line that a question is.

import type { RunState } from "../core/state.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { approvalsOf } from "./approvals.ts";
import { cut } from "./words.ts";

type Of = {
  readonly run: string;
  readonly title: string;
  /** The last part of the project's folder. */
  readonly project: string;
};

export type WaitingNews = Of & {
  /** All that is open now. */
  readonly waiting: number;
  /** The new ones, what holds up the longest path first. */
  readonly questions: readonly {
    readonly approval: string;
    readonly gate: string;
    readonly ticket: string | null;
    readonly asks: string;
  }[];
};

const mostQuestions = 20;
const longestLine = 300;

const line = (text: string): string => cut(toPrintableLine(text), longestLine);

const ofRun = ({ run, config }: RunState): Of => ({
  run: run ?? "",
  title: line(config?.title ?? ""),
  project: line(config?.project.root.split(/[\\/]/).findLast((part) => part !== "") ?? ""),
});

/** Null where all of them were answered meanwhile. */
export function waitingNews(state: RunState, fresh: ReadonlySet<string>): WaitingNews | null {
  const open = approvalsOf(state);
  const questions = open.filter(({ id }) => fresh.has(id));
  if (questions.length === 0) return null;
  return {
    ...ofRun(state),
    waiting: open.length,
    questions: questions.slice(0, mostQuestions).map(({ id, gate, ticket, asks }) => ({
      approval: id,
      gate,
      ticket: ticket === null ? null : line(ticket),
      asks: line(asks),
    })),
  };
}

/** The run itself cannot go on without its person. */
export const pausedNews = (state: RunState, reason: string): Of & { readonly reason: string } => ({
  ...ofRun(state),
  reason: line(reason),
});

export const endedNews = (state: RunState) =>
  state.ended === null
    ? null
    : {
        ...ofRun(state),
        outcome: state.ended.outcome,
        reason: line(state.ended.reason),
        completed: state.counts.completed,
        tickets: state.tickets.length - state.dropped,
      };
