// A gate answered at the keyboard: what is shown first, which keys count, what an edit sends.

import { describe, expect, it } from "vitest";
import type { Answer, GateDetail } from "../../../src/cli/terminal/answer.ts";
import { askApproval, type AskOptions } from "../../../src/cli/terminal/ask-approval.ts";
import type { EditText } from "../../../src/cli/terminal/edit-text.ts";
import type { ApprovalView } from "../../../src/views/approvals.ts";
import { approvalsOf } from "../../../src/views/approvals.ts";
import { ask, bareRun, command, replied } from "../../core/story.ts";
import {
  createEmulator,
  createKeyboard,
  createTime,
  type Emulator,
  type FakeKeyboard,
  type FakeTime,
} from "./emulator.ts";

type Asked = {
  readonly screen: Emulator;
  readonly keyboard: FakeKeyboard;
  readonly time: FakeTime;
  readonly answer: Promise<Answer | undefined>;
  readonly sent: Answer[];
  readonly closing: AbortController;
  readonly interrupts: () => number;
  /** Presses keys a person would, one after the other, each taken before the next. */
  readonly press: (...keys: string[]) => Promise<void>;
};

const story = bareRun(["A"], { trust: "ask" }).when(replied("A#1/1", [command("npm publish")]));
const viewOf = (state: typeof story.state): ApprovalView => {
  const [view] = approvalsOf(state);
  if (view === undefined) throw new Error("nobody is asked");
  return view;
};
const runGate = viewOf(story.state);
const questionGate = viewOf(bareRun(["A"]).when(replied("A#1/1", [ask("Which\u202e one?")])).state);

const short: GateDetail = {
  preview: "npm publish",
  editable: '{"command":"npm publish"}',
  message: { text: "Now out with it.", calls: [{ tool: "run", args: '{"command":"npm publish"}' }] },
};
const long: GateDetail = {
  preview: Array.from({ length: 60 }, (_, index) => `line ${index + 1}`).join("\n"),
  editable: "{}",
};

function prompt(view: ApprovalView, detail: GateDetail, more: Partial<AskOptions> = {}): Asked {
  const screen = createEmulator(80, 24);
  const keyboard = createKeyboard();
  const time = createTime();
  const closing = new AbortController();
  const sent: Answer[] = [];
  let interrupts = 0;
  const answer = askApproval(view, {
    detail,
    screen,
    keyboard,
    env: { TERM: "xterm", NO_COLOR: "1" },
    now: time.now,
    signal: closing.signal,
    onInterrupt: () => {
      interrupts += 1;
    },
    submit: async (given) => {
      sent.push(given);
      return undefined;
    },
    ...more,
  });
  let isDone = false;
  void answer.finally(() => {
    isDone = true;
  });
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) {
      time.pass(1_000);
      keyboard.press(key);
      // An editor that is open reads the keys itself.
      do await settled();
      while (!isDone && !keyboard.isRead());
    }
  };
  return { screen, keyboard, time, answer, sent, closing, interrupts: () => interrupts, press };
}

/** Everything that follows of itself from a key has followed. */
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const writes =
  (change: (text: string) => string): EditText =>
  async (text) => ({ kind: "edited", text: change(text) });

describe("a gate answered at the terminal", () => {
  it("shows gate, ticket, attempt, model, tool and exactly what would run", async () => {
    const { screen, press, answer } = prompt(runGate, short);
    expect(screen.text()).toMatchInlineSnapshot(`
      " ■ A A
         attempt 1  ·  alpha/small  ·  tool run  ·  A7
       May it run npm publish?
      ────────────────────────────────────────────────────────────────────────────────
        npm publish
















      ────────────────────────────────────────────────────────────────────────────────
       a run it   e edit   m rewrite the model's message   r reject
       x abort the ticket   l later"
    `);
    await press("l");
    await answer;
  });

  it("GATE19 at the spawn who would start stands before the brief, and both have to be seen", async () => {
    const view = viewOf(bareRun(["A"], { trust: "step" }).state);
    const { screen, press, answer } = prompt(view, { preview: "The brief.", editable: "The brief." });
    expect(screen.text()).toMatch(/Worker {2}coder, tier 3\n.*rung 1 of 3\n.*Tools {3}read, edit, run, ask, finish\n/);
    expect(screen.text()).toMatch(/Checks {2}none.*\n.*Trust {3}step: .*\n\n {2}The brief\./);
    await press("a");
    expect(await answer).toMatchObject({ decision: "approve" });
    const tall = prompt(view, long);
    await tall.press("a");
    expect(tall.screen.text()).toContain("Read to the end before you approve");
    await tall.press("l");
  });

  it("a approves, once, with what was shown", async () => {
    const { press, answer, sent, screen, keyboard } = prompt(runGate, short);
    await press("a");
    expect(await answer).toEqual({ kind: "answer", decision: "approve", reason: "" });
    expect(sent).toHaveLength(1);
    expect(screen.isAlternate()).toBe(false);
    expect([keyboard.isRaw(), keyboard.isRead()]).toEqual([false, false]);
  });

  it("what is long has to be seen to its end before it can be approved", async () => {
    const { press, answer, sent, screen } = prompt(runGate, long);
    await press("a");
    expect(screen.text()).toContain("Read to the end before you approve");
    expect(screen.text()).toMatch(/\d+ more lines: space for the next page/);
    await press(" ", "a");
    expect(sent).toEqual([]);
    await press("G");
    expect(screen.text()).toContain("line 60");
    await press("g", "a");
    expect(await answer).toMatchObject({ decision: "approve" });
  });

  it("keys typed ahead of the question, and pastes, are no answer", async () => {
    const { keyboard, press, answer, sent } = prompt(runGate, short);
    keyboard.press("a");
    await settled();
    await press("aaa", "approve\r", "l");
    expect(await answer).toBeUndefined();
    expect(sent).toEqual([]);
  });

  it("r rejects with a reason, which may not be empty; esc goes back", async () => {
    const { press, answer, screen } = prompt(runGate, short);
    await press("r", "\r");
    expect(screen.text()).toContain("Write a few words first.");
    await press("no", "\u001b");
    expect(screen.text()).toContain("r reject");
    await press("r", "not this", "\u0017", "yet: 漢", "\u007f", "字", "\r");
    expect(await answer).toEqual({ kind: "answer", decision: "reject", reason: "not yet: 字" });
  });

  it("x aborts the ticket, only after enter", async () => {
    const { press, answer, sent } = prompt(runGate, short);
    await press("x");
    expect(sent).toEqual([]);
    await press("\r");
    expect(await answer).toEqual({ kind: "answer", decision: "abort", reason: "" });
  });

  it("e edits the arguments; the change is shown as a diff before it is sent", async () => {
    const { press, answer, screen, sent } = prompt(runGate, short, {
      edit: writes((text) => text.replace("publish", "pack")),
    });
    await press("e");
    expect(screen.text()).toContain('-  "command": "npm publish"');
    expect(screen.text()).toContain('+  "command": "npm pack"');
    expect(sent).toEqual([]);
    await press("\r");
    const given = await answer;
    expect(given).toMatchObject({ kind: "answer", decision: "edit" });
    expect(given?.kind === "answer" ? JSON.parse(given.edited ?? "") : undefined).toEqual({ command: "npm pack" });
  });

  it("an edit that is no JSON object is shown with its fault and opened again as it was written", async () => {
    const opened: string[] = [];
    const edit: EditText = async (text) => {
      opened.push(text);
      return { kind: "edited", text: opened.length === 1 ? '{"command": npm}' : '{"command": "ls"}' };
    };
    const { press, answer, screen, sent } = prompt(runGate, short, { edit });
    await press("e");
    expect(screen.text()).toContain("This cannot be sent:");
    await press("\r");
    expect(sent).toEqual([]);
    await press("e", "\r");
    expect(opened[1]).toBe('{"command": npm}');
    expect(await answer).toMatchObject({ decision: "edit", edited: '{"command": "ls"}' });
  });

  it("what the run does not accept is said, and what was written is kept", async () => {
    let tries = 0;
    const submit = async (): Promise<string | undefined> => {
      tries += 1;
      return tries === 1 ? "command: must not be empty" : undefined;
    };
    const { press, answer, screen } = prompt(runGate, short, { submit, edit: writes(() => '{"command": ""}') });
    await press("e", "\r");
    expect(screen.text()).toContain("Not accepted: command: must not be empty");
    await press("\r");
    expect(await answer).toMatchObject({ decision: "edit" });
  });

  it("m rewrites the model's last message, its words and its calls", async () => {
    const { press, answer } = prompt(runGate, short, {
      edit: writes((text) => text.replace("Now out with it.", "Look first.").replace("npm publish", "npm pack")),
    });
    await press("m", "\r");
    expect(await answer).toEqual({
      kind: "message",
      text: "Look first.",
      calls: [{ tool: "run", args: '{"command":"npm pack"}' }],
      reason: "",
    });
  });

  it("an editor that fails or changes nothing leaves the question as it was", async () => {
    const kinds: EditText[] = [
      async () => ({ kind: "given_up", why: 'the editor "nano" was not found' }),
      async (text) => ({ kind: "edited", text }),
    ];
    const edit: EditText = (text, options) => (kinds.shift() ?? writes((each) => each))(text, options);
    const { press, answer, screen } = prompt(runGate, short, { edit });
    await press("e");
    expect(screen.text()).toContain('the editor "nano" was not found');
    await press("e");
    expect(screen.text()).toContain("Nothing was changed.");
    await press("l");
    expect(await answer).toBeUndefined();
  });

  it("a question is answered with words; its hidden characters are flagged", async () => {
    const { press, answer, screen } = prompt(questionGate, { preview: "Which\u202e one?", editable: "" });
    expect(screen.text()).toContain("Which\\u{202e} one?");
    expect(screen.text()).toContain("Holds characters you would not see: U+202E bidi");
    await press("a", "the second", "\r");
    expect(await answer).toEqual({ kind: "answer", decision: "edit", reason: "", edited: "the second" });
  });

  it("first answer wins: the prompt closes and says who answered", async () => {
    const { answer, closing, screen, keyboard } = prompt(runGate, short);
    closing.abort("answered approve by mara");
    expect(await answer).toBeUndefined();
    expect(screen.isAlternate()).toBe(false);
    expect(screen.text()).toBe(`${runGate.id}: answered approve by mara`);
    expect(keyboard.isRead()).toBe(false);
  });

  it("does not draw over an open editor when the gate closes; it says so afterwards", async () => {
    const editor = Promise.withResolvers<string>();
    const edit: EditText = async () => ({ kind: "edited", text: await editor.promise });
    const { keyboard, time, answer, closing, screen } = prompt(runGate, short, { edit });
    time.pass(1_000);
    keyboard.press("e");
    const before = screen.writes.length;
    closing.abort("answered reject by mara");
    await settled();
    expect(screen.writes.length).toBe(before);
    editor.resolve("{}");
    expect(await answer).toBeUndefined();
    expect(screen.text()).toContain("answered reject by mara");
  });

  it("ctrl-c interrupts the run and leaves the question", async () => {
    const { press, answer, interrupts } = prompt(runGate, short);
    await press("\u0003");
    expect(interrupts()).toBe(1);
    await press("l");
    expect(await answer).toBeUndefined();
  });

  it("fits any terminal", async () => {
    const { screen, press, answer } = prompt(runGate, long);
    for (const [columns, rows] of [
      [40, 12],
      [20, 8],
      [8, 4],
      [200, 50],
    ] as const) {
      screen.resize(columns, rows);
      expect(screen.lines().length).toBeLessThanOrEqual(rows);
    }
    expect(screen.unknown).toEqual([]);
    await press("l");
    await answer;
  });
});
