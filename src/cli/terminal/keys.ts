// What was pressed, from the bytes a terminal sends.

import { StringDecoder } from "node:string_decoder";
import type { Keyboard } from "./terminal.ts";

/** A printable character as itself, or the name of a key. Sequences that nobody needs have no key. */
export type Key = string;

const named: Readonly<Record<string, Key>> = {
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\u007f": "backspace",
  "\b": "backspace",
  "\u0003": "ctrl-c",
  "\u0004": "ctrl-d",
  "\u0015": "ctrl-u",
  "\u0017": "ctrl-w",
  "\u001b": "escape",
  "\u001b[A": "up",
  "\u001bOA": "up",
  "\u001b[B": "down",
  "\u001bOB": "down",
  "\u001b[5~": "pageup",
  "\u001b[6~": "pagedown",
  "\u001b[H": "home",
  "\u001bOH": "home",
  "\u001b[1~": "home",
  "\u001b[F": "end",
  "\u001bOF": "end",
  "\u001b[4~": "end",
};

const esc = String.fromCharCode(0x1b);
const pieces = new RegExp(`${esc}(?:\\[[0-9;?]*[ -/]*[@-~]|O[A-Z])|[\\s\\S]`, "gu");

export const parseKeys = (text: string): Key[] =>
  [...text.matchAll(pieces)].flatMap(([piece]) => {
    const name = named[piece];
    if (name !== undefined) return [name];
    return /^\P{Cc}$/u.test(piece) ? [piece] : [];
  });

/** Raw keys until the returned function is called. What arrives together is handed over together: a paste is no key. */
export function listenToKeys(keyboard: Keyboard, onKeys: (keys: readonly Key[]) => void): () => void {
  const decoder = new StringDecoder("utf8");
  const onData = (chunk: Buffer | string): void => {
    const keys = parseKeys(typeof chunk === "string" ? chunk : decoder.write(chunk));
    if (keys.length > 0) onKeys(keys);
  };
  keyboard.setRawMode?.(true);
  keyboard.on("data", onData);
  keyboard.resume();
  let isListening = true;
  return () => {
    if (!isListening) return;
    isListening = false;
    keyboard.off("data", onData);
    keyboard.setRawMode?.(false);
    keyboard.pause();
  };
}
