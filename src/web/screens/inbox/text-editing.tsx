// Editing what an answer would release: the editor, what is wrong with the text, and what the tool takes. Loaded when
// somebody edits.

import { lazy, useId } from "react";
import { schemaFields } from "../../../views/schema-problems.ts";
import { LazyPart } from "../../ui/lazy-part.tsx";
import type { Draft } from "./draft.ts";
import type { Check } from "./faults.ts";

const CodeEditor = lazy(() => import("./code-editor.tsx").then(({ CodeEditor: made }) => ({ default: made })));

type TextEditingProps = {
  readonly label: string;
  readonly language: "json" | "text";
  readonly draft: Draft;
  readonly check: Check;
  /** Of the tool whose arguments these are. */
  readonly schema?: unknown;
  readonly isLocked: boolean;
};

export function TextEditing({ label, language, draft, check, schema, isLocked }: TextEditingProps) {
  const hint = useId();
  return (
    <div className="grid h-full min-h-0 grid-rows-[auto_minmax(0,1fr)_auto]">
      <p id={hint} className="border-b border-line px-4 py-1 text-12 text-fg2">
        Tab indents. Press Esc and then Tab to leave the editor.
      </p>
      <LazyPart what="the editor">
        <CodeEditor
          label={label}
          describedBy={hint}
          text={draft.text()}
          language={language}
          faultsOf={check}
          onChange={draft.set}
          isLocked={isLocked}
        />
      </LazyPart>
      {schema !== undefined && <SchemaHelp schema={schema} />}
    </div>
  );
}

function SchemaHelp({ schema }: { readonly schema: unknown }) {
  const fields = schemaFields(schema);
  if (fields.length === 0) return null;
  return (
    <details className="max-h-48 overflow-auto border-t border-line px-4 py-2 text-12">
      <summary className="min-h-6 cursor-pointer text-fg2">What the tool takes</summary>
      <dl className="grid grid-cols-[auto_auto_minmax(0,1fr)] gap-x-3 gap-y-1 pt-1">
        {fields.map(({ name, type, isRequired, about }) => (
          <div key={name} className="col-span-full grid grid-cols-subgrid">
            <dt className="font-mono">{name}</dt>
            <dd className="text-fg2">
              {type}
              {!isRequired && ", optional"}
            </dd>
            <dd className="text-fg2">{about}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
