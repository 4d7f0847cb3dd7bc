// The routes by which a run is followed and its past is read.

import * as desk from "./desk-answers.ts";
import * as past from "./past-answers.ts";
import type { Answer, ApiRoute } from "./route.ts";

const after = "Number of the last record that is known already; left out: from the beginning.";
const page = { after, limit: "At most so many records, 1 to 1,000." };
const log: Answer = { name: "Log", schema: desk.log, what: "Records in order; `next` where there are more." };
const problems = [400, 404, 409];
const look = { method: "GET", tag: "runs", problems } as const;

export const pastRoutes: readonly ApiRoute[] = [
  {
    ...look,
    path: "/api/stream",
    summary: "The one event stream of a tab: all runs, and the one it looks at",
    query: { run: "The run looked at; left out: the cards of all runs alone.", after },
    answer: "events",
  },
  {
    ...look,
    path: "/api/runs/:run/stream",
    summary: "One run's records and live words as they come",
    query: { after },
    answer: "events",
  },
  {
    ...look,
    path: "/api/runs/:run/log",
    summary: "Its records, in pages",
    query: { ...page, until: "The last record wanted." },
    answer: log,
  },
  { ...look, path: "/api/runs/:run/tickets/:ticket/records", summary: "Of one ticket", query: page, answer: log },
  {
    ...look,
    path: "/api/runs/:run/tickets/:ticket/attempts/:attempt/diff",
    summary: "What an attempt has changed: so far, or in the end",
    answer: { name: "Diff", schema: past.diff, what: "In git's own form." },
  },
  {
    ...look,
    path: "/api/runs/:run/snapshot",
    summary: "Its state at any record",
    query: { at: "Number of the record; left out: the last." },
    answer: { name: "Snapshot", schema: past.snapshot, what: "As the fold of the records up to there gives it." },
  },
  {
    ...look,
    path: "/api/runs/:run/passage",
    summary: "A page of its log, with the state before it",
    query: page,
    answer: {
      name: "Passage",
      schema: past.passage,
      what: "`before` is what the text of a snapshot at `after` parses to.",
    },
  },
  {
    ...look,
    path: "/api/runs/:run/outline",
    summary: "Its state at any record, in outline",
    query: {
      at: "Number of the record; left out: the last.",
      plan: "Digest of a plan that is known; the same plan is left out.",
    },
    answer: {
      name: "Outline",
      schema: past.outline,
      what: "The state but for the words of conversations before their last turn: in place of those stands their length.",
    },
  },
  {
    ...look,
    path: "/api/runs/:run/marks",
    summary: "What stands out where in its past",
    query: { stretches: "At most so many, 1 to 1,000." },
    answer: { name: "Marks", schema: past.marks, what: "Stretches of records, each with what stands out in it." },
  },
  {
    ...look,
    path: "/api/runs/:run/spans",
    summary: "Its attempts over time",
    answer: {
      name: "Spans",
      schema: past.spans,
      what: "Attempts in the order in which they began, up to record `seq`.",
    },
  },
  {
    ...look,
    path: "/api/runs/:run/texts/:digest",
    summary: "A long text that a record names by its digest, in parts",
    query: { offset: "In bytes.", limit: "In bytes, at most 4 MiB." },
    answer: "text",
  },
  {
    ...look,
    path: "/api/runs/:run/export.html",
    summary: "The run as one file: the page with the run in it, to be opened without a server",
    answer: "text",
  },
];
