// Whole deliberations in one process: real engine and rules, scripted agents, a clock that passes by itself.

import { describe, expect, it } from "vitest";
import type { Event, EventOf } from "../../src/domain/event.ts";
import { readHandoff } from "../../src/domain/handoff.ts";
import { digest } from "../support/given.ts";
import {
  agreeing,
  deliberating,
  dissenting,
  done,
  makeDeliberation,
  says,
  tryingPatches,
  vote,
  write,
  type Table,
} from "../support/deliberating.ts";

type Ended = {
  readonly ended: EventOf<"deliberation.ended">;
  readonly events: readonly Event[];
  readonly handoff: string | undefined;
};

async function endOf(table: Table, during?: (run: Awaited<ReturnType<typeof deliberating>>) => void): Promise<Ended> {
  const run = await deliberating(table);
  during?.(run);
  await run.drive();
  const [ended] = run.all("deliberation.ended");
  if (ended === undefined) throw new Error("it never ended");
  const [handed] = run.all("deliberation.handed_off");
  const bytes = handed === undefined ? undefined : await run.ports.log.getBlob(handed.handoff.blob);
  return {
    ended,
    events: run.recorded.map(({ event }) => event),
    handoff: bytes === undefined ? undefined : new TextDecoder().decode(bytes),
  };
}

const typesOf = (events: readonly Event[]): readonly string[] => events.map(({ type }) => type);
const waitsFor = (role: string) => says({ status: "waiting", waitingFor: role });
const chatters = (role: string) =>
  Array.from({ length: 12 }, (_, place) =>
    says({ messages: [{ to: "all", kind: "inform", text: `${role} ${place}` }] }),
  );
const broken = { faults: [{ code: "bad_request" as const }] };

/** Each ends in its own way, with the mediator at hand. */
const outcomes: readonly (readonly [outcome: string, table: Table])[] = [
  ["majority_with_dissent", dissenting],
  [
    "deadlock",
    {
      consults: {
        "deliberate:ALPHA": [waitsFor("BETA")],
        "deliberate:BETA": [waitsFor("ALPHA")],
        "mediate:GAMMA": [says({ status: "done" })],
      },
    },
  ],
  [
    "stuck",
    {
      config: makeDeliberation({ idleMs: 2_000, stuckMs: 5_000 }),
      consults: {
        "deliberate:ALPHA": [says({}, { delayMs: 50_000 })],
        "deliberate:BETA": [says({}, { delayMs: 50_000 })],
        "mediate:GAMMA": [says({}, { delayMs: 50_000 })],
      },
    },
  ],
  [
    "iteration_limit",
    {
      config: makeDeliberation({ rounds: 3 }),
      consults: { "deliberate:ALPHA": chatters("ALPHA"), "deliberate:BETA": chatters("BETA"), "mediate:GAMMA": [done] },
    },
  ],
  [
    "timeout",
    {
      config: makeDeliberation({ timeoutMs: 5_000 }),
      consults: {
        "deliberate:ALPHA": chatters("ALPHA").map((turn) => ({ ...turn, delayMs: 2_000 })),
        "deliberate:BETA": chatters("BETA").map((turn) => ({ ...turn, delayMs: 2_000 })),
        "mediate:GAMMA": [done],
      },
    },
  ],
  [
    "crashed",
    {
      consults: {
        "deliberate:ALPHA": [says({ entries: [write("solutions", "a")] }), broken],
        "deliberate:BETA": [broken],
        "mediate:GAMMA": [says({}, { delayMs: 50_000 })],
      },
    },
  ],
];

describe("a deliberation conducted whole", () => {
  it("CYC4 two that take the same version agree, and nothing is handed over", async () => {
    const { ended, events } = await endOf({ consults: agreeing });
    expect(ended).toMatchObject({
      outcome: "consensus",
      agreed: { key: "plan", version: 1 },
      accepted: ["ALPHA", "BETA"],
    });
    expect(typesOf(events)).not.toContain("deliberation.handed_off");
    expect(events.at(-1)).toMatchObject({ type: "run.ended", outcome: "completed" });
  });

  it.each(outcomes)(
    "CYC4 %s: it ends so, and its handoff is stored before anything is revoked",
    async (outcome, table) => {
      const { ended, events, handoff } = await endOf(table);
      expect(ended.outcome).toBe(outcome);
      const types = typesOf(events);
      expect(types.filter((type) => type === "deliberation.mediated").length).toBeLessThanOrEqual(1);
      expect(types.filter((type) => type === "deliberation.handed_off")).toHaveLength(1);
      expect(types.indexOf("deliberation.handed_off")).toBeLessThan(types.indexOf("deliberation.revoked"));
      expect(readHandoff(handoff ?? "", digest)).toMatchObject({ ok: true, handoff: { abort_reason: outcome } });
    },
  );

  it("CYC4 cancelled: calls under way are cut off at the end of the grace, and the mediator has its last word", async () => {
    const consults = {
      "deliberate:ALPHA": [says({ entries: [write("solutions", "a")] }), says({}, { delayMs: 50_000 })],
      "deliberate:BETA": [says({}, { delayMs: 50_000 })],
      "synthesise:GAMMA": [{ answer: { key: "plan", text: "What there is.", open: ["the cost"], next: [] } }],
    };
    const { ended, events } = await endOf({ consults }, ({ once, conductor }) => {
      void once("deliberation.written", ({ author }) => author === "ALPHA").then(() =>
        conductor.submit({ type: "run.abort", reason: "enough" }, "person:kim"),
      );
    });
    expect(ended.outcome).toBe("cancelled");
    expect(events).toContainEqual(expect.objectContaining({ type: "deliberation.synthesised", result: "written" }));
    expect(events).toContainEqual(
      expect.objectContaining({
        type: "deliberation.written",
        author: "GAMMA",
        section: "synthesis",
        text: expect.stringMatching(/^What there is\.[^]*the cost$/) as string,
      }),
    );
  });

  it("CYC4 a handoff that cannot be stored revokes nobody, and the run ends saying so", async () => {
    const [, table] = outcomes.find(([outcome]) => outcome === "deadlock") ?? [];
    if (table === undefined) throw new Error("no such table");
    const log = (real: Parameters<NonNullable<NonNullable<Table["stage"]>["log"]>>[0]) => ({
      ...real,
      putBlob: () => Promise.reject(new Error("no space left on device")),
    });
    const { ended, events } = await endOf({ ...table, stage: { log } });
    expect(ended).toMatchObject({ outcome: "deadlock", detail: expect.stringContaining("no space left on device") });
    expect(typesOf(events)).not.toContain("deliberation.revoked");
  });

  it("CYC4 an answer that cannot be used goes back, and the cycle is taken with the mended one", async () => {
    const consults = {
      ...agreeing,
      "deliberate:ALPHA#1": [{ text: "Let me think." }, ...(agreeing["deliberate:ALPHA"] ?? [])],
    };
    const { ended, events } = await endOf({ consults });
    expect(ended.outcome).toBe("consensus");
    expect(events).toContainEqual(
      expect.objectContaining({ type: "consult.returned", problems: [expect.stringContaining("not JSON")] }),
    );
  });

  it("EVD4 a patch that comes out red is no consensus, however many accept it; a mended one is", async () => {
    const red = write("synthesis", "plan", 0, { patch: "red" });
    const green = write("synthesis", "plan", 1, { patch: "green" });
    const { ended, events } = await endOf({
      stage: tryingPatches,
      consults: {
        "deliberate:ALPHA": [
          says({ entries: [red], votes: [vote("plan", 1)] }),
          says({ votes: [vote("plan", 1)] }),
          says({ entries: [green], votes: [vote("plan", 2)] }),
          done,
        ],
        "deliberate:BETA": [
          says({}),
          says({ votes: [vote("plan", 1)] }),
          says({}),
          says({ status: "done", votes: [vote("plan", 2)] }),
        ],
        "mediate:GAMMA": [done],
      },
    });
    expect(events.flatMap((event) => (event.type === "deliberation.evidence_checked" ? [event.result] : []))).toEqual([
      "red",
      "green",
    ]);
    expect(ended).toMatchObject({ outcome: "consensus", agreed: { key: "plan", version: 2 } });
  });

  it("CYC4 a person's word on the bus reaches the next question of whoever it is to", async () => {
    const asked: string[] = [];
    const { ended } = await endOf(
      {
        consults: agreeing,
        models: (models) => ({
          ...models,
          call: (request, hooks) => {
            const [message] = request.messages;
            if (message?.role === "user") asked.push(message.text);
            return models.call(request, hooks);
          },
        }),
      },
      ({ conductor }) => {
        const [deliberation] = conductor.state().deliberations.keys();
        if (deliberation === undefined) throw new Error("none is open");
        const tell = { type: "deliberation.tell", deliberation, to: "ALPHA", text: "Mind the disk." } as const;
        void conductor.submit(tell, "person:kim");
      },
    );
    expect(ended.outcome).toBe("consensus");
    expect(asked.some((text) => text.includes("The person you all work for adds:\n\nMind the disk."))).toBe(true);
  });
});
