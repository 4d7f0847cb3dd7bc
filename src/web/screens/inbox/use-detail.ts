// What the server adds to a request in view: its preview made on the worker's files, the text an edit replaces, the
// model's last message; and what the tool takes.

import { useMemo, useState } from "react";
import type { ApprovalBody } from "../../../http/wire.ts";
import type { ToolsBody } from "../../../http/inbox-wire.ts";
import type { ApprovalView } from "../../../views/approvals.ts";
import type { Problem } from "../../state/backend.ts";
import { useAnswer, useBackend, useRunView } from "../../state/hooks.ts";

export type Detail = {
  /** Undefined until it has come. */
  readonly body: ApprovalBody | undefined;
  /** Why there is none, in words. */
  readonly problem: string | undefined;
  readonly reload: () => void;
};

const inWords = ({ detail, remedy }: Problem): string => `${detail} ${remedy}`;

export function useDetail(view: ApprovalView, isOpen: boolean): Detail {
  const { run, isPast } = useRunView();
  const { isOffline } = useBackend();
  const [version, setVersion] = useState(0);
  // What was answered meanwhile is no longer to be had; what came before stays.
  const [wasOpen] = useState(isOpen);
  const mayAsk = wasOpen && !isPast && !isOffline;
  const answer = useAnswer<ApprovalBody>(mayAsk ? `/api/runs/${run}/approvals/${view.id}` : null, version);
  const carried = useMemo(() => (mayAsk ? undefined : carriedBody(view)), [mayAsk, view]);
  if (carried !== undefined) return { body: carried, problem: undefined, reload: () => {} };
  const reload = (): void => setVersion((count) => count + 1);
  if (answer === undefined) return { body: undefined, problem: undefined, reload };
  if (!answer.ok) return { body: undefined, problem: inWords(answer.problem), reload };
  return { body: answer.value, problem: answer.value.problem, reload };
}

/** In the past nobody can be asked for a preview: there is what the record itself holds. */
function carriedBody(view: ApprovalView): ApprovalBody {
  const args = typeof view.args === "string" ? view.args : undefined;
  const isCall = view.gate === "call" || view.gate === "unknown";
  return { ...view, detail: { preview: isCall && args !== undefined ? args : view.head, editable: "" } };
}

/** JSON schema of a tool's arguments; undefined until it has come, or where there is none. */
export function useToolSchema(tool: string, isWanted: boolean): unknown {
  const { run, isPast } = useRunView();
  const answer = useAnswer<ToolsBody>(isWanted && !isPast ? `/api/runs/${run}/tools` : null);
  return answer?.ok === true ? answer.value.tools.find(({ name }) => name === tool)?.parameters : undefined;
}
