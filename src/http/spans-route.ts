// The attempts of a run over time: what its timeline is drawn from.

import type { Hono } from "hono";
import { foldSpans, noSpans, type AttemptSpans } from "../views/attempt-spans.ts";

export function addSpans(app: Hono): void {
  app.get("/spans", (context) => {
    const { ports, state } = context.get("open");
    const durable = state().seq;
    const body: AttemptSpans = foldSpans(noSpans, upTo(ports.log.read(), durable));
    return context.json(body);
  });
}

function* upTo<T extends { readonly seq: number }>(records: Iterable<T>, last: number): Generator<T> {
  for (const recorded of records) {
    if (recorded.seq > last) return;
    yield recorded;
  }
}
