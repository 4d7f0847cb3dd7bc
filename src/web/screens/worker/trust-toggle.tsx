// How much one worker is held: every gate, the policy's gates, or none. A trust of the whole run goes before it.

import type { TicketId } from "../../../domain/ids.ts";
import type { Trust } from "../../../domain/ticket.ts";
import type { WorkerHead } from "../../../views/worker-head.ts";
import { useCommand } from "../../state/hooks.ts";
import { ProblemNote } from "../../ui/notes.tsx";
import { Segmented } from "../../ui/segmented.tsx";
import { useActionsOff } from "./use-actions-off.ts";

const options = [
  { value: "step", label: "Step" },
  { value: "ask", label: "Ask" },
  { value: "auto", label: "Auto" },
] as const satisfies readonly { readonly value: Trust; readonly label: string }[];

export function TrustToggle({ ticket, head }: { readonly ticket: TicketId; readonly head: WorkerHead }) {
  const { send, isSending, problem, forget } = useCommand();
  const off = useActionsOff();
  const isOff = off !== null || head.isOver || head.runTrust !== null || isSending;
  const why = head.runTrust === null ? off : `The whole run is on trust "${head.runTrust}"`;
  return (
    <div className="grid justify-items-end gap-1" title={why ?? undefined}>
      <div className="flex items-center gap-2">
        <span className="text-12 text-fg3">Trust</span>
        <Segmented
          label={`Trust of ${ticket}`}
          value={head.trust}
          options={options}
          disabled={isOff}
          onChange={(trust) => void send("/commands", { type: "ticket.trust", ticket, trust })}
        />
      </div>
      {problem !== null && <ProblemNote problem={problem} onClose={forget} />}
    </div>
  );
}
