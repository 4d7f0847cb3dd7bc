// How quantities, tools, gates and causes are said to a person. One wording for the terminal, the API and the page.

import type { Finding } from "../domain/check-answers.ts";
import type { GateDecision } from "../domain/event.ts";
import type { FailureCause } from "../domain/outcome.ts";
import { toPrintableLine } from "../domain/printable.ts";
import { headOf, type Text } from "../domain/text.ts";
import type { TicketStatus } from "../domain/ticket.ts";

/** `950`, `12.4k`, `3.1M`. */
export function tokensInWords(tokens: number): string {
  if (tokens < 1_000) return String(tokens);
  if (tokens < 9_995) return `${(tokens / 1_000).toFixed(2)}k`;
  if (tokens < 99_950) return `${(tokens / 1_000).toFixed(1)}k`;
  if (tokens < 999_500) return `${Math.round(tokens / 1_000)}k`;
  return `${(tokens / 1_000_000).toFixed(tokens < 9_995_000 ? 2 : 1)}M`;
}

/** `$0.0421`, `$12.30`; `unknown` where the model's price is not known. */
export function costInWords(micros: number | null): string {
  if (micros === null) return "unknown";
  const dollars = micros / 1_000_000;
  if (micros === 0) return "$0.00";
  if (micros < 100) return "<$0.0001";
  return dollars < 0.1 ? `$${dollars.toFixed(4)}` : `$${dollars.toFixed(2)}`;
}

/** `0.4 s`, `12 s`, `3 min 05 s`, `2 h 07 min`. */
export function durationInWords(ms: number): string {
  if (ms < 1_000) return `${(Math.max(0, ms) / 1_000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${String(seconds % 60).padStart(2, "0")} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, "0")} min`;
}

/** `1 ticket`, `3 tickets`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;

/** `a`, `a and b`, `a, b and c`, `a, b and 4 more`. */
export function listInWords(items: readonly string[], most = 3): string {
  if (items.length <= 1) return items[0] ?? "";
  if (items.length > most) return `${items.slice(0, most - 1).join(", ")} and ${items.length - most + 1} more`;
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1) ?? ""}`;
}

/** The first line that says something, made printable and cut at `most` characters. */
export function firstLine(text: Text, most = 160): string {
  const line = headOf(text)
    .split("\n")
    .find((each) => each.trim() !== "");
  return cut(toPrintableLine((line ?? "").trim()), most);
}

/** At most `most` characters, a cut shown by an ellipsis. Never cuts a surrogate pair in two. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = text.charCodeAt(most - 2) >= 0xd800 && text.charCodeAt(most - 2) <= 0xdbff ? most - 2 : most - 1;
  return `${text.slice(0, Math.max(0, end)).trimEnd()}…`;
}

export const statusWords = {
  pending: "pending",
  ready: "ready",
  running: "running",
  step_paused: "needs you",
  blocked: "blocked",
  completed: "completed",
  failed: "failed",
  cancelled: "cancelled",
} as const satisfies Record<TicketStatus, string>;

/** Follows "because". */
export const causeWords = {
  worker_blocked: "the worker cannot go on",
  verification_failed: "its checks are red",
  no_verdict: "the worker stopped without saying how it ended",
  turn_limit: "the worker used up its turns",
  malformed_calls: "the model's tool calls could not be understood",
  refusal: "the model refused",
  context_overflow: "the conversation grew too long for the model",
  timeout: "it took too long",
  provider_error: "the model provider failed",
  conflict: "its changes conflict with what was merged before it",
  crash: "it crashed",
  outside_touches: "it changed files it may not change",
  user_rejected: "a person said no",
  unattended: "nobody was there to approve",
  aborted: "it was aborted",
  budget: "the budget is used up",
  environment: "something it needs is missing here",
  review_rejected: "its review found faults that stayed",
} as const satisfies Record<FailureCause, string>;

/** Names and files of a review's findings, the gravest first. */
export function findingsInWords(findings: readonly Finding[]): string {
  const gravity = { high: 0, medium: 1, low: 2 } as const;
  const names = findings
    .toSorted((a, b) => gravity[a.severity] - gravity[b.severity])
    .map(
      ({ name, severity, file }) =>
        `${firstLine(name, 80)} (${severity}${file === "" ? "" : `, ${firstLine(file, 80)}`})`,
    );
  return listInWords(names);
}

/** What was done to a question at a gate. */
export const answerWords = {
  approve: "approved",
  edit: "edited",
  reject: "rejected",
  abort: "aborted",
} as const satisfies Record<GateDecision, string>;

const parsedArgs = (args: Text): Readonly<Record<string, unknown>> => {
  if (typeof args !== "string") return {};
  try {
    const value: unknown = JSON.parse(args);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

const subjectKeys = ["pattern", "query", "path", "file", "command", "argv", "question", "outcome"] as const;

/** A tool call in a few words: `edit src/group.ts`, `run npm test`, `search "parseRow"`. */
export function callInWords(tool: string, args: Text, most = 80): string {
  const fields = parsedArgs(args);
  const key = subjectKeys.find((each) => fields[each] !== undefined);
  const value = key === undefined ? undefined : fields[key];
  const subject = Array.isArray(value) ? value.map(String).join(" ") : typeof value === "string" ? value : "";
  const isQuoted = key === "pattern" || key === "query" || key === "question";
  const words = subject === "" ? tool : `${tool} ${isQuoted ? `"${subject}"` : subject}`;
  return cut(toPrintableLine(words.trim()), most);
}

const verbs: Readonly<Record<string, string>> = {
  read: "reads",
  list: "lists",
  search: "searches for",
  edit: "edits",
  write: "writes",
  run: "runs",
};

/** A tool call as what its worker does: `edits src/group.ts`, `runs npm test`, `calls fetch_page`. */
export function callAsVerb(tool: string, args: Text, most = 80): string {
  const words = callInWords(tool, args, most);
  const verb = verbs[tool];
  return verb === undefined || words === toPrintableLine(tool)
    ? `calls ${words}`
    : `${verb}${words.slice(toPrintableLine(tool).length)}`;
}
