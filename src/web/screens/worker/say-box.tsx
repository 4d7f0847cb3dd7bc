// A person's word to somebody who is at work: a line that grows, sent with Ctrl Enter, kept until it is taken.

import { useState, type ReactNode, type Ref } from "react";
import { useCommand } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { useActionsOff } from "./use-actions-off.ts";

type SayBoxProps = {
  readonly label: string;
  readonly placeholder: string;
  /** The command that says it. */
  readonly toCommand: (text: string) => unknown;
  readonly field?: Ref<HTMLTextAreaElement>;
  /** Before the line: whom it is said to. */
  readonly receiver?: ReactNode;
  /** Below the line. */
  readonly children?: ReactNode;
};

export function SayBox({ label, placeholder, toCommand, field, receiver, children }: SayBoxProps) {
  const [text, setText] = useState("");
  const { send, isSending, problem, forget } = useCommand();
  const off = useActionsOff();
  const say = (): void => {
    if (text.trim() === "" || isSending || off !== null) return;
    void send("/commands", toCommand(text)).then(({ ok }) => ok && setText(""));
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
        {receiver}
        <textarea
          ref={field}
          aria-label={label}
          placeholder={off ?? placeholder}
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
      {children}
    </form>
  );
}
