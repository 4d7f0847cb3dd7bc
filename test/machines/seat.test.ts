// Whom a conductor believes: takings, placements, orders, and what comes of an order whose machine is gone.

import { describe, expect, it } from "vitest";
import { scopeOf, type AttemptDuty, type DutyScope } from "../../src/engine/duty-scope.ts";
import type { ToConductor, ToMachine } from "../../src/engine/machines/crew.ts";
import { labelsOf, whyItWaits } from "../../src/engine/machines/labels.ts";
import { isRepeatable, reportLost } from "../../src/engine/machines/lost-order.ts";
import { createSeat, defaultSeatTimes, type Came, type Errand, type Seat } from "../../src/engine/machines/seat.ts";
import { machineProtocol, type MachineCard } from "../../src/domain/machine.ts";
import type { ModelId, RunId, TicketId } from "../../src/domain/ids.ts";
import { duties } from "../../src/core/duties.ts";
import { conducted, makeConfig, makeTicket } from "../support/conducted.ts";
import { createVirtualClock, type VirtualClock } from "../support/virtual-clock.ts";

const ref = { ticket: "A" as TicketId, attempt: 1 };
const place = { run: "run_0000000000000001" as RunId, index: 0, attempt: 1 };
const tool: AttemptDuty = {
  kind: "tool",
  key: "tool:A#1/1.0",
  index: 0,
  ref,
  turn: 1,
  call: 0,
  tool: "poke",
  args: "{}",
  repeat: false,
};
const turn: AttemptDuty = {
  kind: "turn",
  key: "turn:A#1/1~1",
  index: 0,
  ref,
  turn: 1,
  try: 1,
  model: "scripted/a" as ModelId,
  notBefore: 0,
  reserved: null,
};

const scope: DutyScope = {
  config: makeConfig({ workspace: "git", sandbox: "bwrap" }),
  ticket: makeTicket("A", { labels: ["gpu"] }),
  attempt: null,
  history: {} as DutyScope["history"],
  deliberated: [],
};

type Stage = {
  readonly seat: Seat;
  readonly clock: VirtualClock;
  readonly said: { readonly to: string; readonly message: ToMachine }[];
  readonly unplaced: boolean[];
  /** What was said last, in short. */
  readonly last: () => string;
};

function stage(): Stage {
  const clock = createVirtualClock();
  const said: Stage["said"] = [];
  const unplaced: boolean[] = [];
  let placements = 0;
  const seat = createSeat({
    place,
    crew: { inbox: "conductor", send: (to, message) => void said.push({ to, message }) },
    clock,
    remote: "/remote",
    times: defaultSeatTimes,
    newPlacement: () => ({ id: `p${(placements += 1)}`, claim: placements }),
    onUnplaced: (isStuck) => void unplaced.push(isStuck),
  });
  const last = (): string => {
    const entry = said.at(-1);
    return entry === undefined || "kind" in entry.message ? "" : `${entry.to} ${entry.message.say.kind}`;
  };
  return { seat, clock, said, unplaced, last };
}

const says = (machine: string, taking: number, say: ToConductor["say"]): ToConductor => ({
  from: machine,
  inbox: machine,
  place,
  taking,
  say,
});

const errand = (duty: AttemptDuty, more: Partial<Errand> = {}): Errand => ({
  duty,
  scope,
  signal: new AbortController().signal,
  onDelta: () => {},
  onProblem: () => {},
  fence: () => Promise.resolve(undefined),
  isRepeatable: true,
  ...more,
});

const settle = (): Promise<void> => new Promise(setImmediate);

const report = (placement: string, order: number, output = "done"): ToConductor["say"] => ({
  kind: "report",
  placement,
  order,
  outcome: { report: { type: "report.tool", ...ref, turn: 1, call: 0, ok: true, output, ms: 1, changed: [] } },
});

describe("a conductor's seat for one attempt", () => {
  it("MCH3 believes the report of the machine that has the place, once, and of no other", async () => {
    const { seat, said, last } = stage();
    const came: Came[] = [];
    void seat.fulfil(errand(tool)).then((each) => came.push(each));
    seat.hear(says("one", 1, { kind: "took" }));
    await settle();
    seat.hear(says("two", 2, { kind: "took" }));
    await settle();
    expect(said.filter(({ to }) => to === "one").at(-1)?.message).toMatchObject({ say: { kind: "gone" } });
    seat.hear(says("one", 1, report("p1", 1, "of a zombie")));
    expect(last()).toBe("one gone");
    await settle();
    expect(came).toEqual([]);
    seat.hear(says("one", 1, { kind: "took" }));
    expect(last()).toBe("one gone");
    seat.hear(says("two", 2, report("p1", 1, "under an earlier placement")));
    seat.hear(says("two", 2, report("p2", 1)));
    seat.hear(says("two", 2, report("p2", 1, "again")));
    await settle();
    expect(came).toMatchObject([{ kind: "done", done: { report: { output: "done" } } }]);
    expect(last()).toBe("two heard");
  });

  it("MCH3 asks for what it does not hear, and sends again what the machine does not know of", async () => {
    const { seat, clock, said, last } = stage();
    void seat.fulfil(errand(tool));
    seat.hear(says("one", 1, { kind: "took" }));
    await settle();
    expect(last()).toBe("one order");
    clock.pass(defaultSeatTimes.firstAskMs);
    expect(last()).toBe("one ask");
    seat.hear(says("one", 1, { kind: "busy", placement: "p1", order: 1 }));
    expect(last()).toBe("one ask");
    seat.hear(says("one", 1, { kind: "busy", placement: "p1", order: null }));
    expect(said.at(-1)?.message).toMatchObject({ say: { kind: "order", order: { number: 1 } } });
    clock.pass(defaultSeatTimes.silentMs + defaultSeatTimes.askMs);
    expect(last()).toBe("one gone");
  });

  it("MCH4 a cancelled order keeps the attempt busy until its machine says so, or has lost its place", async () => {
    for (const answers of [true, false]) {
      const { seat, clock, unplaced } = stage();
      const controller = new AbortController();
      const came: Came[] = [];
      void seat.fulfil(errand(tool, { signal: controller.signal })).then((each) => came.push(each));
      seat.hear(says("one", 1, { kind: "took" }));
      await settle();
      controller.abort();
      await settle();
      expect(seat.isIdle()).toBe(false);
      if (answers) seat.hear(says("one", 1, { kind: "report", placement: "p1", order: 1, outcome: { report: null } }));
      else clock.pass(defaultSeatTimes.cancelMs + 1);
      await settle();
      expect(came).toEqual([{ kind: "done", done: { report: undefined } }]);
      expect(unplaced).toEqual(answers ? [false] : [false, true]);
    }
  });

  it("MCH5 a tool goes to the next machine as one that may have run; what was never begun does not", async () => {
    const { seat, said } = stage();
    void seat.fulfil(errand(tool));
    for (const [taking, followed] of [
      [1, 0],
      [2, 1],
      [3, 0],
    ] as const) {
      seat.hear(says(`m${taking}`, taking, { kind: "took" }));
      await settle();
      if (taking < 3) seat.hear(says(`m${taking}`, taking, { kind: "left", followed }));
    }
    const repeats = said.flatMap(({ message }) =>
      "say" in message && message.say.kind === "order" && message.say.order.duty.kind === "tool"
        ? [message.say.order.duty.repeat]
        : [],
    );
    expect(repeats).toEqual([false, false, true]);
  });

  it("MCH5 an order that has cost three machines is sent to no fourth", async () => {
    const { seat } = stage();
    const came = seat.fulfil(errand(tool));
    for (const taking of [1, 2, 3]) {
      seat.hear(says(`m${taking}`, taking, { kind: "took" }));
      await settle();
      seat.dismiss();
    }
    expect(await came).toMatchObject({ kind: "lost" });
  });
});

describe("what was under way on a machine that is gone", () => {
  const poking = (more: object): DutyScope => ({
    ...scope,
    config: makeConfig({ workspace: "git", sandbox: "bwrap", ...more }),
    attempt: { phase: { at: "tool", class: "effectful" } } as DutyScope["attempt"],
  });

  it("MCH5 a model call counts as cut, for it may have been charged", () => {
    expect(isRepeatable(turn, scope)).toBe(false);
    expect(reportLost(turn, scope, undefined)).toMatchObject({ type: "report.turn_failed", code: "cut", try: 1 });
  });

  it("MCH5 effects that no checkpoint undoes are for a person to look at", () => {
    expect(isRepeatable(tool, poking({}))).toBe(true);
    expect(isRepeatable(tool, poking({ sandbox: "none" }))).toBe(false);
    expect(isRepeatable(tool, poking({ workspace: "none" }))).toBe(false);
    expect(reportLost(tool, poking({ workspace: "none" }), undefined)).toMatchObject({ type: "report.tool_lost" });
  });
});

describe("what an attempt asks of a machine", () => {
  const card = (labels: string[], more: Partial<MachineCard> = {}): MachineCard =>
    ({ id: "m", protocol: machineProtocol, isDraining: false, labels, ...more }) as MachineCard;

  it("MCH6 the labels of its ticket and its worker kind, and its model's provider", () => {
    const [worker] = scope.config.archetypes;
    const config = { ...scope.config, archetypes: worker === undefined ? [] : [{ ...worker, labels: ["os:linux"] }] };
    expect(labelsOf({ config, ticket: scope.ticket }, "anthropic/x" as ModelId)).toEqual([
      "os:linux",
      "gpu",
      "provider:anthropic",
    ]);
  });

  it("MCH6 why it waits is said in words", () => {
    expect(whyItWaits(["gpu"], [])).toBe(": none is registered.");
    expect(whyItWaits(["gpu"], [card([], { isDraining: true })])).toContain("draining or of another version");
    expect(whyItWaits(["gpu", "a"], [card(["a"])])).toBe(" with labels gpu, a: none registered has gpu.");
    expect(whyItWaits(["gpu", "a"], [card(["a"]), card(["gpu"])])).toContain("none has all of them");
    expect(whyItWaits(["a"], [card(["a"])])).toBe(": the only one that fits is full.");
    expect(whyItWaits(["a"], [card(["a"]), card(["a"])])).toBe(": all 2 that fit are full.");
  });
});

describe("a duty's scope", () => {
  it("MCH1 is all JSON, and holds a conversation for turns alone", async () => {
    const { conductor, ports } = await conducted([makeTicket("A")]);
    const state = conductor.state();
    const duty = duties(state).find((each) => each.kind === "turn");
    if (duty?.kind !== "turn") expect.fail("no turn is owed");
    const whole = await scopeOf(ports, state, duty);
    expect(JSON.parse(JSON.stringify(whole))).toEqual(whole);
    expect(whole.attempt?.attempt).toBe(1);
    const late = await scopeOf(ports, state, {
      ...tool,
      kind: "dispose",
      key: "dispose:A#9",
      ref: { ...ref, attempt: 9 },
    });
    expect(late.attempt).toBeNull();
  });
});
