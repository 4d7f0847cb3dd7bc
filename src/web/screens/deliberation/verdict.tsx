// Who stands for what: votes on the versions that stand, what was agreed and by whom, who dissents, what is objected to.

import type { Entry, Objection, Vote } from "../../../core/deliberation/state.ts";
import { isLiving } from "../../../core/deliberation/state.ts";
import { severityStandings, stanceStandings } from "../../../views/deliberation-face.ts";
import { counted, listInWords } from "../../../views/words.ts";
import { LongText } from "../worker/long-text.tsx";
import { drawWords, Moment, Panel, StandingBadge } from "./status-words.tsx";
import { useDeliberation } from "./use-deliberation.ts";

export function Votes() {
  const { board, agents, votes } = useDeliberation();
  const entries = board.filter(({ section }) => section === "synthesis");
  return (
    <Panel id="votes" title="Votes">
      {entries.length === 0 ? (
        <p className="text-12 text-fg3">There is nothing to vote on yet.</p>
      ) : (
        <div className="overflow-x-auto" tabIndex={0} role="region" aria-label="Table of votes">
          <table className="w-full border-collapse text-left text-12">
            <thead>
              <tr>
                <th scope="col" className="border-b border-line py-1.5 pr-3 font-medium text-fg2">
                  Role
                </th>
                {entries.map((entry) => (
                  <th key={entry.key} scope="col" className="border-b border-line px-3 py-1.5 font-mono font-medium">
                    {entry.key} v{entry.versions.at(-1)?.version}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {agents.map((agent) => (
                <tr key={agent.role} className="align-top">
                  <th scope="row" className="border-b border-line py-2 pr-3 font-medium">
                    {agent.role}
                    {!isLiving(agent) && <span className="block text-11 font-normal text-fg2">{agent.status}</span>}
                  </th>
                  {entries.map((entry) => (
                    <td key={entry.key} className="border-b border-line px-3 py-2">
                      <VoteCell
                        entry={entry}
                        vote={votes.find(({ role, key }) => role === agent.role && key === entry.key)}
                      />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <Agreed />
    </Panel>
  );
}

function VoteCell({ entry, vote }: { readonly entry: Entry; readonly vote: Vote | undefined }) {
  if (vote === undefined) return <span className="text-fg3">no vote</span>;
  const isStale = vote.version !== entry.versions.at(-1)?.version;
  return (
    <div className="grid min-w-40 gap-1">
      <span className="flex flex-wrap items-center gap-2">
        <StandingBadge of={stanceStandings[vote.stance]} className={isStale ? "opacity-70" : ""} />
        {vote.score !== null && <span className="tabular">{vote.score.toFixed(2)}</span>}
        {isStale && <span className="text-fg2">of v{vote.version}: does not count</span>}
      </span>
      <LongText draw={drawWords} text={vote.reasoning} lines={3} what="reason" />
    </div>
  );
}

/** Once it has ended. */
function Agreed() {
  const { result, agents } = useDeliberation();
  if (result === null) return null;
  const { agreed, accepted, dissent } = result;
  const silent = agents
    .map(({ role }) => role)
    .filter((role) => !accepted.includes(role) && dissent.every((each) => each.role !== role));
  return (
    <div className="mt-4 grid gap-3">
      <p>
        {agreed === null ? (
          "Nothing is agreed."
        ) : (
          <>
            Stand for synthesis/{agreed.key} v{agreed.version}:{" "}
          </>
        )}
        {agreed !== null && <b className="font-semibold">{listInWords(accepted, 9)}</b>}
        {silent.length > 0 && <span className="text-fg2"> {listInWords(silent, 9)} took no side.</span>}
      </p>
      {dissent.length > 0 && (
        <section aria-label="Dissent" className="grid gap-2 rounded-card border border-blocked/60 p-3">
          <h3 className="text-12 font-semibold">{counted(dissent.length, "voice")} against it, on record</h3>
          {dissent.map(({ role, reasoning }) => (
            <div key={role}>
              <p className="text-12 font-medium">{role}</p>
              <LongText draw={drawWords} text={reasoning} lines={6} what="dissent" />
            </div>
          ))}
        </section>
      )}
    </div>
  );
}

const settledWords = { withdrawn: "withdrawn", met: "met by a later version", gone: "its agent is lost" } as const;
const gravity = ["blocking", "major", "minor"] as const;

export function Objections() {
  const { objections } = useDeliberation();
  const open = objections.filter(({ settled }) => settled === null);
  const byGravity = open.toSorted((a, b) => gravity.indexOf(a.severity) - gravity.indexOf(b.severity));
  const settled = objections.filter((each) => each.settled !== null);
  return (
    <Panel
      id="objections"
      title="Objections"
      aside={
        <span className="text-12 text-fg2 tabular">
          {open.length} open, {settled.length} settled
        </span>
      }
    >
      {objections.length === 0 && <p className="text-12 text-fg3">Nobody has objected.</p>}
      <ul className="grid gap-3">
        {byGravity.map((objection) => (
          <ObjectionRow key={objection.id} objection={objection} />
        ))}
      </ul>
      {settled.length > 0 && (
        <details className="mt-3">
          <summary className="min-h-6 cursor-pointer text-12 text-fg2">
            {counted(settled.length, "objection")} settled
          </summary>
          <ul className="grid gap-3 pt-2">
            {settled.map((objection) => (
              <ObjectionRow key={objection.id} objection={objection} />
            ))}
          </ul>
        </details>
      )}
    </Panel>
  );
}

function ObjectionRow({ objection }: { readonly objection: Objection }) {
  const { id, role, section, key, version, severity, text, at, settled } = objection;
  return (
    <li className="grid gap-0.5 border-l-2 border-line2 pl-3">
      <p className="flex flex-wrap items-center gap-x-2 text-12 text-fg2">
        <StandingBadge of={severityStandings[severity]} />
        <span>
          {id}, {role} against{" "}
          <span className="font-mono">
            {section}/{key} v{version}
          </span>
        </span>
        <Moment at={at} />
        {settled !== null && <span>({settledWords[settled]})</span>}
      </p>
      <LongText draw={drawWords} text={text} lines={4} what="objection" />
    </li>
  );
}
