// The blackboard as an agent of a deliberation sees it: every entry fenced, with its author, its version and what a check
// of it gave. What there is no room for is told in short.

import { questionRoom, type DeliberationQuestion, type ShownEntry } from "../../domain/deliberation-question.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import { toBlock } from "./block.ts";
import { headAndTail } from "./check-questions.ts";

/** Bytes. */
const room = {
  board: questionRoom.board,
  entry: 24 * 1024,
  plan: 48 * 1024,
  patch: 16 * 1024,
  evidence: 2 * 1024,
  short: 600,
};

const evidenceWords = {
  green: "applied, and every check passed",
  red: "applied, and a check FAILED",
  unfit: "could NOT be applied",
  skipped: "not tried",
} as const satisfies Record<NonNullable<ShownEntry["evidence"]>["result"], string>;

/** In the order the question gives them, so that what did not change comes first; agreed texts keep their room longest. */
export function showBoard({ entries, plan }: DeliberationQuestion): readonly string[] {
  if (entries.length === 0) return ["Nothing stands on the blackboard yet."];
  const ranked = entries.toReversed().toSorted((a, b) => rankOf(a) - rankOf(b));
  const shown = new Map<ShownEntry, string>();
  let left = room.board;
  // A plan that is cut can be neither judged nor improved.
  const whole = (entry: ShownEntry): string => toWhole(entry, plan === null ? room.entry : room.plan);
  for (const [place, entry] of ranked.entries()) {
    // What comes after keeps a line each.
    const spare = left - (ranked.length - place - 1) * 200;
    const text = [whole, toShort].map((view) => view(entry)).find((view) => Buffer.byteLength(view) <= spare);
    if (text === undefined) continue;
    shown.set(entry, text);
    left -= Buffer.byteLength(text) + 2;
  }
  const missing = entries.filter((entry) => !shown.has(entry));
  return [
    "What stands on the blackboard:",
    ...entries.flatMap((entry) => shown.get(entry) ?? []),
    ...(missing.length === 0 ? [] : [toMissing(missing)]),
  ];
}

const rankOf = ({ section, isNew }: ShownEntry): number => (section === "synthesis" ? 0 : isNew ? 1 : 2);

export const nameOf = ({ section, key }: Pick<ShownEntry, "section" | "key">): string =>
  `${section}/${toPrintableLine(key)}`;

function labelOf({ version, author, earlier, provenance, ...entry }: ShownEntry): string {
  const before = earlier.length === 0 ? "" : `; before it by ${[...new Set(earlier)].join(", ")}`;
  const from =
    provenance === null
      ? ""
      : `; inherited from run ${toPrintableLine(provenance.run)}, where ${toPrintableLine(provenance.author)} wrote it`;
  return `${nameOf(entry)}, version ${version}, by ${author}${before}${from}`;
}

function toWhole(entry: ShownEntry, bytes: number): string {
  const label = labelOf(entry);
  const { text, cut } = headAndTail(entry.text, bytes);
  return [toBlock(`${label}${cut === "" ? "" : `: ${cut}`}`, text), ...patchOf(entry), ...evidenceOf(entry)].join("\n");
}

function toShort(entry: ShownEntry): string {
  const { text } = headAndTail(entry.text, room.short);
  const patch = entry.patch === null ? "" : "; with a patch";
  const { evidence } = entry;
  const found = evidence === null ? "" : `; ${evidenceWords[evidence.result]}`;
  return toBlock(`${labelOf(entry)}${patch}${found}: in short, for want of room`, text);
}

function patchOf(entry: ShownEntry): string[] {
  if (entry.patch === null) return [];
  const { text, cut } = headAndTail(entry.patch, room.patch);
  const tests = entry.tests.length === 0 ? [] : [toBlock(`tests of ${nameOf(entry)}`, entry.tests.join("\n"))];
  return [toBlock(`patch of ${nameOf(entry)}${cut === "" ? "" : `: ${cut}`}`, text), ...tests];
}

function evidenceOf({ evidence, ...entry }: ShownEntry): string[] {
  if (evidence === null) return [];
  const said = headAndTail(evidence.detail, room.evidence).text.trim();
  const line = `The run tried the patch of ${nameOf(entry)}, version ${entry.version}: ${evidenceWords[evidence.result]}.`;
  return [line, ...(said === "" ? [] : [toBlock(`what came of the patch of ${nameOf(entry)}`, said)])];
}

const mostNamed = 40;

function toMissing(missing: readonly ShownEntry[]): string {
  const names = missing.slice(0, mostNamed).map((entry) => `${nameOf(entry)} (version ${entry.version})`);
  const more = missing.length > mostNamed ? ` and ${missing.length - mostNamed} more` : "";
  return `Not shown for want of room: ${names.join(", ")}${more}.`;
}
