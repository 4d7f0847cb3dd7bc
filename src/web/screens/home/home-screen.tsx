// All runs of all projects, the newest first.

import { Link } from "@tanstack/react-router";
import { useRunCards } from "../../state/hooks.ts";
import { Empty } from "../../ui/notes.tsx";

export function HomeScreen() {
  const cards = useRunCards();
  if (cards === null) return <main aria-busy className="p-6" />;
  return (
    <main className="min-h-0 overflow-auto p-6">
      <h1 className="mb-3 text-20">Runs</h1>
      {cards.length === 0 ? (
        <Empty title="There is no run yet">
          Start one in a repository: <code>tutti run "what you want done"</code>
        </Empty>
      ) : (
        <ul className="grid gap-2">
          {cards.map((card) => (
            <li key={card.run}>
              <Link
                to="/runs/$run"
                params={{ run: card.run }}
                className="block rounded-panel border border-line bg-s1 px-4 py-3 hover:bg-s3"
              >
                <span className="font-medium">{card.title}</span>{" "}
                <span className="text-fg2">
                  {card.project.name}, {card.outcome ?? card.phase}, {card.counts.completed} of {card.total}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </main>
  );
}
