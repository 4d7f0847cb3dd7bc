// Who sits at the table, side by side: what each does now, how far and how sure it is, whom it waits for, what it used.

import type { Agent } from "../../../core/deliberation/state.ts";
import { agentStanding } from "../../../views/deliberation-face.ts";
import { costInWords, counted, durationInWords, tokensInWords } from "../../../views/words.ts";
import { totalTokens } from "../../../domain/usage.ts";
import { useNow } from "../../state/hooks.ts";
import { names } from "../../ui/class-names.ts";
import { LiveCycle } from "./live-cycle.tsx";
import { Meter, StandingBadge, percent } from "./status-words.tsx";
import { useDeliberation } from "./use-deliberation.ts";

export function Seats() {
  const { agents, setup, mediator } = useDeliberation();
  const empty = mediator === null ? setup.seats.find(({ kind }) => kind === "mediator") : undefined;
  return (
    <section aria-label="At the table" className="grid grid-cols-[repeat(auto-fit,minmax(min(100%,17rem),1fr))] gap-3">
      {agents.map((agent) => (
        <Seat key={agent.role} agent={agent} />
      ))}
      {empty !== undefined && (
        <section
          aria-label={`${empty.role}, mediator, not seated`}
          className="grid content-start gap-2 rounded-panel border border-dashed border-line2 p-4"
        >
          <SeatHead role={empty.role} kind="mediator" model={empty.model} />
          <p className="text-12 text-fg2">The seat is empty. It is taken once, when a condition is met.</p>
        </section>
      )}
    </section>
  );
}

type HeadProps = { readonly role: string; readonly kind: Agent["kind"]; readonly model: string };

function SeatHead({ role, kind, model }: HeadProps) {
  return (
    <div className="min-w-0">
      <h2 className="flex items-baseline gap-2 text-14 font-semibold">
        {role}
        <span className="text-12 font-normal text-fg2">{kind}</span>
      </h2>
      <p className="truncate text-12 text-fg2" title={model}>
        {model}
      </p>
    </div>
  );
}

function Seat({ agent }: { readonly agent: Agent }) {
  const { mediator, setup, result } = useDeliberation();
  const { role, kind, phase, cycle, progress, confidence, complexity, blocked } = agent;
  const standing = agentStanding(agent, result !== null);
  const isGone = agent.status === "lost" || agent.status === "revoked";
  return (
    <section
      aria-label={`${role}, ${kind}, ${standing.word}`}
      className={names(
        "grid content-start gap-3 rounded-panel border bg-s1 p-4",
        isGone ? "border-dashed border-line2" : "border-line",
      )}
    >
      <div className="flex items-start justify-between gap-2">
        <SeatHead role={role} kind={kind} model={agent.model} />
        <StandingBadge of={standing} className="shrink-0" />
      </div>
      {kind === "mediator" && mediator !== null && (
        <p className="text-12 text-fg2">
          {mediator.why === "forced" ? (
            "Seated from the start"
          ) : (
            <>
              Seated because of <b className="font-semibold">{mediator.why}</b>: {mediator.detail}
            </>
          )}
        </p>
      )}
      <div className="grid gap-1">
        <p className="flex justify-between text-12 text-fg2 tabular">
          <span>
            {cycle === 0 && agent.consult === null
              ? "Nothing yet"
              : `${phase}, ${counted(cycle, "cycle")} of ${setup.limits.rounds}`}
          </span>
          <span>
            {percent(progress)} done, {percent(confidence)} sure
          </span>
        </p>
        <Meter label={`Progress of ${role}`} value={progress} max={1} words={`${percent(progress)} done`} />
      </div>
      {blocked !== null && blocked !== "" && (
        <p className="text-12 wrap-anywhere text-blocked">
          {goneWords[agent.status] ?? "Blocked"}: {blocked}
        </p>
      )}
      {agent.consult !== null && <LiveCycle agent={agent} />}
      <Figures agent={agent} complexity={complexity} />
    </section>
  );
}

const goneWords: Readonly<Partial<Record<Agent["status"], string>>> = { lost: "Lost", revoked: "Revoked" };

function Figures({ agent, complexity }: { readonly agent: Agent; readonly complexity: number | null }) {
  const now = useNow();
  const { setup } = useDeliberation();
  const { usage, sent, received, proposals, objections, votes, errors, lastActivity } = agent;
  const { errors: allowed } = setup.limits;
  const figures = [
    ["Tokens", tokensInWords(totalTokens(usage))],
    ["Cost", costInWords(usage.costMicros)],
    ["Sent, received", `${sent}, ${received}`],
    ["Proposals", String(proposals)],
    ["Objections", String(objections)],
    ["Votes", String(votes)],
    ...(allowed === undefined ? [] : [["Errors", `${errors.length} of ${allowed}`] as const]),
    ...(complexity === null ? [] : [["Complexity", complexity.toFixed(2)] as const]),
    ["Last word", agent.status === "revoked" ? "heard no more" : `${durationInWords(now - lastActivity)} ago`],
  ] as const;
  return (
    <dl className="grid grid-cols-2 gap-x-4 gap-y-0.5 text-12 tabular">
      {figures.map(([name, value]) => (
        <div key={name} className="flex justify-between gap-2">
          <dt className="text-fg2">{name}</dt>
          <dd className="truncate">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
