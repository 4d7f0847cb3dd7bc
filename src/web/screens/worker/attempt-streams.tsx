// One attempt's stream, or two attempts side by side.

import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { TicketId } from "../../../domain/ids.ts";
import { causeWords, costInWords, durationInWords } from "../../../views/words.ts";
import type { AttemptStory, WorkerStory } from "../../../views/worker-entries.ts";
import { names } from "../../ui/class-names.ts";
import { WorkerStream } from "./stream.tsx";

type StreamsProps = {
  readonly ticket: TicketId;
  readonly story: WorkerStory;
  readonly attempt: number | undefined;
  readonly compare: number | undefined;
};

export function AttemptStreams({ ticket, story, attempt, compare }: StreamsProps) {
  const other = compare === attempt ? undefined : story.attempts.find((each) => each.attempt === compare)?.attempt;
  return (
    <div className="grid h-full grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)]">
      {story.attempts.length > 1 ? <Pickers story={story} attempt={attempt} compare={other} /> : <span />}
      <div
        className={names("grid min-h-0", other !== undefined && "grid-cols-2 divide-x divide-line max-md:grid-cols-1")}
      >
        <Column title={other === undefined ? null : `Attempt ${attempt ?? ""}`}>
          <WorkerStream ticket={ticket} attempt={attempt} hasKeys />
        </Column>
        {other !== undefined && (
          <Column title={`Attempt ${other}`}>
            <WorkerStream ticket={ticket} attempt={other} />
          </Column>
        )}
      </div>
    </div>
  );
}

const Column = ({ title, children }: { readonly title: string | null; readonly children: ReactNode }): ReactNode => (
  <div className="grid min-h-0 grid-cols-[minmax(0,1fr)] grid-rows-[auto_minmax(0,1fr)] contain-strict">
    {title === null ? <span /> : <h2 className="border-b border-line px-4 py-1.5 text-12">{title}</h2>}
    {children}
  </div>
);

type PickersProps = Omit<StreamsProps, "ticket">;

function Pickers({ story, attempt, compare }: PickersProps) {
  const navigate = useNavigate({ from: "/runs/$run/tickets/$ticket" });
  const set = (change: { readonly attempt?: number | undefined; readonly compare?: number | undefined }): void =>
    void navigate({ search: (now) => ({ ...now, ...change }), replace: true });
  const last = story.attempts.at(-1)?.attempt;
  return (
    <div className="flex flex-wrap items-center gap-x-6 gap-y-1 border-b border-line px-4 py-1.5">
      <Picker
        label="Attempt"
        story={story}
        value={attempt}
        onChange={(value) => set({ attempt: value === last ? undefined : value })}
      />
      <Picker
        label="Compare with"
        story={story}
        value={compare}
        none="nothing"
        onChange={(value) => set({ compare: value })}
      />
    </div>
  );
}

type PickerProps = {
  readonly label: string;
  readonly story: WorkerStory;
  readonly value: number | undefined;
  readonly none?: string;
  readonly onChange: (value: number | undefined) => void;
};

export function Picker({ label, story, value, none, onChange }: PickerProps) {
  return (
    <label className="flex min-w-0 items-center gap-2 text-12 text-fg2">
      {label}
      <select
        value={value ?? ""}
        onChange={(event) => onChange(event.target.value === "" ? undefined : Number(event.target.value))}
        className="min-h-6 min-w-0 max-w-full rounded-control border border-line3 bg-bg px-1.5 text-fg"
      >
        {none !== undefined && <option value="">{none}</option>}
        {story.attempts.map((each) => (
          <option key={each.attempt} value={each.attempt}>
            {attemptInWords(each)}
          </option>
        ))}
      </select>
    </label>
  );
}

/** `2: openai/gpt-5, its checks are red, 4 min 40 s, $0.44`. */
function attemptInWords({ attempt, model, end, cause, startedAt, endedAt, usage }: AttemptStory): string {
  const how = cause === null ? (end ?? "at work") : causeWords[cause];
  const took = endedAt === null ? "" : `, ${durationInWords(endedAt - startedAt)}`;
  return `${attempt}: ${model}, ${how}${took}, ${costInWords(usage.costMicros)}`;
}
