// Asks the person at this terminal about one open gate after the other. A gate that somebody else answers meanwhile
// closes under the prompt.

import { approvalsOf, type ApprovalView } from "../views/approvals.ts";
import { byWhom } from "../views/actor-name.ts";
import { answerWords } from "../views/words.ts";
import type { Recorded } from "../domain/event.ts";
import type { ApprovalId } from "../domain/ids.ts";
import { createClient, type Client } from "./client.ts";
import type { CliContext } from "./context.ts";
import type { Conducting } from "./desk.ts";
import { explain } from "./errors.ts";
import type { Answer } from "./terminal/answer.ts";
import { askApproval } from "./terminal/ask-approval.ts";

export type GateDeskOptions = {
  readonly onInterrupt: () => void;
  /** The prompt needs the screen and the keys, and gives them back. */
  readonly onOpen: () => void;
  readonly onClose: () => void;
  /** The prompt came to grief; its gate waits on. */
  readonly onError: (error: Error) => void;
};

type OpenPrompt = {
  readonly view: ApprovalView;
  readonly closing: AbortController;
  isSending: boolean;
  closedBy?: string;
};

export class GateDesk {
  readonly #conducting: Conducting;
  readonly #context: CliContext;
  readonly #options: GateDeskOptions;
  readonly #client: Client;
  readonly #postponed = new Set<ApprovalId>();
  #open: OpenPrompt | undefined;
  #isOver = false;

  constructor(conducting: Conducting, context: CliContext, options: GateDeskOptions) {
    this.#conducting = conducting;
    this.#context = context;
    this.#options = options;
    this.#client = createClient(conducting.send);
  }

  /** Told of every event: asks about new gates, closes the prompt of answered ones. */
  take({ by, event }: Recorded): void {
    if (event.type === "approval.requested") this.#next();
    if (event.type !== "approval.answered" && event.type !== "approval.voided") return;
    this.#postponed.delete(event.approval);
    if (this.#open?.view.id !== event.approval) return;
    const how = event.type === "approval.answered" ? `${answerWords[event.decision]}${byWhom(by)}` : event.reason;
    // Our own answer comes back as an event before its acknowledgement: that one closes the prompt.
    if (this.#open.isSending) this.#open.closedBy = how;
    else this.#open.closing.abort(how);
  }

  /** Asks about everything that is open, what was put off until later included. */
  askAll(): void {
    this.#postponed.clear();
    this.#next();
  }

  close(): void {
    this.#isOver = true;
    this.#open?.closing.abort();
  }

  #next(): void {
    if (this.#open !== undefined || this.#isOver) return;
    const waiting = approvalsOf(this.#conducting.state()).filter(({ id }) => !this.#postponed.has(id));
    const [view] = waiting;
    if (view === undefined) return;
    this.#open = { view, closing: new AbortController(), isSending: false };
    void this.#ask(this.#open, waiting.length - 1)
      .catch((error: unknown) => {
        this.#postponed.add(view.id);
        this.#options.onError(error instanceof Error ? error : new Error(String(error)));
      })
      .finally(() => {
        this.#open = undefined;
        this.#next();
      });
  }

  async #ask(prompt: OpenPrompt, more: number): Promise<void> {
    const { view, closing } = prompt;
    const { signal } = closing;
    const body = await this.#client.approval(view.id).catch(() => undefined);
    if (signal.aborted) return;
    const { onOpen, onClose, onInterrupt } = this.#options;
    const { out: screen, keyboard, env, now } = this.#context;
    const detail = body?.detail ?? { preview: view.head, editable: "" };
    const submit = (answer: Answer): Promise<string | undefined> => this.#submit(prompt, answer);
    onOpen();
    const answer = await askApproval(view, {
      detail,
      screen,
      keyboard,
      env,
      now,
      more,
      onInterrupt,
      signal,
      submit,
    }).finally(() => (this.#isOver ? undefined : onClose()));
    if (answer === undefined && !signal.aborted) this.#postponed.add(view.id);
  }

  async #submit(prompt: OpenPrompt, answer: Answer): Promise<string | undefined> {
    prompt.isSending = true;
    try {
      await this.#send(prompt.view, answer);
      return undefined;
    } catch (error) {
      const explained = explain(error);
      if (explained === undefined) throw error;
      if (prompt.closedBy !== undefined) prompt.closing.abort(prompt.closedBy);
      return `${explained.message}. ${explained.remedy}`;
    } finally {
      prompt.isSending = false;
    }
  }

  #send({ id, digest }: ApprovalView, answer: Answer): Promise<unknown> {
    if (answer.kind === "message") {
      const { text, calls, reason } = answer;
      return this.#client.editMessage({ approval: id, text, calls: [...calls], reason });
    }
    const { decision, reason, edited } = answer;
    return this.#client.answer(id, { decision, reason, digest, ...(edited === undefined ? {} : { edited }) });
  }
}
