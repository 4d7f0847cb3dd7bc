// What tiers 1 and 2 are asked: the person's goal, and what they have to know to plan for it.

import { toTicketFileText } from "../../domain/ticket-file-text.ts";
import type { Question } from "../../engine/ports.ts";
import { toBlock } from "./block.ts";

export function toQuestion(question: Question): string {
  const goal = `The goal, in the person's own words:\n\n${question.epic.trim()}`;
  if (question.purpose === "tracks") return goal;
  const { track, tracks, drafted, archetypes } = question;
  const others = tracks.filter(({ id }) => id !== track.id).map(({ id, title }) => `- ${id}: ${title}`);
  return [
    goal,
    `Your track: ${track.id}: ${track.title}`,
    toBlock(`brief of track ${track.id}, by tier 1`, track.brief),
    ...(others.length > 0 ? [`The other tracks:\n${others.join("\n")}`] : []),
    ...(drafted.length > 0 ? [toBlock("tickets planned so far", toTicketFileText(drafted))] : []),
    `Kinds of worker: ${archetypes.join(", ")}`,
  ].join("\n\n");
}
