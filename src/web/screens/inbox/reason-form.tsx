// The words that go with a no: what the person wants said, then the act itself.

import { useEffect, useId, useRef } from "react";
import { Button } from "../../ui/button.tsx";

type ReasonFormProps = {
  /** The act, as its button says it. */
  readonly act: string;
  /** What follows from it. */
  readonly means: string;
  readonly kind: "plain" | "danger";
  readonly isNeeded: boolean;
  readonly isSending: boolean;
  /** As they stood when it was opened. */
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly onAct: () => void;
  readonly onCancel: () => void;
};

export function ReasonForm(props: ReasonFormProps) {
  const { act, means, kind, isNeeded, isSending, words, onWords, onAct, onCancel } = props;
  const box = useRef<HTMLTextAreaElement>(null);
  const about = useId();
  useEffect(() => box.current?.focus(), []);
  return (
    <form
      className="grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        onAct();
      }}
    >
      <label className="grid gap-1">
        <span className="font-medium">{isNeeded ? "Why" : "Why (the model is told)"}</span>
        <textarea
          ref={box}
          rows={2}
          maxLength={4_000}
          required={isNeeded}
          defaultValue={words}
          aria-describedby={about}
          onChange={(event) => onWords(event.target.value)}
          onKeyDown={(event) => event.key === "Escape" && onCancel()}
          className="w-full resize-y rounded-control border border-line3 bg-bg px-2.5 py-1.5"
        />
      </label>
      <div className="flex flex-wrap items-center justify-end gap-2">
        <span id={about} className="min-w-0 flex-1 text-12 text-fg2">
          Then {means}.
        </span>
        <Button kind="ghost" keys="Esc" onClick={onCancel}>
          Back
        </Button>
        <Button type="submit" kind={kind === "danger" ? "danger" : "primary"} keys="Ctrl Enter" isSending={isSending}>
          {act}
        </Button>
      </div>
    </form>
  );
}
