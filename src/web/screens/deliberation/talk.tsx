// What was said: from whom, to whom, of which kind. It is a log for screen readers that is silent while it grows.

import { useState } from "react";
import type { Message } from "../../../core/deliberation/state.ts";
import { counted } from "../../../views/words.ts";
import { LongText } from "../worker/long-text.tsx";
import { drawWords, Moment, Panel } from "./status-words.tsx";
import { useDeliberation } from "./use-deliberation.ts";

const kindWords = {
  question: "asks",
  answer: "answers",
  inform: "tells",
  propose: "proposes to",
  steer: "tells",
} as const satisfies Record<Message["kind"], string>;

const everyone = "everyone";

export function Talk() {
  const { messages, tally, agents } = useDeliberation();
  const [who, setWho] = useState(everyone);
  const shown = messages.filter(({ from, to }) => who === everyone || from === who || to === who);
  return (
    <Panel
      id="messages"
      title="Messages"
      aside={
        <>
          <span className="text-12 text-fg2 tabular">
            {counted(tally.messages, "message")}, {tally.direct} direct
          </span>
          <select
            aria-label="Messages of"
            value={who}
            onChange={({ target }) => setWho(target.value)}
            className="min-h-6 rounded-control border border-line3 bg-s1 px-1.5 text-12"
          >
            {[everyone, ...agents.map(({ role }) => role)].map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        </>
      }
    >
      <div
        role="log"
        aria-live="off"
        aria-label="Messages"
        tabIndex={0}
        className="grid max-h-96 gap-3 overflow-auto outline-offset-2"
      >
        {shown.length === 0 && <p className="text-12 text-fg3">Nothing was said.</p>}
        {shown.toReversed().map((message) => (
          <Said key={message.seq} message={message} />
        ))}
      </div>
    </Panel>
  );
}

const nameOf = (party: string): string => party.replace(/^person:/, "");

function Said({ message: { from, to, kind, text, at } }: { readonly message: Message }) {
  const isPerson = from.startsWith("person:");
  return (
    <div className={isPerson ? "border-l-2 border-accent pl-3" : "border-l-2 border-line2 pl-3"}>
      <p className="text-12 text-fg2">
        <b className="font-semibold text-fg">{nameOf(from)}</b> {kindWords[kind]}{" "}
        <b className="font-semibold text-fg">{to === "all" ? "all" : to}</b> <Moment at={at} />
      </p>
      <LongText draw={drawWords} text={text} lines={6} what="message" />
    </div>
  );
}
