// The live board while there are no tickets yet: tier 1's question, then a line for each track.

import { toPrintableLine } from "../../domain/printable.ts";
import { goalInWords, trackInWords, type PlannedTrack, type Planning } from "../../views/planning-board.ts";
import { span, type Line } from "./line.ts";
import type { Glyphs } from "./style.ts";
import { shortDuration } from "./ticket-line.ts";
import { cutToWidth, displayWidth, padToWidth } from "./width.ts";

type Room = { readonly room: number; readonly columns: number; readonly glyphs: Glyphs; readonly now: number };

const looks = { waiting: "pending", asked: "running", planned: "completed" } as const;

export function planningLines(planning: Planning, { room, columns, glyphs, now }: Room): Line[] {
  const ago = (since: number): string => shortDuration(Math.max(0, now - since));
  const { tracks } = planning;
  if (tracks === null) {
    const words = goalInWords(planning, ago) ?? "is about to be divided into tracks";
    return [
      [span(` ${glyphs.running} `, "running"), span("The goal ", "plain", true), span(toPrintableLine(words), "quiet")],
    ];
  }
  const shown = tracks.length <= room ? tracks : tracks.slice(0, Math.max(1, room - 1));
  const widest = Math.min(16, Math.max(0, ...shown.map(({ id }) => displayWidth(id))));
  // What is said of a track is worth more than the end of its title.
  const titleRoom = Math.min(40, Math.max(8, Math.floor((columns - widest - 6) / 2)));
  const lineOf = (track: PlannedTrack): Line => [
    span(` ${glyphs[looks[track.status]]} `, looks[track.status]),
    span(`${padToWidth(toPrintableLine(track.id), widest)}  `, "plain", true),
    span(`${padToWidth(cutToWidth(toPrintableLine(track.title), titleRoom), titleRoom)}  `, "plain"),
    span(toPrintableLine(trackInWords(track, ago)), looks[track.status] === "pending" ? "faint" : "quiet"),
  ];
  const more = tracks.length - shown.length;
  return [...shown.map(lineOf), ...(more > 0 ? [[span(`   ${more} more tracks`, "faint")]] : [])];
}
