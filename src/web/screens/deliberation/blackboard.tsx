// The blackboard, section by section: what stands at each place, its versions, who wrote them and what they stand on. All
// of it is data that agents wrote: shown as text, never as a page.

import { sections, type Section } from "../../../domain/deliberation.ts";
import type { RefusedWrite } from "../../../core/deliberation/state.ts";
import { counted } from "../../../views/words.ts";
import { LongText } from "../worker/long-text.tsx";
import { EntryCard } from "./entry-card.tsx";
import { drawWords, Panel } from "./status-words.tsx";
import { useDeliberation } from "./use-deliberation.ts";

const sectionWords = {
  problem: { title: "Problem", empty: "Nobody has written what the problem is." },
  solutions: { title: "Solutions", empty: "No proposal stands here." },
  synthesis: { title: "Synthesis", empty: "Nothing stands to be voted on." },
  consensus: { title: "Consensus", empty: "Nothing is agreed." },
} as const satisfies Record<Section, { readonly title: string; readonly empty: string }>;

export function Blackboard() {
  const { board, refusedWrites } = useDeliberation();
  return (
    <Panel
      id="blackboard"
      title="Blackboard"
      aside={<span className="text-12 text-fg2">{counted(board.length, "entry", "entries")}</span>}
    >
      <div className="grid gap-5">
        {sections.map((section) => (
          <BoardSection key={section} section={section} />
        ))}
        {refusedWrites.length > 0 && <Refused writes={refusedWrites} />}
      </div>
    </Panel>
  );
}

function BoardSection({ section }: { readonly section: Section }) {
  const { board } = useDeliberation();
  const entries = board.filter((entry) => entry.section === section);
  const { title, empty } = sectionWords[section];
  return (
    <section aria-label={title} className="grid gap-2">
      <h3 className="text-12 font-semibold text-fg2">{title}</h3>
      {entries.length === 0 ? (
        <p className="text-12 text-fg3">{empty}</p>
      ) : (
        entries.map((entry) => <EntryCard key={entry.key} entry={entry} />)
      )}
    </section>
  );
}

const mostRefused = 5;

function Refused({ writes }: { readonly writes: readonly RefusedWrite[] }) {
  return (
    <section aria-label="Not written" className="grid gap-2">
      <h3 className="text-12 font-semibold text-fg2">Not written: another version stood there</h3>
      <ul className="grid gap-2">
        {writes.slice(-mostRefused).map(({ seq, role, section, key, base, current, text }) => (
          <li key={seq} className="rounded-card border border-dashed border-line2 px-3 py-2">
            <p className="text-12 text-fg2">
              {role} wrote {section}/{key} upon v{base}; v{current} stood there
            </p>
            <LongText draw={drawWords} text={text} lines={3} what="words" />
          </li>
        ))}
      </ul>
    </section>
  );
}
