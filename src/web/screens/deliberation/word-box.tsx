// A person's word to the agents: told with their next cycle, kept among the messages.

import { useRef, useState } from "react";
import { useCommand } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { useActionsOff } from "../worker/use-actions-off.ts";
import { useDeliberation } from "./use-deliberation.ts";

export function WordBox() {
  const { id, result } = useDeliberation();
  const [text, setText] = useState("");
  const [to, setTo] = useState("all");
  const { send, isSending, problem, forget } = useCommand();
  const off = useActionsOff();
  const field = useRef<HTMLTextAreaElement>(null);
  const isOpen = result === null && off === null;
  useKeys(
    "Deliberation",
    isOpen ? [{ keys: "W", does: "Say a word to the agents", run: () => field.current?.focus() }] : [],
  );
  if (result !== null) return null;
  const say = (): void => {
    if (text.trim() === "" || isSending || off !== null) return;
    const body = { type: "deliberation.tell", deliberation: id, to, text };
    void send("/commands", body).then(({ ok }) => ok && setText(""));
  };
  return (
    <form
      className="grid gap-2 border-t border-line bg-s1 px-4 py-2.5"
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
    >
      {problem !== null && <ProblemNote problem={problem} onClose={forget} />}
      <div className="flex items-end gap-2 max-sm:flex-wrap">
        <Receiver to={to} onChoose={setTo} isOff={off !== null} />
        <textarea
          ref={field}
          aria-label="Say a word to the agents"
          placeholder={off ?? "Say a word to the agents  W"}
          value={text}
          rows={Math.min(6, text.split("\n").length)}
          disabled={off !== null}
          onChange={({ target }) => setText(target.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
            event.preventDefault();
            say();
          }}
          className="min-h-7.5 min-w-0 flex-1 resize-none rounded-control border border-line3 bg-bg px-2.5 py-1 placeholder:text-fg3"
        />
        <Button type="submit" keys="Ctrl Enter" isSending={isSending} disabled={off !== null || text.trim() === ""}>
          Say
        </Button>
      </div>
    </form>
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
