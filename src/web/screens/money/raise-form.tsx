// Raising a bound of the run while it goes on, in the words of `tutti budget`.

import { useId, useState } from "react";
import { useCommand } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/notes.tsx";

export function RaiseForm() {
  const [bounds, setBounds] = useState("");
  const { send, isSending, problem, forget } = useCommand();
  const id = useId();
  const submit = async (): Promise<void> => {
    const answer = await send("/commands", { type: "budget.raise", bounds });
    if (answer.ok) setBounds("");
  };
  return (
    <form
      className="grid gap-2 rounded-panel border border-line bg-s1 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label htmlFor={id} className="text-14 font-semibold">
        Raise a bound
      </label>
      <p id={`${id}-how`} className="text-fg2">
        For example <code>run usd 12.50</code>, <code>ticket T7 tokens 200000</code>, <code>tier 2 usd 3</code>; several
        with a comma between them.
      </p>
      <div className="flex gap-2">
        <input
          id={id}
          aria-describedby={`${id}-how`}
          value={bounds}
          onChange={({ target }) => setBounds(target.value)}
          className="min-h-8 min-w-0 flex-1 rounded-control border border-line3 bg-bg px-3 font-mono text-12"
        />
        <Button type="submit" kind="primary" disabled={bounds.trim() === ""} isSending={isSending}>
          Raise
        </Button>
      </div>
      {problem !== null && <ProblemNote problem={problem} onClose={forget} />}
    </form>
  );
}
