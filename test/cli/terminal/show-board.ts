// Draws the sample board on this process's own terminal until a key comes; then asks about a gate and prints the answer.

import { createLiveView } from "../../../src/cli/live-view.ts";
import { askApproval } from "../../../src/cli/terminal/ask-approval.ts";
import { listenToKeys } from "../../../src/cli/terminal/keys.ts";
import type { ApprovalId, ModelId, TicketId } from "../../../src/domain/ids.ts";
import type { ApprovalView } from "../../../src/views/approvals.ts";
import { sampleBoard, start, ticket } from "./sample-board.ts";

const gate: ApprovalView = {
  id: "A61" as ApprovalId,
  gate: "call",
  ticket: "PKG" as TicketId,
  title: "Install as a command",
  attempt: 1,
  turn: 2,
  call: 0,
  model: "scripted/quick" as ModelId,
  worker: null,
  tool: "run",
  asks: "May it run npm publish?",
  shown: "",
  head: "",
  args: '{"command":"npm publish"}',
  hidden: [],
  digest: "d",
  askedAt: start,
  choices: [],
  lastMessage: null,
  holdsUp: 1,
};

const many = Number(process.argv[2] ?? "0");
const board =
  many === 0
    ? sampleBoard()
    : sampleBoard(
        Array.from({ length: many }, (_, index) =>
          ticket(`T${index}`, index % 7 === 0 ? "running" : index % 3 === 0 ? "blocked" : "pending"),
        ),
      );
// The clock stands: what is drawn depends on nothing but the board.
const view = createLiveView({ out: process.stdout, now: () => start + 60_000, env: process.env });
view.update(board);

const stop = listenToKeys(process.stdin, () => {
  stop();
  view.close();
  const closing = new AbortController();
  void askApproval(gate, {
    detail: { preview: "npm publish", editable: '{"command":"npm publish"}' },
    submit: async () => undefined,
    signal: closing.signal,
    screen: process.stdout,
    keyboard: process.stdin,
    env: process.env,
    now: () => performance.now(),
    onInterrupt: () => closing.abort("interrupted"),
  }).then((answer) => {
    process.stdout.write(`answer: ${JSON.stringify(answer)}\n`);
    // Keeps the pane open for whoever reads it.
    process.stdin.resume();
  });
});
