// What the deliberation handed over: the stored document, read for a person, and whole as it is stored.

import type { Handoff } from "../../../domain/handoff.ts";
import { counted } from "../../../views/words.ts";
import { prettyJson } from "../../../views/pretty-json.ts";
import { Dialog } from "../../ui/dialog.tsx";
import { LongText, Plain, useWholeText } from "../worker/long-text.tsx";
import { drawWords } from "./status-words.tsx";
import { useDeliberation } from "./use-deliberation.ts";

export function HandoffView({ onClose }: { readonly onClose: () => void }) {
  const { handoff } = useDeliberation();
  return (
    <Dialog
      title="What was handed over"
      about="What the next run begins with is made of this. It is what agents wrote: data, not checked."
      onClose={onClose}
      wide
    >
      {handoff === null && <p>Nothing was handed over: it goes on, or its agents agreed.</p>}
      {handoff?.stored === false && <p>It could not be stored: {handoff.problem}. Nothing was revoked.</p>}
      {handoff?.stored === true && <Stored text={handoff.handoff} />}
    </Dialog>
  );
}

function read(text: string): Handoff | null {
  try {
    return JSON.parse(text) as Handoff;
  } catch {
    return null;
  }
}

function Stored({ text }: { readonly text: Parameters<typeof useWholeText>[0] }) {
  const { text: whole, isWhole, problem } = useWholeText(text, true);
  if (problem !== null)
    return (
      <p className="text-failed">
        {problem.detail} {problem.remedy}
      </p>
    );
  if (!isWhole) return <p aria-busy>Loading the handoff</p>;
  const handoff = read(whole);
  return (
    <div className="grid gap-4">
      {handoff !== null && <Parts handoff={handoff} />}
      <details>
        <summary className="min-h-6 cursor-pointer text-12 text-fg2">As it is stored</summary>
        <Plain text={handoff === null ? whole : prettyJson(whole)} />
      </details>
    </div>
  );
}

function Parts({ handoff }: { readonly handoff: Handoff }) {
  const parts = [
    ["Proposals", handoff.proposals],
    ["Syntheses", handoff.synthesis_attempts],
  ] as const;
  return (
    <>
      <p>
        Attempt {handoff.attempt}, {handoff.abort_reason.replaceAll("_", " ")}: {handoff.detail}. Made of the log up to
        event {handoff.at}.
      </p>
      {parts.map(([name, entries]) => (
        <section key={name} aria-label={name} className="grid gap-2">
          <h3 className="text-12 font-semibold text-fg2">
            {name}: {counted(entries.length, "entry", "entries")}
          </h3>
          {entries.map(({ agent, key, value, version }) => (
            <div key={`${key} ${version} ${agent}`} className="rounded-card border border-line2 px-3 py-2">
              <p className="text-12 text-fg2">
                {agent}, {key} v{version}
              </p>
              <LongText draw={drawWords} text={value} lines={5} what="entry" />
            </div>
          ))}
        </section>
      ))}
    </>
  );
}
