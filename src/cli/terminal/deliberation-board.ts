// The live view of a deliberation: who sits at the table and does what, the conditions, and who stands for what.

import { toPrintableLine } from "../../domain/printable.ts";
import {
  agentCells,
  candidateWords,
  convergenceWords,
  meterWords,
  standingWords,
} from "../../views/deliberation-table.ts";
import type { AgentCells } from "../../views/deliberation-table.ts";
import type { DeliberationView } from "../../views/deliberation-view.ts";
import { span, type Line, type Tone } from "./line.ts";
import type { Glyphs } from "./style.ts";
import { cutToWidth, displayWidth, padToWidth } from "./width.ts";

type Room = { readonly room: number; readonly columns: number; readonly glyphs: Glyphs };

const looks = {
  idle: "pending",
  working: "running",
  waiting: "blocked",
  done: "completed",
  lost: "failed",
  revoked: "cancelled",
  away: "pending",
} as const satisfies Record<AgentCells["status"], keyof Glyphs>;

/** In place of the bar of tickets. */
export function deliberationHead(view: DeliberationView): Line {
  const tone: Tone = view.outcome === null ? "running" : view.outcome === "consensus" ? "completed" : "failed";
  return [span(" "), span(standingWords(view), tone)];
}

export function deliberationLines(view: DeliberationView, { room, columns, glyphs }: Room): Line[] {
  const cells = agentCells(view);
  const widest = Math.max(...cells.map(({ role }) => displayWidth(role)));
  const doingRoom = Math.max(12, columns - widest - 46);
  const agents = cells.map(({ role, status, progress, doing, model }): Line => [
    span(` ${glyphs[looks[status]]} `, looks[status]),
    span(`${padToWidth(role, widest)}  `, "plain", true),
    span(`${padToWidth(status === "away" ? "" : status, 8)} ${padToWidth(progress, 5)}`, looks[status]),
    span(`${padToWidth(cutToWidth(doing, doingRoom), doingRoom)}  `, "quiet"),
    span(model, "faint"),
  ]);
  const meters: Line = [
    span(" "),
    ...view.conditions.map((meter) => span(`${meterWords(meter)}   `, meter.metAt === null ? "quiet" : "step_paused")),
  ];
  const curve = convergenceWords(view.convergence);
  const rest: Line[] = [
    [],
    meters,
    ...(curve === "" ? [] : [[span(` ${curve}`, "quiet")] satisfies Line]),
    ...view.candidates.map((candidate): Line => [
      span(" synthesis ", "faint"),
      span(candidateWords(candidate), "plain"),
    ]),
    ...view.objections.map(({ id, role, entry, version, severity, head }): Line => [
      span(` ${id} ${severity} `, severity === "blocking" ? "failed" : "quiet"),
      span(`${role} to ${toPrintableLine(entry)} v${version}: ${toPrintableLine(head)}`, "quiet"),
    ]),
  ];
  return [...agents, ...rest].slice(0, room);
}
