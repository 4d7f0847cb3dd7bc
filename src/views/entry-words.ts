// An entry of a worker's story in one line.

import { openGateOf, type CallEntry, type WorkerEntry } from "./worker-entries.ts";
import { callInWords, causeWords, counted, durationInWords, firstLine, tokensInWords } from "./words.ts";
import { totalTokens } from "../domain/usage.ts";

const noteWords = {
  nudge: "is reminded",
  verification: "is told what was red",
  steering: "is steered",
  adoption: "is told that the process was replaced",
  diagnosis: "gets a hint",
  review: "gets findings",
} as const;

export function entryInWords(entry: WorkerEntry): string {
  switch (entry.kind) {
    case "brief":
      return `has its brief: ${firstLine(entry.prompt)}`;
    case "turn":
      return entry.usage === null
        ? `turn ${entry.turn}: asks the model`
        : `turn ${entry.turn}: ${tokensInWords(totalTokens(entry.usage))} tokens in ${durationInWords(entry.ms ?? 0)}`;
    case "reasoning":
      return `thinks: ${firstLine(entry.text)}`;
    case "text":
      return `says: ${firstLine(entry.text)}${entry.edit === null ? "" : ` (rewritten by ${entry.edit.by})`}`;
    case "call":
      return callWords(entry);
    case "note":
      return `${noteWords[entry.note]}${entry.by === null ? "" : ` by ${entry.by}`}: ${firstLine(entry.text)}`;
    case "check":
      return entry.isGreen
        ? `checks are green (${counted(entry.commands, "command")})`
        : `check is red: ${firstLine(entry.command)}`;
    case "review":
      return `review: ${entry.verdict.replace("_", " ")}, ${counted(entry.findings.length, "finding")}`;
    case "failure":
      return `fails because ${causeWords[entry.cause]}: ${firstLine(entry.detail)}`;
    case "completed":
      return `is completed: ${firstLine(entry.summary)}`;
    case "event":
      return entry.words;
    default:
      return entry satisfies never;
  }
}

const stepWords = {
  written: "not run yet",
  running: "running",
  returned: "done",
  failed: "failed",
  refused: "refused",
  lost: "unknown whether it ran",
  dropped: "taken out",
} as const;

function callWords(entry: CallEntry): string {
  const how = openGateOf(entry.gates) === undefined ? stepWords[entry.step] : "waits for you";
  const took = entry.ms === null ? "" : ` after ${durationInWords(entry.ms)}`;
  const by = entry.argsEdit === null ? "" : `, edited by ${entry.argsEdit.by}`;
  return `${callInWords(entry.tool, entry.args, 120)}: ${how}${took}${by}`;
}
