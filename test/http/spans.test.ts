// The run's attempts over time, as the API gives them.

import { expect, it } from "vitest";
import type { AttemptSpans } from "../../src/views/attempt-spans.ts";
import { serveRun } from "./served-run.ts";

it("BOARD9 GET /spans gives the attempts over time, what waits for a person as an open hold", async () => {
  const served = await serveRun();
  try {
    const id = await served.untilAsked();
    const { spans, seq } = (await (await served.send("GET", `${served.base}/spans`)).json()) as AttemptSpans;
    expect(seq).toBe(served.conductor.state().seq);
    expect(spans).toMatchObject([
      { ticket: "A", attempt: 1, to: null, holds: [{ approval: id, gate: "call", to: null }] },
    ]);
  } finally {
    await served.close();
  }
});
