// What a ticket used stays with it when its attempts end: the state says the same as the whole log.

import { describe, expect, it } from "vitest";
import { foldAll } from "../../src/core/evolve.ts";
import { fromSnapshotText, toSnapshotText } from "../../src/core/snapshot.ts";
import { boardOf } from "../../src/views/board.ts";
import { orderTickets } from "../../src/views/ticket-order.ts";
import { spendByTicket } from "../../src/views/spend.ts";
import { ticketUsage } from "../../src/views/ticket-usage.ts";
import { totalTokens } from "../../src/domain/usage.ts";
import { foldableLogs } from "../golden/fold-golden.ts";
import { loadGoldenLog } from "../golden/golden-logs.ts";
import { makeBillingRun } from "../page/support/billing-run.ts";

const logs = [
  ...foldableLogs.map((path) => ({ name: path.split("/").at(-2) ?? path, records: loadGoldenLog(path) })),
  { name: "billing", records: makeBillingRun({ tickets: 60, share: 0.7 }).records },
];

describe("what tickets used", () => {
  it.each(logs)("BOARD15 is the same in the state, in its snapshot and in the log: $name", ({ records }) => {
    const state = foldAll(records);
    const stored = fromSnapshotText(toSnapshotText(state));
    const spent = new Map(spendByTicket(records).map(({ ticket, usage }) => [ticket, usage]));
    state.graph.tickets.forEach(({ id }, index) => {
      const inLog = spent.get(id);
      const inState = ticketUsage(state, index);
      expect([id, totalTokens(inState), inState.costMicros]).toEqual([
        id,
        inLog === undefined ? 0 : totalTokens(inLog),
        inLog === undefined ? 0 : inLog.costMicros,
      ]);
      expect(ticketUsage(stored, index)).toEqual(inState);
    });
  });

  it("BOARD15 a settled ticket keeps its tokens and its cost on the board, and the list is ordered by them", () => {
    const { state } = makeBillingRun({ tickets: 60, share: 0.7 });
    const { tickets } = boardOf(state);
    const settled = tickets.filter(({ status }) => status === "completed" || status === "failed");
    expect(settled.length).toBeGreaterThan(20);
    expect(
      settled.filter(({ tokens, costMicros, usage }) => tokens === 0 || costMicros === 0 || usage !== null),
    ).toEqual([]);
    const all = tickets.map(({ index }) => index);
    const dearest = orderTickets(state, all, { key: "cost", isDown: true });
    const costs = dearest.map((index) => tickets.find((each) => each.index === index)?.costMicros ?? Infinity);
    expect(costs).toEqual(costs.toSorted((a, b) => b - a));
    expect(costs[0]).toBeGreaterThan(0);
  });
});
