// Answers that are written in place: the reply to a worker's question, and new bounds.

import { useId, useState } from "react";
import { capNames, type CapName } from "../../../domain/budget.ts";
import { toPrintable } from "../../../domain/printable.ts";
import { Button } from "../../ui/button.tsx";
import type { Draft } from "./draft.ts";

type WrittenProps = { readonly shown: string; readonly draft: Draft; readonly isLocked: boolean };

export const WrittenAnswer = ({ isBound, ...rest }: WrittenProps & { readonly isBound: boolean }) =>
  isBound ? <BudgetAnswer {...rest} /> : <QuestionAnswer {...rest} />;

function QuestionAnswer({ shown, draft, isLocked }: WrittenProps) {
  return (
    <div className="grid h-full min-h-0 content-start gap-4 overflow-auto p-4">
      <blockquote className="max-h-[50vh] overflow-auto border-l-3 border-accent pl-3 text-14 whitespace-pre-wrap">
        {toPrintable(shown)}
      </blockquote>
      <label className="grid gap-1">
        <span className="font-medium">Your answer</span>
        <textarea
          data-answer
          rows={6}
          disabled={isLocked}
          defaultValue={draft.text()}
          placeholder="What the worker needs to know to go on"
          onChange={(event) => draft.set(event.target.value)}
          className="w-full resize-y rounded-control border border-line3 bg-bg px-3 py-2 placeholder:text-fg3"
        />
      </label>
    </div>
  );
}

function BudgetAnswer({ shown, draft, isLocked }: WrittenProps) {
  const hint = useId();
  const [text, setText] = useState(draft.text);
  const take = (words: string): void => {
    setText(words);
    draft.set(words);
  };
  return (
    <div className="grid h-full content-start gap-4 overflow-auto p-4">
      <p className="whitespace-pre-wrap">{toPrintable(shown)}</p>
      <fieldset disabled={isLocked} className="grid max-w-xl gap-3">
        <label className="grid gap-1">
          <span className="font-medium">New bounds</span>
          <input
            data-answer
            value={text}
            aria-describedby={hint}
            onChange={(event) => take(event.target.value)}
            className="min-h-8 rounded-control border border-line3 bg-bg px-2.5 font-mono text-12"
          />
        </label>
        <BoundMaker onMake={(bound) => take(text.trim() === "" ? bound : `${text}, ${bound}`)} />
        <p id={hint} className="text-12 text-fg2">
          A scope, what is bounded and the number; several are separated by commas: run usd 12.50, ticket T7 tokens
          200000.
        </p>
      </fieldset>
    </div>
  );
}

function BoundMaker({ onMake }: { readonly onMake: (bound: string) => void }) {
  const [scope, setScope] = useState("run");
  const [cap, setCap] = useState<CapName>("usd");
  const [amount, setAmount] = useState("");
  const isFit = /^\d+(?:\.\d+)?$/.test(amount.trim());
  const box = "min-h-8 rounded-control border border-line3 bg-bg px-2";
  return (
    <div className="flex flex-wrap items-end gap-2">
      <label className="grid gap-1 text-12 text-fg2">
        Of
        <input value={scope} onChange={(event) => setScope(event.target.value)} className={`${box} w-32 text-fg`} />
      </label>
      <label className="grid gap-1 text-12 text-fg2">
        What
        <select value={cap} onChange={(event) => setCap(event.target.value as CapName)} className={`${box} text-fg`}>
          {capNames.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </label>
      <label className="grid gap-1 text-12 text-fg2">
        New bound
        <input
          value={amount}
          inputMode="decimal"
          onChange={(event) => setAmount(event.target.value)}
          className={`${box} w-28 text-fg tabular`}
        />
      </label>
      <Button
        disabled={!isFit || scope.trim() === ""}
        onClick={() => onMake(`${scope.trim()} ${cap} ${amount.trim()}`)}
      >
        Add
      </Button>
    </div>
  );
}
