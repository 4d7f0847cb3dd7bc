// Asks the person at this terminal about one gate. Workers go on meanwhile; whoever answers first, here or elsewhere,
// has answered.

import { findHidden, type Hidden } from "../../domain/printable.ts";
import type { ApprovalView } from "../../views/approvals.ts";
import { workerInWords } from "../../views/worker-facts.ts";
import type { Answer, GateDetail } from "./answer.ts";
import { choiceKeys, isWritten, confirmKeys, scrolled, typed, typingLabel, type Typing } from "./approval-keys.ts";
import { approvalLines, type Prompt } from "./approval-lines.ts";
import { bodyLines } from "./body-lines.ts";
import { editAnswer, editMessage, type Edit } from "./edit-answer.ts";
import { createEditor, type EditText } from "./edit-text.ts";
import { listenToKeys, type Key } from "./keys.ts";
import type { Line } from "./line.ts";
import { createPainter, type Painter } from "./painter.ts";
import { createStyle, type Style } from "./style.ts";
import { sizeOf, type Environment, type Keyboard, type Screen } from "./terminal.ts";

export type AskOptions = {
  readonly detail: GateDetail;
  /** Sends an answer. Says why it was not accepted, or undefined once it is. */
  readonly submit: (answer: Answer) => Promise<string | undefined>;
  /** Aborted when the gate is closed by someone else; a text as its reason says by whom. */
  readonly signal: AbortSignal;
  readonly screen: Screen;
  readonly keyboard: Keyboard;
  readonly env: Environment;
  /** ms; only differences count. */
  readonly now: () => number;
  /** Ctrl-C: with raw keys no signal comes. The prompt stays until `signal` aborts. */
  readonly onInterrupt: () => void;
  /** How many more wait behind this one. */
  readonly more?: number;
  readonly edit?: EditText;
};

/** The answer that was accepted; undefined for "later", and where the gate closed under the prompt. */
export const askApproval = (view: ApprovalView, options: AskOptions): Promise<Answer | undefined> =>
  new ApprovalPrompt(view, options).done;

/** Keys pressed this soon were meant for what stood on the screen before. */
const settleMs = 350;

type Mode =
  | { readonly at: "choosing" }
  | { readonly at: "typing"; readonly what: Typing; readonly text: string }
  | { readonly at: "confirming"; readonly edit: Edit }
  | { readonly at: "busy"; readonly doing: string };

class ApprovalPrompt {
  readonly done: Promise<Answer | undefined>;
  readonly #view: ApprovalView;
  readonly #options: AskOptions;
  readonly #edit: EditText;
  readonly #style: Style;
  readonly #painter: Painter;
  readonly #hidden: readonly Hidden[];
  readonly #ending = Promise.withResolvers<Answer | undefined>();
  #mode: Mode = { at: "choosing" };
  #notice: string | null = null;
  #top = 0;
  #page = 1;
  /** Lines of what is asked that have stood on the screen. */
  #seen = 0;
  #shownAt = 0;
  #stopKeys = (): void => {};
  #isOver = false;
  /** The editor is open or an answer is on its way: what closes the gate meanwhile is told afterwards. */
  #isAway = false;

  constructor(view: ApprovalView, options: AskOptions) {
    this.#view = view;
    this.#options = options;
    this.#edit = options.edit ?? createEditor(options.env);
    this.#style = createStyle(options.screen, options.env);
    this.#painter = createPainter(options.screen, this.#style);
    this.#hidden = hiddenIn(view, options.detail);
    this.done = this.#ending.promise;
    if (options.signal.aborted) {
      this.#onClosed();
      return;
    }
    options.signal.addEventListener("abort", this.#onClosed);
    options.screen.on("resize", this.#onResize);
    this.#listen();
    this.#draw();
  }

  #listen(): void {
    this.#shownAt = this.#options.now();
    this.#stopKeys = listenToKeys(this.#options.keyboard, this.#onKeys);
  }

  #onClosed = (): void => {
    if (this.#isAway) return;
    const why: unknown = this.#options.signal.reason;
    this.#finish(undefined);
    if (typeof why === "string") this.#options.screen.write(`${this.#view.id}: ${why}\n`);
  };

  #onResize = (): void => {
    this.#painter.forget();
    this.#draw();
  };

  #onKeys = (keys: readonly Key[]): void => {
    if (keys.includes("ctrl-c")) {
      this.#options.onInterrupt();
      return;
    }
    this.#take(keys)?.catch((error: unknown) => {
      this.#finish(undefined);
      this.#ending.reject(error);
    });
  };

  #finish(answer: Answer | undefined): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#stopKeys();
    this.#options.signal.removeEventListener("abort", this.#onClosed);
    this.#options.screen.off("resize", this.#onResize);
    this.#painter.close();
    this.#ending.resolve(answer);
  }

  // ---- drawing ----

  #body(): readonly Line[] {
    const { columns } = sizeOf(this.#options.screen);
    if (this.#mode.at === "confirming") return bodyLines(this.#mode.edit.preview, columns);
    const { worker } = this.#view;
    const facts = worker === null ? [] : [...bodyLines(workerInWords(worker), columns), []];
    return [...facts, ...bodyLines(this.#options.detail.preview, columns)];
  }

  #draw(): void {
    if (this.#isOver) return;
    const body = this.#body();
    const screen = {
      view: this.#view,
      title: this.#mode.at === "confirming" ? this.#mode.edit.title : this.#view.asks,
      body,
      hidden: this.#hidden,
      notice: this.#notice,
      more: this.#options.more ?? 0,
    };
    const size = sizeOf(this.#options.screen);
    const layOut = () =>
      approvalLines({ ...screen, top: this.#top, prompt: this.#prompt(body.length) }, size, this.#style.glyphs);
    let drawn = layOut();
    // What was read, and with it what may be pressed, depends on how much fits.
    this.#page = drawn.page;
    this.#top = Math.max(0, Math.min(this.#top, body.length - this.#page));
    if (this.#mode.at === "choosing") this.#seen = Math.max(this.#seen, this.#top + this.#page);
    drawn = layOut();
    this.#painter.paint(drawn.lines, drawn.cursor);
  }

  #prompt(total: number): Prompt {
    const { gate } = this.#view;
    switch (this.#mode.at) {
      case "choosing": {
        const can = {
          approve: isWritten(gate) || this.#seen >= total,
          rewrite: this.#options.detail.message !== undefined,
        };
        return { kind: "keys", keys: choiceKeys(this.#view, can) };
      }
      case "typing":
        return { kind: "input", label: typingLabel(gate, this.#mode.what), text: this.#mode.text };
      case "confirming":
        return { kind: "keys", keys: confirmKeys(this.#mode.edit.answer !== null) };
      case "busy":
        return { kind: "keys", keys: [{ key: "", does: this.#mode.doing, isReady: false }] };
      default:
        return this.#mode satisfies never;
    }
  }

  #turnTo(mode: Mode, notice: string | null = null): undefined {
    if (mode.at !== this.#mode.at && (mode.at === "confirming" || this.#mode.at === "confirming")) this.#top = 0;
    this.#mode = mode;
    this.#notice = notice;
    this.#draw();
    return undefined;
  }

  // ---- keys ----

  #take(keys: readonly Key[]): Promise<void> | undefined {
    const mode = this.#mode;
    if (mode.at === "typing") return this.#type(keys, mode);
    const [key] = keys;
    // Several keys at once are a paste or were typed ahead: never an answer.
    if (key === undefined || keys.length > 1 || mode.at === "busy") return undefined;
    if (this.#options.now() - this.#shownAt < settleMs) return undefined;
    const top = scrolled(key, { top: this.#top, page: this.#page, total: this.#body().length });
    if (top !== undefined) {
      this.#top = top;
      return this.#turnTo(mode);
    }
    return mode.at === "confirming" ? this.#confirm(key, mode.edit) : this.#choose(key);
  }

  #choose(key: Key): Promise<void> | undefined {
    const { detail } = this.#options;
    const edit = this.#edit;
    switch (key) {
      case "a":
        return this.#approve();
      case "e":
        return this.#openEditor(() => editAnswer(this.#view, { detail, edit }));
      case "m":
        return detail.message === undefined ? undefined : this.#openEditor(() => editMessage({ detail, edit }));
      case "r":
        return this.#turnTo({ at: "typing", what: "reject", text: "" });
      case "x":
        return this.#turnTo({ at: "typing", what: "abort", text: "" });
      case "l":
      case "escape":
        this.#finish(undefined);
        return undefined;
      default:
        return undefined;
    }
  }

  #approve(): Promise<void> | undefined {
    if (isWritten(this.#view.gate)) return this.#turnTo({ at: "typing", what: "edit", text: "" });
    if (this.#seen >= this.#body().length) return this.#send({ kind: "answer", decision: "approve", reason: "" });
    return this.#turnTo(this.#mode, "Read to the end before you approve: space for the next page, G for the end.");
  }

  #confirm(key: Key, edit: Edit): Promise<void> | undefined {
    if (key === "enter" && edit.answer !== null) return this.#send(edit.answer);
    if (key === "e") return this.#openEditor(edit.again);
    return key === "escape" ? this.#turnTo({ at: "choosing" }, "What you wrote was discarded.") : undefined;
  }

  #type(keys: readonly Key[], typing: Extract<Mode, { at: "typing" }>): Promise<void> | undefined {
    let { text } = typing;
    for (const key of keys) {
      if (key === "escape") return this.#turnTo({ at: "choosing" });
      if (key === "enter") return this.#sendTyped(typing.what, text.trim());
      text = typed(text, key);
    }
    return this.#turnTo({ ...typing, text });
  }

  /** An abort needs no reason; a worker that is told no has to be told why. */
  #sendTyped(what: Typing, text: string): Promise<void> | undefined {
    if (text === "" && what !== "abort") return this.#turnTo({ at: "typing", what, text }, "Write a few words first.");
    if (what === "edit") return this.#send({ kind: "answer", decision: "edit", reason: "", edited: text });
    return this.#send({ kind: "answer", decision: what, reason: text });
  }

  async #send(answer: Answer): Promise<void> {
    const before = this.#mode;
    this.#turnTo({ at: "busy", doing: "sending your answer" });
    const problem = await this.#away(() => this.#options.submit(answer));
    if (problem === undefined) this.#finish(answer);
    else if (this.#options.signal.aborted) this.#onClosed();
    else this.#turnTo(before, `Not accepted: ${problem}`);
  }

  #away<T>(doing: () => Promise<T>): Promise<T> {
    this.#isAway = true;
    return doing().finally(() => {
      this.#isAway = false;
    });
  }

  /** The editor has the terminal to itself: no key is read and nothing is drawn until it ends. */
  async #openEditor(open: () => Promise<Edit | string>): Promise<void> {
    const before = this.#mode;
    this.#stopKeys();
    this.#painter.close();
    this.#mode = { at: "busy", doing: "the editor is open" };
    const edited = await this.#away(open);
    if (this.#options.signal.aborted) {
      this.#onClosed();
      return;
    }
    this.#listen();
    if (typeof edited === "string") this.#turnTo(before.at === "confirming" ? before : { at: "choosing" }, edited);
    else this.#turnTo({ at: "confirming", edit: edited });
  }
}

/** Of the call itself and of what is shown: an escape in the one may be the character itself in the other. */
function hiddenIn(view: ApprovalView, detail: GateDetail): readonly Hidden[] {
  const found = new Map(findHidden(detail.preview).map((each) => [each.name, each]));
  for (const each of view.hidden) if (!found.has(each.name)) found.set(each.name, each);
  return [...found.values()];
}
