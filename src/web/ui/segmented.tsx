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
            "flex min-h-6 cursor-pointer items-center gap-1.5 rounded-[5px] px-2.5 text-12 font-medium",
            "has-focus-visible:outline-2 has-focus-visible:outline-accent",
            option.value === value ? "bg-s4 text-fg" : "text-fg2 hover:text-fg",
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
