// Keys of the page: `j`, `Shift T`, `Ctrl Enter`, and chords like `g b`. Single keys are silent while somebody types or a
// layer is open, and can be turned off; what the page binds is listed in the key sheet.

import { useEffect, useRef } from "react";

export type KeyBinding = {
  /** As shown: `Ctrl Enter`, `Shift T`, `G B` (one after the other), `N`. Ctrl is also Cmd. */
  readonly keys: string;
  readonly does: string;
  readonly run: () => void;
  /** Also while typing: for keys with Ctrl that mean the same everywhere. */
  readonly everywhere?: boolean;
};

type Bound = { readonly scope: string; readonly bindings: readonly KeyBinding[] };

const bound = new Set<Bound>();
const chordMs = 1_200;
const modifiers = new Set(["Ctrl", "Shift", "Alt"]);
const singleKeysOff = "tutti.single-keys-off";

export const areSingleKeysOff = (): boolean => localStorage.getItem(singleKeysOff) === "1";
export const setSingleKeysOff = (isOff: boolean): void => localStorage.setItem(singleKeysOff, isOff ? "1" : "0");

/** Everything bound now, for the key sheet and the palette. */
export const boundKeys = (): readonly Bound[] => [...bound];

const named: Readonly<Record<string, string>> = {
  " ": "Space",
  ArrowLeft: "Left",
  ArrowRight: "Right",
  ArrowUp: "Up",
  ArrowDown: "Down",
  Escape: "Esc",
};

function pressed(event: KeyboardEvent): string {
  const key = named[event.key] ?? (event.key.length === 1 ? event.key.toUpperCase() : event.key);
  const isShifted = event.shiftKey && (event.key.length > 1 || /[a-z]/i.test(event.key));
  return [event.ctrlKey || event.metaKey ? "Ctrl" : "", event.altKey ? "Alt" : "", isShifted ? "Shift" : "", key]
    .filter((part) => part !== "")
    .join(" ");
}

const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) &&
  !(target instanceof HTMLInputElement && /^(?:radio|checkbox|range)$/.test(target.type));

const isLayerOpen = (): boolean => document.querySelector("[role=dialog],[role=menu],[role=alertdialog]") !== null;

let chord = { keys: "", at: 0 };

/** `G B`: no modifier, so one key after the other. */
const isChord = (keys: string): boolean =>
  keys.split(" ").length > 1 && !keys.split(" ").some((key) => modifiers.has(key));

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing) return;
  const keys = pressed(event);
  const isPlain = !event.ctrlKey && !event.metaKey && !event.altKey;
  const isQuiet = isTyping(event.target) || isLayerOpen();
  const all = [...bound].toReversed().flatMap(({ bindings }) => bindings);
  const together = event.timeStamp - chord.at < chordMs && isPlain ? `${chord.keys} ${keys}` : "";
  const binding =
    all.find((each) => isChord(each.keys) && each.keys === together) ??
    all.find((each) => !isChord(each.keys) && each.keys === keys);
  const mayRun = binding !== undefined && (!isQuiet || binding.everywhere === true);
  const isSilent = isPlain && areSingleKeysOff() && keys !== "Esc";
  // A key that is held down moves on and on, but decides once.
  const isHeldDown = event.repeat && (event.ctrlKey || event.metaKey);
  chord = { keys: isPlain && !isQuiet ? keys : "", at: event.timeStamp };
  if (!mayRun || isSilent) return;
  event.preventDefault();
  if (isHeldDown) return;
  chord = { keys: "", at: 0 };
  binding.run();
}

/** `scope`: the heading they stand under in the key sheet. The last one bound wins. */
export function useKeys(scope: string, bindings: readonly KeyBinding[]): void {
  const latest = useRef(bindings);
  latest.current = bindings;
  const shape = bindings.map(({ keys, does }) => `${keys}:${does}`).join("|");
  useEffect(() => {
    const entry: Bound = {
      scope,
      bindings: latest.current.map((binding, place) => ({
        ...binding,
        run: () => latest.current[place]?.run(),
      })),
    };
    if (bound.size === 0) document.addEventListener("keydown", onKeyDown);
    bound.add(entry);
    return () => {
      bound.delete(entry);
      if (bound.size === 0) document.removeEventListener("keydown", onKeyDown);
    };
  }, [scope, shape]);
}
