// Appends decided records in order and says when they are durable. A full disk is a wait, a lost claim is the end.

import type { Recorded } from "../domain/event.ts";
import { Fault, type AppendRefused, type Appended, type Clock, type EventLog } from "./ports.ts";

export type Writer = {
  /** Resolves when the records are on disk; rejects with Fault `lost_claim` when this process may write no more. */
  readonly append: (expected: number, records: readonly Recorded[]) => Promise<void>;
};

type Batch = {
  readonly expected: number;
  readonly records: readonly Recorded[];
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
};

const retryMs = 2_000;

export function createWriter(options: {
  readonly log: EventLog;
  readonly token: number;
  readonly clock: Clock;
  readonly onStalled: (detail: string | null) => void;
}): Writer {
  const { log, token, clock, onStalled } = options;
  /** Sent or waiting, in order; the first is the oldest that is not durable. */
  const unacked: Batch[] = [];
  let isStalled = false;
  /** Raised on every stall: answers to what was sent before it are void. */
  let round = 0;

  const send = (batch: Batch): void => {
    const sentIn = round;
    void log.append({ expected: batch.expected, token, records: batch.records }).then(
      (outcome) => (sentIn === round ? settle(batch, outcome) : undefined),
      (error: unknown) => fail(error instanceof Error ? error : new Error(String(error))),
    );
  };

  const settle = (batch: Batch, outcome: Appended | AppendRefused): void => {
    if (outcome.kind === "appended") {
      unacked.splice(unacked.indexOf(batch), 1);
      if (isStalled) {
        isStalled = false;
        onStalled(null);
        for (const waiting of unacked) send(waiting);
      }
      batch.resolve();
    } else if (outcome.kind === "disk_full") stall(outcome.detail);
    else fail(lostClaim(outcome));
  };

  const stall = (detail: string): void => {
    round += 1;
    if (!isStalled) onStalled(detail);
    isStalled = true;
    // One probe, the oldest batch; the rest follows when it is through.
    clock.wake(clock.now() + retryMs, () => {
      const oldest = unacked[0];
      if (oldest !== undefined) send(oldest);
    });
  };

  const fail = (reason: Error): void => {
    round += 1;
    for (const batch of unacked.splice(0)) batch.reject(reason);
  };

  return {
    append: (expected, records) =>
      new Promise((resolve, reject) => {
        const batch: Batch = { expected, records, resolve, reject };
        unacked.push(batch);
        if (!isStalled) send(batch);
      }),
  };
}

const lostClaim = (outcome: Exclude<AppendRefused, { kind: "disk_full" }>): Fault =>
  outcome.kind === "fenced"
    ? new Fault("lost_claim", `another process took this run over (token ${outcome.current}, ours ${outcome.token})`, {
        remedy: "this process stops; see `tutti status`",
      })
    : new Fault("lost_claim", `the log holds ${outcome.actual} records where ${outcome.expected} were expected`, {
        remedy: "another process wrote to this run; this one stops; see `tutti status`",
      });
