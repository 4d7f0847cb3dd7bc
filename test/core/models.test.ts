// Another ladder of models while a run goes on.

import { describe, expect, it } from "vitest";
import type { Command } from "../../src/domain/command.ts";
import type { ModelCard, Tier } from "../../src/domain/config.ts";
import type { TicketId } from "../../src/domain/ids.ts";
import { laddersOf } from "../../src/views/ladders.ts";
import { blockedRun } from "./replanned-story.ts";
import {
  abortTicket,
  bareRun,
  failed,
  finish,
  limits,
  makeTicket,
  mara,
  model,
  replied,
  reopen,
  statusOf,
} from "./story.ts";

type Cards = Readonly<Record<string, ModelCard>>;

const ofTicket = (ticket: string, models: readonly string[], cards: Cards = {}): Command => ({
  type: "ticket.set_models",
  ticket: ticket as TicketId,
  models: models.map(model),
  cards,
});
const ofTier = (tier: Tier, models: readonly string[], cards: Cards = {}): Command => ({
  type: "run.set_models",
  tier,
  models: models.map(model),
  cards,
});
const dollar = { price: { input: 1, cachedRead: 1, cacheWrite: 1, output: 1 }, window: 8_000 };

describe("another ladder of models", () => {
  it("STEER8 of a ticket counts from its next attempt on, which begins at the first rung", () => {
    const changed = bareRun(["A"])
      .when(failed("A#1", "verification_failed", "one"))
      .when(ofTicket("A", ["gamma/new", "gamma/best"]), mara);
    expect(changed.types).toEqual(["ticket.models_changed"]);
    expect(changed.records.at(-1)?.by).toBe("person:mara");
    const next = changed.when(failed("A#2", "verification_failed", "two"));
    expect(next.the("attempt.started")).toMatchObject({ attempt: 3, model: "gamma/new", rung: 0 });
  });

  it("STEER8 a ticket that waits is queued for its new provider's lanes", () => {
    const one = { lanes: { run: 4, tiers: {}, providers: { alpha: 1 } } };
    const waiting = bareRun(["A", "B"], one);
    expect(statusOf(waiting, "B")).toBe("ready");
    const moved = waiting.when(ofTicket("B", ["beta/large"]), mara);
    expect(moved.the("attempt.started")).toMatchObject({ ticket: "B", model: "beta/large" });
  });

  it("STEER9 of a tier counts for its workers and its questions, and not for tickets with their own", () => {
    const own = makeTicket("B: A", { models: [model("beta/own")] });
    const changed = bareRun(["A", own, "C: A"]).when(ofTier(3, ["gamma/new"]), mara);
    const next = changed.when(replied("A#1/1", [finish()]));
    expect(next.events.filter(({ type }) => type === "attempt.started")).toMatchObject([
      { ticket: "B", model: "beta/own" },
      { ticket: "C", model: "gamma/new" },
    ]);
    const asked = blockedRun();
    const open = [...asked.state.consults.values()][0];
    const switched = asked.when(ofTier(2, ["gamma/lead"]), mara);
    expect([...switched.state.consults.values()][0]?.model).toBe(open?.model);
    const again = switched.when(replied("C#1/1", [finish("blocked", "it is two things as well")]));
    expect(again.the("consult.started").model).toBe("gamma/lead");
    expect(laddersOf(switched.state)).toMatchObject({ tiers: [{ tier: 2, models: ["gamma/lead"] }] });
  });

  it("STEER10 where money is bounded a model without a price is refused; with one, it is reckoned by it", () => {
    const story = bareRun(["A", "B: A"], {
      ...limits({ maxOutputTokens: 10 }),
      budgets: { run: { costMicros: 1_000_000 } },
      cards: Object.fromEntries(["alpha/small", "alpha/middle", "beta/large"].map((id) => [id, dollar])),
    });
    expect(story.refused(ofTicket("B", ["gamma/new"]))).toEqual({ code: "price_unknown", models: ["gamma/new"] });
    expect(story.refused(ofTier(3, ["gamma/new"]))).toMatchObject({ code: "price_unknown" });
    const changed = story.when(ofTicket("B", ["gamma/new"], { "gamma/new": dollar }), mara);
    expect(changed.state.config?.cards?.["gamma/new"]).toEqual(dollar);
    const next = changed.when(replied("A#1/1", [finish()]));
    expect(next.events.find((event) => event.type === "turn.started")).toMatchObject({
      reserved: { costMicros: expect.any(Number) },
    });
  });

  it("STEER10 what is so already, an unknown and a completed ticket are refused; a blocked one takes it and is reopened with it", () => {
    const story = bareRun(["A", "B"]).when(ofTicket("A", ["gamma/new"]), mara);
    expect(story.refused(ofTicket("A", ["gamma/new"]))).toMatchObject({ code: "already_so" });
    expect(story.refused(ofTicket("nobody", ["gamma/new"]))).toMatchObject({ code: "ticket_unknown" });
    const done = story.when(replied("A#1/1", [finish()]));
    expect(done.refused(ofTicket("A", ["beta/x"]))).toMatchObject({ code: "ticket_settled", status: "completed" });
    const over = done.when(abortTicket("B"));
    expect(over.state.phase).toBe("ended");
    const again = over.when(ofTicket("B", ["gamma/best"]), mara).when(reopen("B"));
    expect(again.the("attempt.started").model).toBe("gamma/best");
  });
});
