// Tabs over one place: arrows move between them, and the chosen one is in the tab order.

import { useRef, type KeyboardEvent } from "react";
import { names } from "./class-names.ts";

type TabsProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly count?: number }[];
  readonly onChange: (value: T) => void;
};

const steps: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowRight: 1, Home: -Infinity, End: Infinity };

export function Tabs<T extends string>({ label, value, options, onChange }: TabsProps<T>) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = steps[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const from = options.findIndex((option) => option.value === value);
    const to = Math.max(0, Math.min(options.length - 1, from + step));
    const option = options[to];
    if (option === undefined) return;
    onChange(option.value);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[to]?.focus();
  };
  return (
    <div
      ref={list}
      role="tablist"
      aria-label={label}
      tabIndex={-1}
      onKeyDown={onKeyDown}
      className="flex overflow-x-auto border-b border-line px-2"
    >
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="tab"
          aria-selected={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          onClick={() => onChange(option.value)}
          className={names(
            "flex min-h-10 items-center gap-1.5 border-b-2 px-3 font-medium outline-offset-[-2px]",
            option.value === value ? "border-accent text-fg" : "border-transparent text-fg2 hover:text-fg",
          )}
        >
          {option.label}
          {option.count !== undefined && <span className="tabular text-12 text-fg3">{option.count}</span>}
        </button>
      ))}
    </div>
  );
}
