// What is to be done next by one agent, from what stands on the blackboard: analyse, propose, critique, synthesise, vote.

import type { AgentPhase } from "../../domain/deliberation.ts";
import { latestOf, type Agent, type Deliberation } from "./state.ts";

export function phaseNow(deliberation: Deliberation, { role, kind, cycle }: Agent): AgentPhase {
  const syntheses = deliberation.board.filter(({ section }) => section === "synthesis");
  const isVoteOpen = syntheses.some(
    (entry) =>
      !deliberation.votes.some(
        (vote) => vote.role === role && vote.key === entry.key && vote.version === latestOf(entry).version,
      ),
  );
  if (kind === "mediator") return isVoteOpen ? "vote" : "synthesise";
  if (cycle === 0) return "analyse";
  const hasProposed = deliberation.board.some(
    (entry) => entry.section === "solutions" && entry.versions.some(({ author }) => author === role),
  );
  if (!hasProposed && syntheses.length === 0) return "propose";
  if (isVoteOpen) return "vote";
  return cycle === 1 || syntheses.length > 0 ? "critique" : "synthesise";
}
