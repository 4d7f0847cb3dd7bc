// The bar above every screen: which run, how far it is, what it spent, how it is driven.

import { Link, useParams } from "@tanstack/react-router";
import { Moon, Sun } from "lucide-react";
import { useState } from "react";
import { costInWords } from "../../views/words.ts";
import { useRunCards } from "../state/hooks.ts";
import { IconButton } from "../ui/button.tsx";
import { applyTheme, chooseTheme, chosenTheme, type Theme } from "./theme.ts";

export function TopBar() {
  const { run } = useParams({ strict: false });
  const card = useRunCards()?.find((each) => each.run === run);
  return (
    <header className="col-span-full flex items-center gap-4 border-b border-line px-4">
      <Link to="/" className="font-semibold">
        Tutti
      </Link>
      {card !== undefined && (
        <div className="flex min-w-0 flex-1 items-baseline gap-4">
          <span className="truncate font-medium">{card.title}</span>
          <span className="text-fg2 tabular">
            {card.counts.completed} of {card.total}
          </span>
          <span className="text-fg2 tabular">{costInWords(card.spend.costMicros)}</span>
        </div>
      )}
      <ThemeButton />
    </header>
  );
}

function ThemeButton() {
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  const other = theme === "dark" ? "light" : "dark";
  const change = (): void => {
    chooseTheme(other);
    applyTheme(other);
    setTheme(other);
  };
  return (
    <div className="ml-auto">
      <IconButton
        label={`Use the ${other} theme`}
        icon={theme === "dark" ? <Sun aria-hidden size={16} /> : <Moon aria-hidden size={16} />}
        onClick={change}
      />
    </div>
  );
}
