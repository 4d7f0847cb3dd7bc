// RCV: what one run inherits from another, over any number of generations.

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inherit, inheritanceBounds } from "../../../src/core/recovery/inherit.ts";
import { noteHandoff } from "../../../src/core/recovery/note-handoff.ts";
import { writeHandoff } from "../../../src/core/recovery/write-handoff.ts";
import { inheritanceSchema, type Inheritance } from "../../../src/domain/deliberation.ts";
import type { DeliberationEvent } from "../../../src/domain/deliberation-event.ts";
import { argued, deliberation, wrote } from "./argued.ts";

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");
const read = (text: unknown): string => String(text);

function handOn(run: string, events: readonly DeliberationEvent[], before?: Inheritance): Inheritance {
  const records = argued(events, before === undefined ? {} : { inheritance: before });
  const notes = noteHandoff(records, deliberation, Number.MAX_SAFE_INTEGER);
  if (notes === undefined) throw new Error("nothing was opened");
  const handoff = writeHandoff(notes, { run, outcome: "deadlock", detail: "" }, { read, digest });
  const inherited = inherit({
    handoff,
    digest: digest(run),
    root: "run_first",
    generation: 2,
    changes: ["more rounds"],
  });
  return inheritanceSchema.parse(inherited);
}

/** As a run that recovers puts it on its blackboard. */
const preseed = ({ entries }: Inheritance): DeliberationEvent[] =>
  entries.map(({ section, key, text, provenance }) => wrote("ORCHESTRATOR", `${section}/${key}`, text, { provenance }));

const keysOf = ({ entries }: Inheritance): string[] => entries.map(({ section, key }) => `${section}/${key}`);

describe("what is inherited", () => {
  it("RCV5 names who wrote what where, under a key that says whose it was", () => {
    const first = handOn("run_first", [
      wrote("ORCHESTRATOR", "problem/task_definition", "the task"),
      wrote("ALPHA", "problem/analysis", "hard"),
      wrote("ALPHA", "solutions/plan", "mine", { version: 2 }),
      wrote("BETA", "solutions/plan_b", "theirs"),
      wrote("GAMMA", "synthesis/merge", "old"),
      wrote("GAMMA", "synthesis/merge", "both", { version: 2 }),
    ]);
    expect(first).toMatchObject({ prior: "run_first", root: "run_first", generation: 2, outcome: "deadlock" });
    expect(first.entries).toEqual([
      {
        section: "problem",
        key: "inherited_alpha_analysis",
        text: "hard",
        provenance: expect.objectContaining({ author: "ALPHA" }),
      },
      {
        section: "solutions",
        key: "inherited_alpha_plan",
        text: "mine",
        provenance: { run: "run_first", author: "ALPHA", key: "plan", version: 2 },
      },
      expect.objectContaining({ key: "inherited_beta_plan_b" }),
      expect.objectContaining({ key: "inherited_gamma_merge", text: "both" }),
    ]);
  });

  it("RCV6 keeps first authors over generations, and what was written since is the later author's", () => {
    const first = handOn("run_first", [
      wrote("ALPHA", "solutions/plan", "mine"),
      wrote("BETA", "solutions/plan", "ours"),
    ]);
    const second = handOn("run_next", preseed(first), first);
    expect(second.entries).toEqual(first.entries);
    const third = handOn("run_last", [
      ...preseed(second),
      wrote("ALPHA", "solutions/inherited_beta_plan", "better", { version: 2 }),
    ]);
    expect(third.entries).toEqual([
      {
        section: "solutions",
        key: "inherited_alpha_plan",
        text: "better",
        provenance: { run: "run_last", author: "ALPHA", key: "inherited_beta_plan", version: 2 },
      },
    ]);
  });

  it("RCV6 keys neither nest nor grow nor meet, however many generations there are", () => {
    const key = fc.stringMatching(/^[a-z0-9][a-z0-9_.-]{0,63}$/);
    const step = fc.record({
      author: fc.constantFrom("ALPHA", "BETA", "GAMMA"),
      key,
      isOwn: fc.boolean(),
      text: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 4 }), { minLength: 2, maxLength: 8 }), (generations) => {
        let before = handOn("run_0", [
          wrote("ALPHA", "solutions/plan", "one"),
          wrote("BETA", "synthesis/merge", "two"),
        ]);
        for (const [place, steps] of generations.entries()) {
          const taken = before.entries;
          const more = steps.map(({ author, key: fresh, isOwn, text }, index) => {
            const seen = taken[index % Math.max(1, taken.length)];
            const at = isOwn || seen === undefined ? `solutions/${fresh}` : `${seen.section}/${seen.key}`;
            return wrote(author, at, text, { version: 2 });
          });
          before = handOn(`run_${place + 1}`, [...preseed(before), ...more], before);
          for (const { key: now } of before.entries) {
            expect(now.length).toBeLessThanOrEqual(64);
            expect(now).toMatch(/^inherited_(?:alpha|beta|gamma)_(?!inherited_(?:alpha|beta|gamma)_[^_])/);
          }
          expect(new Set(keysOf(before)).size).toBe(before.entries.length);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("RCV7 texts of every shape come over as they are", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.string()).map((list) => JSON.stringify(list)),
        ),
        (text) => {
          const [entry] = handOn("run_first", [wrote("ALPHA", "solutions/plan", text)]).entries;
          expect(entry?.text).toBe(text);
        },
      ),
    );
  });

  it("RCV8 is bounded, keeps what was written last and says that it left something", () => {
    const many = Array.from({ length: 39 }, (_, index) => wrote("ALPHA", `solutions/k${index}`, `text ${index}`));
    const inherited = handOn("run_first", many);
    expect(inherited.entries).toHaveLength(inheritanceBounds.entries);
    expect(inherited.entries.at(-1)?.key).toBe("inherited_alpha_k38");
    expect(inherited.hints).toContain("15 older entries of the run before were left behind.");
  });
});
