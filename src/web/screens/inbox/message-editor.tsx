// The memory mutator: the model's last message, rewritten. The worker goes on from there as if it had written it.

import { useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { TriangleAlert } from "lucide-react";
import { tokenRate } from "../../../core/context-size.ts";
import type { RunState } from "../../../core/state.ts";
import type { ApprovalId } from "../../../domain/ids.ts";
import { toPrintableLine } from "../../../domain/printable.ts";
import type { MessageBody } from "../../../http/inbox-wire.ts";
import type { MessageEditBody } from "../../../http/wire.ts";
import { prettyJson } from "../../../views/pretty-json.ts";
import { counted, tokensInWords } from "../../../views/words.ts";
import { useAnswer, useCommand, useRun, useRunView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { AnswerProblem } from "./answer-problem.tsx";
import { MessageVersions } from "./message-versions.tsx";
import { useAsked } from "./rows.ts";
import { WordDiff } from "./word-diff-view.tsx";

type MessageEditorProps = {
  readonly approval: ApprovalId;
  readonly onClose: () => void;
  /** Told before it is sent, and again where it was not taken. */
  readonly onRewriting?: (isTaken: boolean) => void;
};

export function MessageEditor({ approval, onClose, onRewriting }: MessageEditorProps) {
  const { run } = useRunView();
  const { view } = useAsked(approval);
  const answer = useAnswer<MessageBody>(`/api/runs/${run}/approvals/${approval}/message`);
  return (
    <Dialog
      title="Edit the model's last message"
      about={`${view === undefined || view.ticket === null ? "" : `${toPrintableLine(view.ticket)}, ${toPrintableLine(view.title)}. `}The worker goes on from your text as if it had written it.`}
      onClose={onClose}
      wide
    >
      {answer === undefined ? (
        <p aria-busy className="text-fg2">
          Loading the message
        </p>
      ) : answer.ok ? (
        <Rewriting approval={approval} message={answer.value} onClose={onClose} onRewriting={onRewriting} />
      ) : (
        <ProblemNote problem={answer.problem} />
      )}
    </Dialog>
  );
}

type Version = MessageBody["versions"][number];
/** A call of the message as it stands in the editor; null: it was left out. */
type Written = { readonly text: string; readonly args: readonly (string | null)[] };

const writtenOf = ({ text, calls }: Version): Written => ({ text, args: calls.map(({ args }) => prettyJson(args)) });

/** A call nobody touched is sent as the very text it was: it stays the same call. */
function toEdit(written: Written, now: Version): Pick<MessageEditBody, "text" | "calls"> {
  const calls = now.calls.flatMap(({ tool, args }, place) => {
    const text = written.args[place];
    if (text === null || text === undefined) return [];
    return [{ tool, args: text === prettyJson(args) ? args : text }];
  });
  return { text: written.text, calls };
}

type RewritingProps = {
  readonly approval: ApprovalId;
  readonly message: MessageBody;
  readonly onClose: () => void;
  readonly onRewriting: ((isTaken: boolean) => void) | undefined;
};

function useRewriting({ approval, message, onClose, onRewriting }: RewritingProps, now: Version) {
  const { isOpen } = useAsked(approval);
  const { isPast } = useRunView();
  const command = useCommand();
  const [written, setWritten] = useState(() => writtenOf(now));
  const [reason, setReason] = useState("");
  const original = message.versions[0] ?? now;
  const isChanged =
    written.text !== now.text || writtenOf(now).args.some((args, place) => args !== written.args[place]);
  const canSave = isOpen && !isPast && isChanged && !command.isSending;
  const save = (): void => {
    if (!canSave) return;
    onRewriting?.(true);
    void command
      .send("/message-edits", { approval, ...toEdit(written, now), reason: reason.trim() })
      .then(({ ok }) => (ok ? onClose() : onRewriting?.(false)));
  };
  useKeys("Message", [{ keys: "Ctrl Enter", does: "Save the message and go on", run: save, everywhere: true }]);
  return { isOpen, command, written, setWritten, setReason, original, isChanged, canSave, save };
}

function Rewriting(props: RewritingProps) {
  const { message, approval } = props;
  const now = message.versions.at(-1);
  return now === undefined ? null : <Editor {...props} now={now} key={approval} />;
}

function Editor(props: RewritingProps & { readonly now: Version }) {
  const { message, approval, now, onClose } = props;
  const { isOpen, command, written, setWritten, setReason, original, canSave, save } = useRewriting(props, now);
  const rate = useRun(useCallback((state: RunState) => rateAt(state, approval), [approval]));
  const size = (each: Written): number =>
    Math.ceil((each.text.length + each.args.reduce((sum, args) => sum + (args?.length ?? 0), 0)) * rate);
  const tokens = size(written);
  const delta = tokens - size(writtenOf(now));
  const fill = (version: Version): void => setWritten(keepDone(writtenOf(version), writtenOf(now), message.done));
  return (
    <div className="grid gap-4">
      {!isOpen && <ClosedMeanwhile />}
      <div className="grid gap-4 md:grid-cols-2">
        <section className="grid content-start gap-3">
          <MessageText
            text={written.text}
            tokens={`${tokensInWords(tokens)} tokens (${delta < 0 ? "" : "+"}${delta})`}
            onChange={(text) => setWritten({ ...written, text })}
          />
          {now.calls.map(({ tool }, place) => (
            <MessageCall
              key={place}
              tool={tool}
              args={written.args[place] ?? null}
              isDone={place < message.done}
              onChange={(args) =>
                setWritten({ ...written, args: written.args.map((each, at) => (at === place ? args : each)) })
              }
            />
          ))}
        </section>
        <section aria-label="Change against the original" className="grid content-start gap-3">
          <Differences original={original} written={written} />
          <MessageVersions versions={message.versions} onPutBack={fill} />
        </section>
      </div>
      <label className="grid gap-1">
        <span className="font-medium">Why (kept beside your version)</span>
        <input
          maxLength={4_000}
          onChange={(event) => setReason(event.target.value)}
          className="min-h-8 rounded-control border border-line3 bg-bg px-2.5"
        />
      </label>
      {command.problem !== null && <AnswerProblem problem={command.problem} onClose={command.forget} />}
      <footer className="flex flex-wrap items-center gap-2">
        <Consequence done={message.done} left={written.args.filter((args) => args === null).length} />
        <Button kind="ghost" onClick={() => fill(original)}>
          Put the model's own back
        </Button>
        <Button onClick={onClose}>Cancel</Button>
        <Button kind="primary" keys="Ctrl Enter" disabled={!canSave} isSending={command.isSending} onClick={save}>
          Save and go on
        </Button>
      </footer>
    </div>
  );
}

const ClosedMeanwhile = () => (
  <p role="status" className="rounded-card bg-paused-fill px-3 py-2">
    This request was answered meanwhile, so the message can no longer be rewritten. Copy what you wrote if you need it.
  </p>
);

function Differences({ original, written }: { readonly original: Version; readonly written: Written }) {
  return (
    <>
      <h3 className="text-12 font-semibold text-fg2">Change against the model's own</h3>
      <WordDiff before={original.text} after={written.text} />
      {original.calls.map(({ tool, args }, place) => (
        <WordDiff key={place} head={tool} before={prettyJson(args)} after={written.args[place] ?? ""} isCode />
      ))}
    </>
  );
}

const rateAt = (state: RunState, id: ApprovalId): number => {
  const index = state.approvals.get(id)?.index;
  const attempt = index === null || index === undefined ? undefined : state.attempts.get(index);
  return tokenRate(attempt ?? { gauge: null });
};

/** Calls that ran cannot be unwritten. */
const keepDone = (wanted: Written, now: Written, done: number): Written => ({
  text: wanted.text,
  args: now.args.map((args, place) => (place < done ? args : (wanted.args[place] ?? null))),
});

type MessageTextProps = {
  readonly text: string;
  readonly tokens: string;
  readonly onChange: (text: string) => void;
};

const boxClass = "w-full resize-y rounded-control border border-line3 bg-bg px-3 py-2 disabled:text-fg2";

function MessageText({ text, tokens, onChange }: MessageTextProps) {
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <div className="grid gap-1">
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-12 font-semibold text-fg2">
          Message
        </label>
        <span className="tabular text-12 text-fg2">about {tokens}</span>
      </div>
      <textarea
        ref={box}
        id={id}
        rows={8}
        value={text}
        onChange={(event) => onChange(event.target.value)}
        className={boxClass}
      />
    </div>
  );
}

type MessageCallProps = {
  readonly tool: string;
  /** Null: left out. */
  readonly args: string | null;
  readonly isDone: boolean;
  readonly onChange: (args: string | null) => void;
};

function MessageCall({ tool, args, isDone, onChange }: MessageCallProps) {
  const id = useId();
  const [given] = useState(args ?? "");
  const rows = useMemo(() => Math.min(10, given.split("\n").length), [given]);
  return (
    <div className="grid gap-1">
      <div className="flex items-baseline justify-between gap-2">
        <label htmlFor={id} className="text-12 font-semibold text-fg2">
          Call of <span className="font-mono">{toPrintableLine(tool)}</span>
        </label>
        {isDone ? (
          <span className="text-12 text-fg2">it ran: it stays as it is</span>
        ) : (
          <Button kind="ghost" small onClick={() => onChange(args === null ? given : null)}>
            {args === null ? "Put it back" : "Leave it out"}
          </Button>
        )}
      </div>
      <textarea
        id={id}
        rows={rows}
        value={args ?? ""}
        disabled={isDone || args === null}
        placeholder={args === null ? "Left out" : ""}
        onChange={(event) => onChange(event.target.value)}
        className={`${boxClass} font-mono text-12`}
      />
    </div>
  );
}

function Consequence({ done, left }: { readonly done: number; readonly left: number }) {
  const ran = done === 0 ? "" : `${counted(done, "call")} of it ran and stay; files they wrote stay as they are. `;
  const dropped = left === 0 ? "" : `${counted(left, "call")} will not run. `;
  return (
    <p className="flex min-w-60 flex-1 items-start gap-2 text-12 text-fg2">
      <TriangleAlert aria-hidden size={16} className="mt-px shrink-0 text-paused" />
      <span>
        {ran}
        {dropped}What waits now is asked about anew. The original stays in the log.
      </span>
    </p>
  );
}
