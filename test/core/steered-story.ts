// The words in which stories of a person who speaks to workers are told.

import type { Command } from "../../src/domain/command.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import type { Taken } from "../support/given.ts";
import { answer, bareRun, command, finish, mara, model, open, read, replied, toolDone } from "./story.ts";

export const steer = (ticket: string, text: string): Command => ({
  type: "ticket.steer",
  ticket: ticket as TicketId,
  text,
});
export const pauseOf = (ticket: string, reason = "let me look"): Command => ({
  type: "ticket.pause",
  ticket: ticket as TicketId,
  reason,
});
export const resumeOf = (ticket: string): Command => ({ type: "ticket.resume", ticket: ticket as TicketId });

/** A run that meets every event of a person who steers its workers. */
export function steeredStory(): Taken {
  const paused = bareRun(["A", "B: A"])
    .when(steer("A", "use the parser that is there"), mara)
    .when(pauseOf("A"), mara)
    .when(replied("A#1/1", [read]))
    .when({ type: "ticket.set_models", ticket: "B" as TicketId, models: [model("beta/large")], cards: {} }, mara)
    .when({ type: "run.set_models", tier: 3, models: [model("gamma/new")], cards: {} }, mara)
    .when(
      { type: "rule.add", rule: { gate: "call", tool: "run", argv: ["npm", "test"], decision: "approve" }, answer: [] },
      mara,
    )
    .when(resumeOf("A"), mara);
  const held = paused
    .when({ type: "rule.remove", id: paused.state.rules[0]?.id ?? "" }, mara)
    .when(toolDone("A#1/1.0"))
    .when(replied("A#1/2", [finish()]))
    .when({ type: "run.set_trust", trust: "ask" }, mara)
    .when(replied("B#1/1", [command("npm publish")]));
  const edited = held.when(
    { type: "message.edit", approval: open(held), text: "Not yet.", calls: [command("npm pack")], reason: "too early" },
    mara,
  );
  const restored = edited.when({ type: "message.restore", approval: open(edited), reason: "it was right" }, mara);
  return restored.when(answer(restored, "reject"), mara).when(replied("B#1/2", [finish()]));
}
