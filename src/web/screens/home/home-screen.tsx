// What waits for the person, and all runs of all projects, the newest first.

import { Link } from "@tanstack/react-router";
import { ArrowRight, FileUp, Plus } from "lucide-react";
import { lazy, Suspense, useMemo, useRef, useState, type RefObject } from "react";
import type { RunCard } from "../../../http/run-card.ts";
import { counted } from "../../../views/words.ts";
import { useBackend, useRunCards } from "../../state/hooks.ts";
import { Button } from "../../ui/button.tsx";
import { Empty } from "../../ui/notes.tsx";
import { StatusIcon } from "../../ui/status-icon.tsx";
import { useKeys } from "../../ui/use-keys.ts";
import { RunRow, rowColumns } from "./run-row.tsx";
import { standingOf } from "./run-badge.tsx";
import { useDrop } from "./use-drop.ts";

const shownAtOnce = 100;
/** The others are in the inbox. */
const mostWaiting = 20;

export function HomeScreen() {
  const cards = useRunCards();
  return cards === null ? <main aria-busy className="p-6" /> : <Home cards={cards} />;
}

function Home({ cards }: { readonly cards: readonly RunCard[] }) {
  const target = useRef<HTMLElement>(null);
  const importing = useImporting(target);
  return (
    <main ref={target} className="min-h-0 overflow-auto">
      <div className="mx-auto grid max-w-7xl grid-cols-[minmax(0,1fr)] gap-6 p-6 max-sm:gap-4 max-sm:p-3">
        <div className="flex items-center gap-3">
          <h1 className="flex-1 text-20">Runs</h1>
          {importing.button}
          <Begin />
        </div>
        {importing.dialog}
        {cards.length === 0 ? (
          <Empty title="There is no run yet">
            Start one in a repository: <code className="rounded-cell bg-s3 px-1">tutti run "what you want done"</code>.
            It appears here by itself. Or begin one here.
          </Empty>
        ) : (
          <>
            <Waiting cards={cards} />
            <History cards={cards} />
          </>
        )}
      </div>
    </main>
  );
}

const NewRun = lazy(async () => ({ default: (await import("./new-run.tsx")).NewRun }));

/** A page that was exported begins nothing. */
function Begin() {
  const { isOffline } = useBackend();
  const [isOpen, setIsOpen] = useState(false);
  if (isOffline) return null;
  return (
    <>
      <Button kind="primary" icon={<Plus aria-hidden size={14} />} onClick={() => setIsOpen(true)}>
        New run
      </Button>
      {isOpen && (
        <Suspense>
          <NewRun onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}

const ImportRun = lazy(async () => ({ default: (await import("./import-run.tsx")).ImportRun }));

/** A file may be dropped anywhere on the screen. An exported page takes none. */
function useImporting(target: RefObject<HTMLElement | null>) {
  const { isOffline } = useBackend();
  const [asked, setAsked] = useState<{ readonly file: File | null } | null>(null);
  useDrop(target, isOffline ? null : (file) => setAsked({ file }));
  return {
    button: !isOffline && (
      <Button icon={<FileUp aria-hidden size={14} />} onClick={() => setAsked({ file: null })}>
        Import a run
      </Button>
    ),
    dialog: asked !== null && (
      <Suspense>
        <ImportRun dropped={asked.file} onClose={() => setAsked(null)} />
      </Suspense>
    ),
  };
}

function Waiting({ cards }: { readonly cards: readonly RunCard[] }) {
  const waiting = cards.filter(({ needsYou }) => needsYou > 0);
  if (waiting.length === 0) return null;
  return (
    <section aria-labelledby="waiting" className="rounded-panel border border-paused bg-paused-fill p-4">
      <h2 id="waiting" className="mb-2 flex items-center gap-2 text-14">
        <StatusIcon status="step_paused" />
        Waiting for you
      </h2>
      <ul className="grid grid-cols-[minmax(0,1fr)] gap-1">
        {waiting.slice(0, mostWaiting).map((card) => (
          <li key={card.run}>
            <Link
              to="/runs/$run/inbox"
              params={{ run: card.run }}
              className="flex min-h-8 items-center gap-3 rounded-control px-2 hover:bg-s3 max-sm:px-0"
            >
              <span className="font-medium whitespace-nowrap">{counted(card.needsYou, "question")}</span>
              <span className="min-w-0 flex-1 truncate">{card.title}</span>
              <span className="max-w-40 truncate text-fg2 max-sm:hidden">{card.project.name}</span>
              <ArrowRight aria-hidden size={15} />
            </Link>
          </li>
        ))}
      </ul>
      {waiting.length > mostWaiting && (
        <Link to="/inbox" className="mt-1 inline-block px-2 text-accent underline max-sm:px-0">
          {counted(waiting.length - mostWaiting, "more run")} in the inbox
        </Link>
      )}
    </section>
  );
}

const everything = "any";

function History({ cards }: { readonly cards: readonly RunCard[] }) {
  const [question, setQuestion] = useState("");
  const [project, setProject] = useState(everything);
  const [standing, setStanding] = useState(everything);
  const [first, setFirst] = useState(0);
  const search = useRef<HTMLInputElement>(null);
  useKeys("Runs", [{ keys: "/", does: "Search the runs", run: () => search.current?.focus() }]);
  const projects = useMemo(() => [...new Set(cards.map((card) => card.project.name))].toSorted(), [cards]);
  const standings = useMemo(() => [...new Set(cards.map((card) => plainWord(card)))].toSorted(), [cards]);
  const words = question.toLowerCase().split(/\s+/);
  const found = cards.filter(
    (card) =>
      (project === everything || card.project.name === project) &&
      (standing === everything || plainWord(card) === standing) &&
      words.every((word) =>
        `${card.title} ${card.run} ${card.project.name} ${card.reason ?? ""}`.toLowerCase().includes(word),
      ),
  );
  const narrow = (change: () => void): void => {
    change();
    setFirst(0);
  };
  // Runs may go while a later page is in view.
  const from = first < found.length ? first : 0;
  return (
    <section aria-label="All runs" className="min-w-0">
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <input
          ref={search}
          type="search"
          aria-label="Search the runs"
          placeholder="Search  /"
          value={question}
          onChange={({ target }) => narrow(() => setQuestion(target.value))}
          className="min-h-8 w-64 rounded-control border border-line3 bg-s1 px-3 max-sm:w-full"
        />
        <Choice
          label="Project"
          value={project}
          options={projects}
          onChange={(name) => narrow(() => setProject(name))}
        />
        <Choice
          label="Outcome"
          value={standing}
          options={standings}
          onChange={(word) => narrow(() => setStanding(word))}
        />
        <span role="status" className="ml-auto text-fg2 tabular">
          {found.length === cards.length ? counted(cards.length, "run") : `${found.length} of ${cards.length}`}
        </span>
      </div>
      <Table cards={found.slice(from, from + shownAtOnce)} />
      <Pages from={from} count={found.length} onTurn={setFirst} />
    </section>
  );
}

type PagesProps = { readonly from: number; readonly count: number; readonly onTurn: (from: number) => void };

/** However long the list, one page of it is drawn. */
function Pages({ from, count, onTurn }: PagesProps) {
  if (count <= shownAtOnce) return null;
  const to = Math.min(count, from + shownAtOnce);
  return (
    <div className="mt-3 flex items-center gap-2 tabular">
      <Button disabled={from === 0} onClick={() => onTurn(Math.max(0, from - shownAtOnce))}>
        Newer
      </Button>
      <Button disabled={to === count} onClick={() => onTurn(to)}>
        Older
      </Button>
      <span className="text-fg2">
        {from + 1} to {to}
      </span>
    </div>
  );
}

function Table({ cards }: { readonly cards: readonly RunCard[] }) {
  return (
    <div className="rounded-panel border border-line bg-s1">
      <div aria-hidden className={`${rowColumns} border-b border-line py-2 text-12 text-fg2 max-lg:hidden`}>
        {["Run", "Project", "Tickets", "Took", "Tokens", "Cost", "Begun"].map((name) => (
          <span key={name}>{name}</span>
        ))}
      </div>
      {cards.length === 0 ? (
        <Empty title="No run is like that">Take a word or a filter away.</Empty>
      ) : (
        <ul>
          {cards.map((card) => (
            <RunRow key={card.run} card={card} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Without how many questions wait. */
const plainWord = (card: RunCard): string => standingOf(card).word.replace(/, \d+$/, "");

type ChoiceProps = {
  readonly label: string;
  readonly value: string;
  readonly options: readonly string[];
  readonly onChange: (value: string) => void;
};

function Choice({ label, value, options, onChange }: ChoiceProps) {
  return (
    <select
      aria-label={label}
      value={value}
      onChange={({ target }) => onChange(target.value)}
      className="min-h-8 rounded-control border border-line3 bg-s1 px-2"
    >
      <option value={everything}>{label}: any</option>
      {options.map((option) => (
        <option key={option} value={option}>
          {option}
        </option>
      ))}
    </select>
  );
}
