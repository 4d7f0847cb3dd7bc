// What tier 1 answers: tracks, as JSON. Everything that is wrong is told at once, so that it can go back whole.

import { z } from "zod";
import { parseJsonText } from "./json-text.ts";
import type { Track } from "./plan.ts";

const id = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/, {
  error: "must be 1 to 40 letters, digits, dots, dashes and underscores",
});
const line = z
  .string()
  .trim()
  .min(1, { error: "must not be empty" })
  .max(300, { error: "is longer than 300 characters" });

export const trackAnswerSchema = z.strictObject({
  tracks: z
    .array(
      z.strictObject({
        id,
        title: line,
        brief: z
          .string()
          .trim()
          .min(1, { error: "must not be empty" })
          .max(8_000, { error: "is longer than 8000 characters" })
          .describe("What the tech lead of this track is told: scope, interfaces to other tracks, what done means."),
        dependsOn: z.array(z.string()).describe("Ids of tracks whose contracts this one builds on."),
        modules: z.array(z.string().max(300)).max(50).describe("Folders and files it is expected to touch."),
        severity: z.enum(["low", "medium", "high"], { error: 'must be "low", "medium" or "high"' }),
        persona: line.describe("The kind of tech lead it wants, in a few words."),
      }),
    )
    .min(1, { error: "must hold at least one track" })
    .max(24, { error: "holds more than 24 tracks; make fewer, larger ones" }),
});

export type ReadTracks =
  | { readonly ok: true; readonly tracks: readonly Track[] }
  | { readonly ok: false; readonly problems: readonly string[] };

export type TakenJson = { readonly ok: true; readonly json: string } | { readonly ok: false; readonly problem: string };

/** The JSON of an answer: the whole of it, or its one fenced block. Prose around bare JSON is not guessed at. */
export function takeJson(answer: string): TakenJson {
  const text = answer.trim();
  const fenced = [...text.matchAll(/^```(?:json)?[ \t]*\r?\n([\s\S]*?)\r?\n```[ \t]*$/gm)];
  const json = fenced.length === 1 ? (fenced[0]?.[1] ?? "") : text;
  if (/^[[{]/.test(json.trim())) return { ok: true, json };
  return {
    ok: false,
    problem: "The answer is not JSON. Answer with the JSON alone, without a word before or after it.",
  };
}

export function readTrackAnswer(answer: string): ReadTracks {
  const taken = takeJson(answer);
  if (!taken.ok) return { ok: false, problems: [taken.problem] };
  const read = parseJsonText(taken.json);
  if (!read.ok) {
    const { line: at, column, problem } = read.fault;
    return { ok: false, problems: [`Not JSON: line ${at}, column ${column}: ${problem}.`] };
  }
  const value = Array.isArray(read.value) ? { tracks: read.value as unknown } : read.value;
  const parsed = trackAnswerSchema.safeParse(value);
  if (!parsed.success)
    return { ok: false, problems: parsed.error.issues.map((issue) => `${placeOf(issue.path)}: ${issue.message}.`) };
  const { tracks } = parsed.data;
  const problems = checkTracks(tracks);
  return problems.length === 0 ? { ok: true, tracks } : { ok: false, problems };
}

const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`))
    .join("")
    .replace(/^\./, "") || "answer";

function checkTracks(tracks: readonly Track[]): string[] {
  const known = new Set(tracks.map((track) => track.id));
  const twice = tracks.filter((track, place) => tracks.findIndex((other) => other.id === track.id) < place);
  const strays = tracks.flatMap((track) =>
    track.dependsOn
      .filter((needed) => !known.has(needed) || needed === track.id)
      .map(
        (needed) =>
          `Track ${track.id}: dependsOn names ${JSON.stringify(needed.slice(0, 60))}, which is no other track.`,
      ),
  );
  const ring = twice.length + strays.length === 0 ? ringOf(tracks) : [];
  return [
    ...twice.map((track) => `Track ${track.id}: the id is used twice.`),
    ...strays,
    ...(ring.length > 0 ? [`These tracks wait for each other: ${ring.join(", ")}.`] : []),
  ];
}

/** What is left when tracks that wait for nothing more are taken away again and again. */
function ringOf(tracks: readonly Track[]): readonly string[] {
  let left = tracks;
  for (;;) {
    const open = new Set(left.map((track) => track.id));
    const next = left.filter((track) => track.dependsOn.some((needed) => open.has(needed)));
    if (next.length === left.length) return next.map((track) => track.id);
    left = next;
  }
}
