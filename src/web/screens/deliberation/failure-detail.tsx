// The failure in figures and words, as programs of the earlier system are told it.

import { pipelineDetailOf, type PipelineAgent } from "../../../views/pipeline-detail.ts";
import { durationInWords } from "../../../views/words.ts";
import { useRun } from "../../state/hooks.ts";
import { Dialog } from "../../ui/dialog.tsx";

export function FailureDetail({ onClose }: { readonly onClose: () => void }) {
  const detail = useRun(pipelineDetailOf, "slow");
  const failure = detail?.failure_context ?? null;
  return (
    <Dialog title="Details of the failure" onClose={onClose} wide>
      {detail === null || failure === null ? (
        <p>Nothing failed here.</p>
      ) : (
        <div className="grid gap-4">
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1">
            {(
              [
                ["Reason", failure.failure_reason.replaceAll("_", " ")],
                ["What may help", failure.recovery_hint],
                ["When", failure.failure_time],
                ["After", durationInWords(failure.elapsed_ms)],
                ["Cycles of the busiest proposer", `${failure.iteration_count} of ${detail.max_iterations}`],
                ["Mediator", failure.gamma_spawned ? "was seated" : "was not seated"],
                ["Errors", String(failure.error_count)],
                ["Pipeline, task", `${failure.pipeline_id}, ${failure.task_id}`],
              ] as const
            ).map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-fg2">{name}</dt>
                <dd className="wrap-anywhere">{value}</dd>
              </div>
            ))}
          </dl>
          <AgentTable agents={detail.agent_states} />
          {detail.errors.length > 0 && (
            <section aria-label="Errors" className="grid gap-1 text-12">
              <h3 className="font-semibold">Errors</h3>
              {detail.errors.map(({ error_type, severity, details, reported_by, time }) => (
                <p key={`${error_type} ${details}`} className="wrap-anywhere">
                  {time} {severity} {error_type.replaceAll("_", " ")}, told by {reported_by}: {details}
                </p>
              ))}
            </section>
          )}
        </div>
      )}
    </Dialog>
  );
}

function AgentTable({ agents }: { readonly agents: readonly PipelineAgent[] }) {
  return (
    <table className="text-left text-12">
      <caption className="pb-1 text-left font-semibold">Agents at the end</caption>
      <thead className="text-fg2">
        <tr>
          {["Role", "Status", "Phase", "Done", "Sure", "Blocked by"].map((name) => (
            <th key={name} scope="col" className="py-1 pr-3 font-medium">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {agents.map((agent) => (
          <tr key={agent.role} className="border-t border-line">
            <th scope="row" className="py-1 pr-3 font-medium">
              {agent.role}
            </th>
            <td className="pr-3">{agent.status}</td>
            <td className="pr-3">{agent.phase}</td>
            <td className="pr-3 tabular">{Math.round(agent.progress * 100)} %</td>
            <td className="pr-3 tabular">{Math.round(agent.confidence * 100)} %</td>
            <td className="wrap-anywhere">{agent.blocked_reason ?? ""}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
