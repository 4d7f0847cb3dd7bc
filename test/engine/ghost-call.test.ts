// A cycle that was cut off by another one's answer, and answers itself before that is on disk.

import { expect, it } from "vitest";
import type { EventLog } from "../../src/engine/ports.ts";
import { agreeing, deliberating, makeDeliberation, says } from "../support/deliberating.ts";

it("C1 DLB6 no call is made again between the decision that cut it off and the disk", async () => {
  const slow = (log: EventLog): EventLog => ({
    ...log,
    append: async (batch) => {
      await new Promise(setImmediate);
      return log.append(batch);
    },
  });
  const calls: string[] = [];
  const run = await deliberating({
    config: makeDeliberation({}, { mediatorAtOnce: true }),
    // The mediator follows everything; its cycle is under way when the two agree.
    consults: { ...agreeing, "mediate:GAMMA": [says({ status: "done" })] },
    stage: { log: slow },
    models: (models) => ({
      ...models,
      call: (request, hooks) => {
        const call = JSON.stringify(request.step);
        if (calls.filter((each) => each === call).length > 5) throw new Error(`called without end: ${call}`);
        calls.push(call);
        return models.call(request, hooks);
      },
    }),
  });
  await run.drive();
  expect(run.all("deliberation.ended")).toMatchObject([{ outcome: "consensus" }]);
  expect(calls.filter((call, place) => calls.indexOf(call) < place)).toEqual([]);
});
