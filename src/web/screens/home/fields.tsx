// Fields of the form for a new run.

import { names } from "../../ui/class-names.ts";

/** Stands for what is not said. */
export const asSaid = "as-said";

type FieldProps = {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

const box = "min-h-8 min-w-0 rounded-control border border-line3 bg-bg px-2.5";

export function Line({
  label,
  hint,
  isNumber,
  value,
  onChange,
}: FieldProps & { readonly hint: string; readonly isNumber?: boolean }) {
  return (
    <label className="grid min-w-0 content-start gap-1">
      <span className="text-12 text-fg2">{label}</span>
      <input
        value={value}
        placeholder={hint}
        spellCheck={false}
        onChange={({ target }) => onChange(target.value)}
        className={box}
        {...(isNumber === true && { type: "number", min: 1, max: 1_000 })}
      />
    </label>
  );
}

export function Words({ label, isCode, value, onChange }: FieldProps & { readonly isCode: boolean }) {
  return (
    <label className="grid gap-1">
      <span className="text-12 text-fg2">{label}</span>
      <textarea
        value={value}
        rows={isCode ? 10 : 5}
        spellCheck={!isCode}
        onChange={({ target }) => onChange(target.value)}
        className={names(
          "rounded-control border border-line3 bg-bg px-2.5 py-1.5",
          isCode && "font-mono text-12 whitespace-pre",
        )}
      />
    </label>
  );
}

type ChoiceProps<T extends string> = {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, name: string])[];
  readonly onChange: (value: T) => void;
};

export function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  return (
    <label className="grid min-w-0 content-start gap-1">
      <span className="text-12 text-fg2">{label}</span>
      <select
        value={value}
        onChange={({ target }) => {
          const chosen = options.find(([each]) => each === target.value);
          if (chosen !== undefined) onChange(chosen[0]);
        }}
        className={box}
      >
        {options.map(([each, name]) => (
          <option key={each} value={each}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
