// A worker's window: its parts, its messages, what trimming would drop, and what the provider's cache saved.

import { useEffect, useMemo } from "react";
import type { RunState } from "../../../core/state.ts";
import type { TicketId } from "../../../domain/ids.ts";
import { cacheEffectsOf } from "../../../views/cache-effect.ts";
import { contextMeterOf, type ContextMeter } from "../../../views/context-meter.ts";
import { costInWords, tokensInWords } from "../../../views/words.ts";
import { useCommand, useRun, useSteadyView } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { ContextBar } from "../../ui/context-bar.tsx";
import { ProblemNote } from "../../ui/notes.tsx";
import { useActionsOff } from "./use-actions-off.ts";

/** Of the attempt that stands on a ticket; null where none does. */
export function useContextMeter(index: number): {
  readonly meter: ContextMeter | null;
  readonly maxOutput: number | null;
} {
  const select = useMemo(
    () => (state: RunState) => {
      const attempt = state.attempts.get(index);
      return {
        meter: attempt === undefined ? null : contextMeterOf(state, attempt),
        maxOutput: state.config?.limits.maxOutputTokens ?? null,
      };
    },
    [index],
  );
  const view = useSteadyView();
  useEffect(() => view.keepWhole(), [view]);
  return useRun(select, "slow");
}

export function ContextTab({ ticket, index }: { readonly ticket: TicketId; readonly index: number }) {
  const { meter, maxOutput } = useContextMeter(index);
  const { send, isSending, problem, forget } = useCommand();
  const off = useActionsOff();
  return (
    <div className="mx-auto grid max-w-4xl gap-5 p-4">
      <ContextBar meter={meter} maxOutput={maxOutput} />
      {meter !== null && (
        <>
          {problem !== null && <ProblemNote problem={problem} onClose={forget} />}
          <div className="flex items-center gap-3">
            <Button
              isSending={isSending}
              disabled={off !== null || meter.preview === null}
              title={off ?? undefined}
              onClick={() => void send("/commands", { type: "context.compact", ticket })}
            >
              Trim its history now
            </Button>
            <span className="text-12 text-fg2">
              {meter.preview === null
                ? "Nothing in its older turns is long and may be cut."
                : "Counts from its next call on. The log keeps everything."}
            </span>
          </div>
          <Cache meter={meter} />
          <Messages meter={meter} />
        </>
      )}
    </div>
  );
}

function Cache({ meter }: { readonly meter: ContextMeter }) {
  const { total } = useRun(cacheEffectsOf, "slow");
  const { fresh, cachedRead, cacheWrite } = meter.input;
  const sent = fresh + cachedRead + cacheWrite;
  const percent = sent === 0 ? null : Math.round((cachedRead * 100) / sent);
  return (
    <section className="grid gap-1 text-12">
      <h2 className="text-13 font-medium">Prompt cache</h2>
      <p className="tabular text-fg2">
        {percent === null
          ? "No call of this attempt has been answered yet."
          : `This attempt: ${percent}% of ${tokensInWords(sent)} input tokens came from the cache, ${tokensInWords(cacheWrite)} were written to it.`}
      </p>
      <p className="tabular text-fg2">
        {total.percent === null
          ? ""
          : `The whole run: ${total.percent}% from the cache${total.savedMicros === null ? "" : `, ${costInWords(Math.abs(total.savedMicros))} ${total.savedMicros < 0 ? "dearer" : "saved"}`}.`}
      </p>
    </section>
  );
}

function Messages({ meter }: { readonly meter: ContextMeter }) {
  const most = Math.max(1, ...meter.messages.map(({ tokens }) => tokens));
  return (
    <section>
      <h2 className="mb-1 text-13 font-medium">What is sent, in order</h2>
      <ol className="text-12">
        {meter.messages.map(({ what, turn, tokens }, place) => (
          <li
            key={place}
            className="grid grid-cols-[4rem_minmax(0,1fr)_6rem_4rem] items-center gap-3 border-t border-line py-1"
          >
            <span className="tabular text-fg3">{turn === null ? "" : `turn ${turn}`}</span>
            <span className="truncate">{what}</span>
            <span aria-hidden className="h-1 rounded-full bg-s4">
              <span
                className="block h-full rounded-full bg-(--cx-talk)"
                style={{ width: `${(tokens * 100) / most}%` }}
              />
            </span>
            <span className="tabular text-right text-fg2">{tokensInWords(tokens)}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
