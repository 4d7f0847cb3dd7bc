// A whole plan in an entry of the blackboard: tracks and their tickets, in the shapes in which tiers 1 and 2 answer.

import { z } from "zod";
import { readTrackAnswer, trackAnswerSchema } from "./plan-answer.ts";
import { describePlanProblem } from "./plan-problem.ts";
import type { EntryPlan } from "./plan.ts";
import type { Read } from "./read-answer.ts";
import { ticketFields } from "./ticket-fields.ts";
import { parseTicketFile } from "./ticket-file.ts";
import { toTicketFields } from "./ticket-file-text.ts";
import type { Ticket } from "./ticket.ts";

/** As a model gives it, before its tickets are read one by one; no default is filled in. */
export const planValueSchema = z.record(z.string(), z.unknown());
export type PlanValue = z.infer<typeof planValueSchema>;

/** What a model may say of a ticket; who works on it, and with what trust, is not for it to say. */
export const plannedFields = ticketFields.omit({
  models: true,
  trust: true,
  strategy: true,
  labels: true,
  startRung: true,
});

/** The shape that is asked for. */
export const planAnswerSchema = () =>
  z.strictObject({
    tracks: trackAnswerSchema.shape.tracks,
    tickets: z.array(plannedFields.extend({ track: plannedFields.shape.track.unwrap() })).min(1),
  });

/** A model plans work; who does it, with what trust, is the person's configuration to say. */
export function ofTrack(ticket: Ticket, track: string): Ticket {
  const { trust: _trust, strategy: _strategy, labels: _labels, ...rest } = ticket;
  return { ...rest, models: [], startRung: 0, track };
}

/** The plan by itself, or everything that is wrong with it; what it must be to this run is the core's to judge. */
export function readEntryPlan(value: PlanValue): Read<EntryPlan> {
  const { tracks: trackValue, tickets: ticketValue, ...strangers } = value;
  const tracks = readTrackAnswer(JSON.stringify({ tracks: trackValue }));
  const file = parseTicketFile(JSON.stringify({ tickets: ticketValue }));
  const problems = [
    ...Object.keys(strangers).map((name) => `"${name.slice(0, 60)}" is no part of a plan: give tracks and tickets.`),
    ...(tracks.ok ? [] : tracks.problems),
    ...(file.ok ? [] : file.problems.map(describePlanProblem)),
    ...(tracks.ok && file.ok
      ? problemsOfTracks(
          tracks.tracks.map(({ id }) => id),
          file.plan.tickets,
        )
      : []),
  ];
  if (!tracks.ok || !file.ok || problems.length > 0) return { ok: false, problems };
  const tickets = file.plan.tickets.map((ticket) => ofTrack(ticket, ticket.track ?? ""));
  return { ok: true, value: { tracks: [...tracks.tracks], tickets } };
}

/** Every ticket is of a track that there is, and every track has tickets. */
function problemsOfTracks(ids: readonly string[], tickets: readonly Ticket[]): readonly string[] {
  const used = new Set(tickets.map(({ track }) => track));
  return [
    ...tickets
      .filter(({ track }) => track === undefined || !ids.includes(track))
      .map(({ id, track }) =>
        track === undefined
          ? `Ticket ${id}: track is missing. Name one of ${ids.join(", ")}.`
          : `Ticket ${id}: "${track.slice(0, 60)}" is no track of this plan. Name one of ${ids.join(", ")}.`,
      ),
    ...ids.filter((id) => !used.has(id)).map((id) => `Track ${id}: it has no tickets. Give it some, or leave it out.`),
  ];
}

/** The plan as an agent answers it, laid out; fields at their default are left out. */
const planText = ({ tracks, tickets }: EntryPlan): string =>
  JSON.stringify({ tracks, tickets: tickets.map(toTicketFields) }, undefined, 2);

/** What stands on the blackboard of an entry with a plan: its words, then the plan. */
const withPlanText = (text: string, plan: EntryPlan): string => `${text}\n\nThe plan:\n${planText(plan)}`;

/** What is written of an entry: a plan that cannot be read is none. */
export function entryText({ text, plan }: { readonly text: string; readonly plan?: PlanValue | undefined }): string {
  const read = plan === undefined ? undefined : readEntryPlan(plan);
  return read?.ok === true ? withPlanText(text, read.value) : text;
}
