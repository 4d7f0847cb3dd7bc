// A word to the worker, told before its next call.

import type { TicketId } from "../../../domain/ids.ts";
import type { WorkerHead } from "../../../views/worker-head.ts";
import { SayBox } from "./say-box.tsx";

export function SteerBox({ ticket, head }: { readonly ticket: TicketId; readonly head: WorkerHead }) {
  if (head.status === "completed" || head.status === "cancelled") return null;
  const when = head.isWorking ? "Told before its next call" : "Told to its next attempt";
  return (
    <SayBox
      label={`Say something to the worker of ${ticket}`}
      placeholder="Say something to this worker"
      toCommand={(text) => ({ type: "ticket.steer", ticket, text })}
    >
      <p className="text-11 text-fg3">{when}, and kept for its later attempts.</p>
    </SayBox>
  );
}
