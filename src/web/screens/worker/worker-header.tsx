// The head of a worker's screen: how it stands, what it used, how it is held, and what can be done with it.

import type { ReactNode } from "react";
import type { TicketId } from "../../../domain/ids.ts";
import { addUsage, zeroUsage, type Usage } from "../../../domain/usage.ts";
import { machineInWords } from "../../../views/machines.ts";
import { costInWords, durationInWords, firstLine, statusWords, tokensInWords } from "../../../views/words.ts";
import type { WorkerHead } from "../../../views/worker-head.ts";
import type { WorkerStory } from "../../../views/worker-entries.ts";
import { useNow, useTicket } from "../../state/hooks.ts";
import { ContextMini } from "../../ui/context-bar.tsx";
import { StatusIcon, statusInk } from "../../ui/status-icon.tsx";
import { DeliberationLink } from "./deliberation-link.tsx";
import { ReviewLink } from "./review-link.tsx";
import { TrustToggle } from "./trust-toggle.tsx";
import { WorkerActions } from "./worker-actions.tsx";

type HeaderProps = {
  readonly ticket: TicketId;
  readonly index: number;
  readonly head: WorkerHead;
  readonly story: WorkerStory;
  /** The one in view. */
  readonly attempt: number | undefined;
};

export function WorkerHeader({ ticket, index, head, story, attempt }: HeaderProps) {
  const { title, status, model, context, step } = useTicket(index);
  const inView = story.attempts.find((each) => each.attempt === attempt);
  const machine = inView?.machine ?? null;
  const usage = story.attempts.reduce((sum, each) => addUsage(sum, each.usage), zeroUsage);
  return (
    <header className="grid gap-3 border-b border-line bg-s1 px-4 py-3">
      <div className="flex flex-wrap items-start gap-x-3 gap-y-2">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-2 text-12">
            <span className={`flex items-center gap-1.5 font-medium ${statusInk(status)}`}>
              <StatusIcon status={status} size={14} />
              <span className="first-letter:uppercase">{statusWords[status]}</span>
            </span>
            <span className="font-mono text-fg3">{ticket}</span>
            {head.paused !== null && <span className="text-paused">Paused: {firstLine(head.paused)}</span>}
            {head.paused === null && step !== null && <span className="truncate text-fg2">{firstLine(step)}</span>}
            <DeliberationLink ticket={ticket} />
          </div>
          <h1 className="text-16 wrap-anywhere">{firstLine(title, 300)}</h1>
        </div>
        {head.waitsAt !== null && <ReviewLink approval={head.waitsAt} />}
        <WorkerActions ticket={ticket} head={head} attempt={inView} />
      </div>
      <div className="flex flex-wrap items-end gap-x-6 gap-y-2">
        <dl className="flex flex-1 flex-wrap gap-x-6 gap-y-2 text-12 max-sm:grid max-sm:basis-full max-sm:grid-cols-3 max-sm:gap-x-3">
          <Fact name="Attempt">
            {head.attempts === 0 ? "none yet" : `${head.attempts} of ${Math.max(head.attempts, head.mostAttempts)}`}
          </Fact>
          <Fact name="Worker">
            {head.archetype}, tier {head.tier}
          </Fact>
          <Fact name="Model">{model}</Fact>
          {machine !== null && <Fact name="Began on">{machineInWords(machine)}</Fact>}
          <Tokens usage={usage} />
          <Fact name="Cost">{costInWords(usage.costMicros)}</Fact>
          <Fact name="Elapsed">
            <Elapsed story={story} />
          </Fact>
          {context !== null && (
            <Fact name="Context">
              <ContextMini gauge={context} />
            </Fact>
          )}
        </dl>
        <TrustToggle ticket={ticket} head={head} />
      </div>
    </header>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode => (
  <div className="min-w-0">
    <dt className="whitespace-nowrap text-fg3">{name}</dt>
    <dd className="tabular truncate font-medium">{children}</dd>
  </div>
);

/** The four classes apart: they have different prices. */
function Tokens({ usage }: { readonly usage: Usage }) {
  const classes = [
    ["Input", usage.input],
    ["Cache read", usage.cachedRead],
    ["Cache write", usage.cacheWrite],
    ["Output", usage.output + usage.reasoning],
  ] as const;
  return classes.map(([name, tokens]) => (
    <Fact key={name} name={name}>
      {tokensInWords(tokens)}
    </Fact>
  ));
}

/** Of all its attempts together. */
function Elapsed({ story }: { readonly story: WorkerStory }) {
  const now = useNow();
  const ms = story.attempts.reduce((sum, { startedAt, endedAt }) => sum + ((endedAt ?? now) - startedAt), 0);
  return durationInWords(ms);
}
