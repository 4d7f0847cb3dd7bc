// Beside a request: whose it is, what the worker said, what an approval sets going, why it waits, how its like was
// answered before.

import { Check } from "lucide-react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { headOf } from "../../../domain/text.ts";
import { toPrintable, toPrintableLine } from "../../../domain/printable.ts";
import type { PrecedentsBody } from "../../../http/inbox-wire.ts";
import type { ApprovalView } from "../../../views/approvals.ts";
import type { Matter } from "../../../views/decision-words.ts";
import { holdsUpInWords, type GateStory } from "../../../views/gate-story.ts";
import { answersInWords, callSubject, editsInWords, totalAnswers } from "../../../views/precedents.ts";
import { counted, cut, durationInWords } from "../../../views/words.ts";
import { useAnswer, useRunView } from "../../state/hooks.ts";
import { Prose } from "../../ui/prose.tsx";
import { reviewPace } from "./review-times.ts";

type ConsequencesProps = {
  readonly view: ApprovalView;
  readonly matter: Matter;
  readonly story: GateStory | null;
  /** What stands below it: acts that go beyond this one answer. */
  readonly children?: ReactNode;
};

export function Consequences({ view, matter, story, children }: ConsequencesProps) {
  const isWritten = matter === "question" || matter === "budget";
  return (
    <aside
      aria-label="About this request"
      className="min-h-0 overflow-y-auto border-line bg-s1 p-4 max-xl:border-t xl:border-l"
    >
      <Whose view={view} />
      {view.lastMessage !== null && headOf(view.lastMessage).trim() !== "" && (
        <Part title="What the worker said">
          <div className="max-h-64 overflow-auto" role="region" aria-label="What the worker said" tabIndex={0}>
            <Prose text={toPrintable(cut(headOf(view.lastMessage), 2_000))} />
          </div>
        </Part>
      )}
      {story !== null && story.follows.length > 0 && (
        <Part title={isWritten ? "If you answer" : "If you approve"}>
          <ul className="grid gap-1.5">
            {story.follows.map((line) => (
              <li key={line} className="flex gap-2">
                <Check aria-hidden size={14} className="mt-0.5 shrink-0 text-completed" />
                <span className="min-w-0 wrap-anywhere">{toPrintableLine(line)}</span>
              </li>
            ))}
          </ul>
        </Part>
      )}
      {story !== null && (
        <Part title="Waiting because">
          <p>
            {toPrintableLine(story.because)} {view.ticket !== null && toPrintableLine(holdsUpInWords(story.holdsUp))}
          </p>
        </Part>
      )}
      <Before view={view} matter={matter} />
      {children}
    </aside>
  );
}

export function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="pt-4 text-fg2 first:pt-0">
      <h3 className="pb-1 text-12 font-semibold text-fg2">{title}</h3>
      {children}
    </section>
  );
}

function Whose({ view: { ticket, title, attempt, model } }: { readonly view: ApprovalView }) {
  const { run } = useRunView();
  if (ticket === null)
    return (
      <Part title="Run">
        <p className="text-fg">{toPrintableLine(title)}</p>
      </Part>
    );
  return (
    <Part title="Ticket">
      <Link
        to="/runs/$run/tickets/$ticket"
        params={{ run, ticket }}
        className="block font-medium text-fg underline-offset-2 hover:underline"
      >
        {toPrintableLine(title)}
      </Link>
      <p className="text-12 wrap-anywhere">
        <span className="font-mono">{toPrintableLine(ticket)}</span>
        {attempt !== null && `, attempt ${attempt}`}
        {model !== "" && `, ${toPrintableLine(model)}`}
      </p>
    </Part>
  );
}

function Before({ view, matter }: { readonly view: ApprovalView; readonly matter: Matter }) {
  const { run } = useRunView();
  const answer = useAnswer<PrecedentsBody>(`/api/runs/${run}/precedents`, view.id);
  const pace = reviewPace(paceKey(view, matter));
  const subject = view.args === null ? "" : callSubject(view.args);
  const isOfIt = (each: { gate: string; tool: string }): boolean => each.gate === view.gate && each.tool === view.tool;
  const known = answer?.ok === true ? answer.value : undefined;
  const like = known?.requests.find((each) => isOfIt(each) && each.subject === subject);
  const ofTool = known?.tools.find(isOfIt);
  if (known === undefined && pace === undefined) return null;
  return (
    <Part title="Same request before">
      {known !== undefined && (
        <p>
          {like === undefined
            ? "Not asked before in this run."
            : `${answersInWords(like.answers)}${subject === "" ? "" : " for exactly this"}.`}
        </p>
      )}
      {ofTool !== undefined && totalAnswers(ofTool.answers) > 1 && (
        <p className="pt-1 text-12">
          {editsInWords(ofTool.answers)}; answers took {durationInWords(ofTool.medianMs)} in the median.
        </p>
      )}
      {pace !== undefined && (
        <p className={pace.isHasty ? "pt-1 text-12 text-paused" : "pt-1 text-12"}>
          You look {durationInWords(pace.medianMs)} before you answer these, the median of your last{" "}
          {counted(pace.looks, "look")}.
          {pace.isHasty && " That is little time to read. A rule would decide the same, and be written down."}
        </p>
      )}
    </Part>
  );
}

export const paceKey = ({ tool }: Pick<ApprovalView, "tool">, matter: Matter): string => `${matter} ${tool}`.trim();
