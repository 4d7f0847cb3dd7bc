// The live view of a deliberation: who sits at the table and does what, the conditions, and who stands for what.

import type { ConsultId } from "../../domain/ids.ts";
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
import { cutToWidth, displayWidth, padToWidth, tailToWidth } from "./width.ts";

type Room = {
  readonly room: number;
  readonly columns: number;
  readonly glyphs: Glyphs;
  readonly answerTail?: ((consult: ConsultId) => string) | undefined;
};

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

export function deliberationLines(view: DeliberationView, { room, columns, glyphs, answerTail }: Room): Line[] {
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
  const spare = Math.max(0, room - agents.length - rest.length);
  const tails = cells.map(({ consult }) => (consult === null ? "" : (answerTail?.(consult) ?? "")));
  return [...withTails(agents, tails, { spare, columns }), ...rest].slice(0, room);
}

/** Where lines are to spare, what an agent is saying stands under it. */
function withTails(
  agents: readonly Line[],
  tails: readonly string[],
  { spare, columns }: { readonly spare: number; readonly columns: number },
): Line[] {
  let left = spare;
  return agents.flatMap((line, place) => {
    const tail = tails[place] ?? "";
    if (tail === "" || left <= 0) return [line];
    left -= 1;
    return [line, [span(`     ${tailToWidth(tail, columns - 6)}`, "faint")]];
  });
}
