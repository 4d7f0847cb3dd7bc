// The editor of arguments, briefs, outputs and plans: loaded when somebody first edits. It takes its text once; what is
// typed is told by `onChange`. Escape and then Tab leaves it.

import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { bracketMatching, indentOnInput, syntaxTree } from "@codemirror/language";
import { linter, lintGutter, type Diagnostic } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import {
  Decoration,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  ViewPlugin,
  type DecorationSet,
} from "@codemirror/view";
import { useEffect, useRef } from "react";
import { pageNonce } from "../../state/nonce.ts";
import type { Fault } from "./faults.ts";

type CodeEditorProps = {
  readonly label: string;
  readonly describedBy: string;
  readonly text: string;
  readonly language: "json" | "text";
  readonly faultsOf: (text: string) => readonly Fault[];
  readonly onChange: (text: string) => void;
  readonly isLocked: boolean;
};

export function CodeEditor({ label, describedBy, text, language, faultsOf, onChange, isLocked }: CodeEditorProps) {
  const place = useRef<HTMLDivElement>(null);
  const given = useRef({ text, faultsOf, onChange });
  given.current.faultsOf = faultsOf;
  given.current.onChange = onChange;
  useEffect(() => {
    if (place.current === null) return undefined;
    const view = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: given.current.text,
        extensions: [
          basics,
          language === "json" ? [json(), indentOnInput(), bracketMatching()] : [],
          linter(({ state }) => diagnose(state, given.current.faultsOf(state.doc.toString())), { delay: 250 }),
          EditorState.readOnly.of(isLocked),
          EditorView.contentAttributes.of({ "aria-label": label, "aria-describedby": describedBy }),
          EditorView.updateListener.of(({ docChanged, state }) => {
            if (docChanged) given.current.onChange(state.doc.toString());
          }),
        ],
      }),
    });
    view.focus();
    return () => view.destroy();
  }, [label, describedBy, language, isLocked]);
  return <div ref={place} className="h-full min-h-0 overflow-hidden" />;
}

const nonce = (): Extension => {
  const value = pageNonce();
  return value === undefined ? [] : EditorView.cspNonce.of(value);
};

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--bg)", color: "var(--fg)", fontSize: "0.75rem" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--font-code)", lineHeight: "1.6", overflow: "auto" },
  ".cm-content": { caretColor: "var(--fg)", padding: "8px 0" },
  ".cm-content:focus-visible": { outline: "none" },
  ".cm-cursor": { borderLeftColor: "var(--fg)" },
  ".cm-gutters": { backgroundColor: "var(--bg)", color: "var(--fg3)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in oklab, var(--s3) 45%, transparent)" },
  ".cm-matchingBracket": { backgroundColor: "var(--s4)", outline: "1px solid var(--line3)" },
  ".cm-specialChar": { color: "var(--failed)" },
  ".cm-name": { color: "var(--sy-k)" },
  ".cm-text": { color: "var(--sy-s)" },
  ".cm-value": { color: "var(--sy-n)" },
  ".cm-tooltip": {
    backgroundColor: "var(--s2)",
    color: "var(--fg)",
    border: "1px solid var(--line2)",
    borderRadius: "7px",
    fontFamily: "var(--font-ui)",
    fontSize: "0.8125rem",
  },
  ".cm-diagnostic-error": { borderLeftColor: "var(--failed)" },
});

const inks: Readonly<Record<string, Decoration>> = {
  PropertyName: Decoration.mark({ class: "cm-name" }),
  String: Decoration.mark({ class: "cm-text" }),
  Number: Decoration.mark({ class: "cm-value" }),
  True: Decoration.mark({ class: "cm-value" }),
  False: Decoration.mark({ class: "cm-value" }),
  Null: Decoration.mark({ class: "cm-value" }),
};

/** Colours of what is in sight; text that is no JSON has no such nodes. */
const colours = ViewPlugin.define<{ decorations: DecorationSet; update: (change: { view: EditorView }) => void }>(
  (view) => {
    const plugin = {
      decorations: coloured(view),
      update: (change: { view: EditorView }): void => {
        plugin.decorations = coloured(change.view);
      },
    };
    return plugin;
  },
  { decorations: ({ decorations }) => decorations },
);

function coloured({ state, visibleRanges }: EditorView): DecorationSet {
  const marks = visibleRanges.flatMap(({ from, to }) => {
    const found: ReturnType<Decoration["range"]>[] = [];
    syntaxTree(state).iterate({
      from,
      to,
      enter: (node) => {
        const ink = inks[node.name];
        if (ink !== undefined && node.to > node.from) found.push(ink.range(node.from, node.to));
      },
    });
    return found;
  });
  return Decoration.set(marks, true);
}

/** Besides control characters: direction marks, zero-width ones, tags and blanks that pass for a space. */
const hiding =
  /[\u00a0\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\uffa0\u{e0000}-\u{e0fff}]/gu;

const basics: Extension = [
  nonce(),
  look,
  colours,
  lineNumbers(),
  lintGutter(),
  history(),
  highlightActiveLine(),
  highlightSpecialChars({ addSpecialChars: hiding }),
  EditorView.lineWrapping,
  keymap.of([...defaultKeymap.filter(({ key }) => key !== "Mod-Enter"), ...historyKeymap, indentWithTab]),
];

type SyntaxNode = ReturnType<typeof syntaxTree>["topNode"];

function diagnose(state: EditorState, faults: readonly Fault[]): Diagnostic[] {
  return faults.map(({ path, message }) => ({ ...rangeOf(state, path), severity: "error", message }));
}

/** Where the value stands that a path leads to; of a field, its name. */
function rangeOf(state: EditorState, path: Fault["path"]): { from: number; to: number } {
  const whole = { from: 0, to: Math.min(1, state.doc.length) };
  let node: SyntaxNode | null = syntaxTree(state).topNode.firstChild;
  let name: SyntaxNode | null = null;
  for (const step of path) {
    if (node === null) return whole;
    name = null;
    if (node.name === "Object") {
      const property = node
        .getChildren("Property")
        .find((each) => nameOf(state, each.getChild("PropertyName")) === step);
      name = property?.getChild("PropertyName") ?? null;
      node = property?.lastChild ?? null;
    } else node = elementAt(node, step);
  }
  const found = name ?? node;
  return found === null ? whole : { from: found.from, to: found.to };
}

function nameOf(state: EditorState, node: SyntaxNode | null): string | undefined {
  if (node === null) return undefined;
  try {
    return JSON.parse(state.sliceDoc(node.from, node.to)) as string;
  } catch {
    return undefined;
  }
}

function elementAt(list: SyntaxNode, step: string | number): SyntaxNode | null {
  let left = Number(step);
  for (let node = list.firstChild; node !== null; node = node.nextSibling) {
    if (!/^[A-Z]/.test(node.name)) continue;
    if (left === 0) return node;
    left -= 1;
  }
  return null;
}
