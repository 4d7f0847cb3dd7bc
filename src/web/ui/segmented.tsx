// One of a few, all in sight: a radio group that looks like one control.

import { useId } from "react";
import { names } from "./class-names.ts";

type SegmentedProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly label: string; readonly icon?: React.ReactNode }[];
  readonly onChange: (value: T) => void;
  readonly disabled?: boolean;
};

export function Segmented<T extends string>({ label, value, options, onChange, disabled }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset className="flex rounded-control border border-line2 bg-s1 p-0.5" disabled={disabled === true}>
      <legend className="sr-only">{label}</legend>
      {options.map((option) => (
        <label
          key={option.value}
          className={names(
            "flex min-h-6 items-center gap-1.5 rounded-[5px] px-2.5 text-12 font-medium",
            "has-focus-visible:outline-2 has-focus-visible:outline-accent",
            disabled === true ? "cursor-not-allowed" : "cursor-pointer",
            option.value === value ? "bg-s4" : "",
            inkOf(option.value === value, disabled === true),
          )}
        >
          <input
            type="radio"
            name={name}
            className="sr-only"
            checked={option.value === value}
            onChange={() => onChange(option.value)}
          />
          {option.icon}
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

const inkOf = (isChosen: boolean, isOff: boolean): string =>
  isOff ? (isChosen ? "text-fg2" : "text-fg3") : isChosen ? "text-fg" : "text-fg2 hover:text-fg";
