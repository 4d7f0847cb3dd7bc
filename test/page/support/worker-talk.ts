// What the made-up workers of a sample run say: paragraphs, reads, edits, commands, and an end.

import type { Duty } from "../../../src/core/duties.ts";
import type { Report } from "../../../src/domain/command.ts";
import type { ToolCall } from "../../../src/domain/tool.ts";

export const paragraphs = [
  "The writer takes a lock per account but never checks the fence token after the lock is granted. A stale writer can therefore append after failover.",
  "I will:\n\n1. Carry `fence.token` into `append()`\n2. Reject with `StaleWriterError` when the stored token is newer\n3. Add a property test that kills the writer between lock and append",
  "I see that the snapshot job writes the same head pointer, which would race with the new check. A separate pointer for snapshots removes that race and costs one extra key.",
  "All 49 tests pass on the current head, so this is a clean base. **Editing now.**",
  "The property test fails as it should: the guard is not in place yet.",
  "I run only the ledger suite here, since no file outside src/ledger changed. The migration adds one bigint column with a default, so it does not rewrite the table. Rolling back drops the column, which is safe while no reader uses it.",
] as const;

const before = "const lock = await this.locks.acquire(e.account);";
const after =
  "const token = await this.fence.current(e.account);\n    const lock = await this.locks.acquire(e.account, { token });";

const calls: readonly Omit<ToolCall, "id">[] = [
  { tool: "read", args: '{"path":"src/ledger/journal.ts"}', class: "pure" },
  { tool: "search", args: '{"pattern":"StaleWriterError"}', class: "pure" },
  {
    tool: "edit",
    args: JSON.stringify({ path: "src/ledger/journal.ts", old: before, new: after }),
    class: "idempotent",
  },
  { tool: "run", args: '{"command":["npm","test","--","ledger"]}', class: "effectful" },
];

const pick = <T>(items: readonly T[], chance: () => number): T => items[Math.floor(chance() * items.length)] as T;

/** Turns 1 to 4 look and change; from the third on a worker may say that it is done. */
export function workerReply(duty: Extract<Duty, { kind: "turn" }>, chance: () => number): Report {
  const isLast = duty.turn >= 3 && chance() < 0.4;
  const call: ToolCall = isLast
    ? {
        id: `c${duty.turn}`,
        tool: "finish",
        args: '{"outcome":"completed","summary":"Stale writers are rejected after a failover."}',
        class: "control",
      }
    : { id: `c${duty.turn}`, ...pick(calls, chance) };
  const tokens = 2_000 + Math.floor(chance() * 3_000) + duty.turn * 2_600;
  return {
    type: "report.replied",
    ...duty.ref,
    turn: duty.turn,
    try: duty.try,
    text: pick(paragraphs, chance),
    reasoning: "The lock is taken before the token is read; the order matters after a failover.",
    calls: [call],
    finish: "calls",
    usage: {
      input: Math.round(tokens * 0.3),
      cachedRead: Math.round(tokens * 0.65),
      cacheWrite: Math.round(tokens * 0.05),
      output: 180 + Math.floor(chance() * 500),
      reasoning: 40,
      costMicros: Math.round(tokens * 1.4),
      estimated: false,
    },
    ms: 4_000 + Math.floor(chance() * 9_000),
  };
}
