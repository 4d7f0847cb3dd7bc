// A person's word to the agents: told with their next cycle, kept among the messages.

import { useRef, useState } from "react";
import { useKeys } from "../../ui/use-keys.ts";
import { SayBox } from "../worker/say-box.tsx";
import { useActionsOff } from "../worker/use-actions-off.ts";
import { useDeliberation } from "./use-deliberation.ts";

export function WordBox() {
  const { id, result } = useDeliberation();
  const [to, setTo] = useState("all");
  const off = useActionsOff();
  const field = useRef<HTMLTextAreaElement>(null);
  const isOpen = result === null && off === null;
  useKeys(
    "Deliberation",
    isOpen ? [{ keys: "W", does: "Say a word to the agents", run: () => field.current?.focus() }] : [],
  );
  if (result !== null) return null;
  return (
    <SayBox
      label="Say a word to the agents"
      placeholder="Say a word to the agents  W"
      toCommand={(text) => ({ type: "deliberation.tell", deliberation: id, to, text })}
      field={field}
      receiver={<Receiver to={to} onChoose={setTo} isOff={off !== null} />}
    />
  );
}

type ReceiverProps = { readonly to: string; readonly onChoose: (to: string) => void; readonly isOff: boolean };

function Receiver({ to, onChoose, isOff }: ReceiverProps) {
  const { agents } = useDeliberation();
  return (
    <select
      aria-label="To whom"
      value={to}
      disabled={isOff}
      onChange={({ target }) => onChoose(target.value)}
      className="min-h-7.5 rounded-control border border-line3 bg-bg px-2"
    >
      {["all", ...agents.map(({ role }) => role)].map((name) => (
        <option key={name} value={name}>
          {name === "all" ? "To all" : `To ${name}`}
        </option>
      ))}
    </select>
  );
}
