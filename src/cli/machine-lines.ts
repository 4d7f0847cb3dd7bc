// What a machine tells of itself, as lines: for the person who watches its terminal, and as JSON for systems.

import { toPrintableLine } from "../domain/printable.ts";
import type { MachineAtWork, MachineNews } from "./machine-at-work.ts";

type Said = Pick<MachineAtWork, "id" | "store" | "labels" | "capacity" | "conducts" | "version">;

export function startLines({ id, store, labels, capacity, conducts, version }: Said): readonly string[] {
  return [
    `${id} works for the runs on ${store}: ${capacity} ${capacity === 1 ? "attempt" : "attempts"} at a time. Tutti ${version}.`,
    `Labels: ${labels.join(", ")}`,
    conducts
      ? "Runs whose conductor dies are taken over here."
      : "Runs whose conductor dies are left to others (--no-conduct).",
    "Ctrl-C gives back what it has and ends it; no work is lost.",
  ].map(toPrintableLine);
}

/** One sentence without a full stop. */
export function toNewsLine(news: MachineNews): string {
  switch (news.kind) {
    case "took":
      return `takes ${nameOf(news)}`;
    case "finished":
      return `has finished ${nameOf(news)}`;
    case "gave_back":
      return `gives back ${nameOf(news)}: another machine goes on with it`;
    case "lost":
      return `has lost ${nameOf(news)}: it was silent too long, or the attempt was called off; its folder is removed`;
    case "conducting":
      return `conducts ${news.run}: the process that did is gone`;
    case "conducted":
      return `conducts ${news.run} no longer: ${endings[news.ending]}`;
    case "store_away":
      return `waits for the store: ${news.detail}`;
    case "store_back":
      return "reaches the store again";
    case "draining":
      return "is asked to give back what it has and end";
    case "notice":
      return news.text;
    default:
      return news satisfies never;
  }
}

const endings = {
  ended: "it has ended",
  rested: "it waits for a person, or was paused",
  fault: "it could not go on; its process.log says why",
} as const;

const nameOf = ({ run, ticket, attempt }: { run: string; ticket: string; attempt: number }): string =>
  `${ticket}, attempt ${attempt}, of ${run}`;
