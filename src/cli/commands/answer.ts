// Answers from a second terminal: approve, reject, edit, answer. The first answer counts, whoever gives it.

import { readFile } from "node:fs/promises";
import type { AnswerBody, ApprovalBody } from "../../http/wire.ts";
import { toPrintableLine } from "../../domain/printable.ts";
import { createClient, type Client } from "../client.ts";
import type { CliContext, CommonOptions, ExitCode } from "../context.ts";
import { CliFault } from "../errors.ts";
import { laterLine } from "../invocation.ts";
import { createEditor } from "../terminal/edit-text.ts";
import { layOutJson } from "../terminal/json-layout.ts";
import { parseMessageText, toMessageText } from "../terminal/message-text.ts";

export type AnswerOptions = CommonOptions & { readonly run?: string; readonly reason?: string };
export type EditOptions = AnswerOptions & {
  readonly text?: string;
  readonly file?: string;
  readonly message?: boolean;
  readonly undo?: boolean;
};

type Answering = { readonly client: Client; readonly approval: ApprovalBody };

/** Finds the approval, lets `act` answer it, and says what became of it. */
async function answering(
  id: string,
  options: AnswerOptions,
  to: { readonly context: CliContext; readonly act: (answering: Answering) => Promise<string> },
): Promise<ExitCode> {
  const { context, act } = to;
  const desk = await context.desk();
  const { repo, run, json } = options;
  const connection = await desk.connect({ repo, ...(run === undefined ? {} : { run }) }, { hold: true });
  try {
    const client = createClient(connection.send);
    const approval = await client.approval(id.toUpperCase());
    const did = await act({ client, approval });
    if (json === true)
      context.out.write(
        `${JSON.stringify({ run: connection.run, approval: approval.id, did, live: connection.isLive })}\n`,
      );
    else {
      const later = connection.isLive ? "" : laterLine(context.env, { repo, run: connection.run });
      context.out.write(
        `${approval.id} ${did}: ${toPrintableLine(approval.ticket ?? "run")}, ${toPrintableLine(approval.asks)}\n${later}`,
      );
    }
    return 0;
  } finally {
    await connection.close();
  }
}

export const approveCommand = (id: string, options: AnswerOptions, context: CliContext): Promise<ExitCode> =>
  answering(id, options, {
    context,
    act: async ({ client, approval }) => {
      await client.answer(approval.id, bound(approval, { decision: "approve", reason: options.reason ?? "" }));
      return "approved";
    },
  });

export const rejectCommand = (id: string, options: AnswerOptions, context: CliContext): Promise<ExitCode> =>
  answering(id, options, {
    context,
    act: async ({ client, approval }) => {
      await client.answer(approval.id, bound(approval, { decision: "reject", reason: options.reason ?? "" }));
      return "rejected";
    },
  });

export const answerCommand = (
  id: string,
  text: string,
  options: AnswerOptions,
  context: CliContext,
): Promise<ExitCode> =>
  answering(id, options, {
    context,
    act: async ({ client, approval }) => {
      if (approval.gate !== "question") {
        throw new CliFault(
          "decision_not_offered",
          `${approval.id} is not a question`,
          `Use tutti approve, edit or reject ${approval.id}`,
        );
      }
      await client.answer(approval.id, bound(approval, { decision: "edit", edited: text, reason: "" }));
      return "answered";
    },
  });

export const editCommand = (id: string, options: EditOptions, context: CliContext): Promise<ExitCode> =>
  answering(id, options, {
    context,
    act: async (answered) =>
      options.undo === true
        ? restore(answered, options)
        : options.message === true
          ? rewrite(answered, options, context)
          : edit(answered, options, context),
  });

async function restore({ client, approval }: Answering, { reason = "" }: EditOptions): Promise<string> {
  await client.command({ type: "message.restore", approval: approval.id, reason });
  return "restored";
}

async function edit({ client, approval }: Answering, options: EditOptions, context: CliContext): Promise<string> {
  const editable = approval.detail?.editable;
  if (editable === undefined) throw noDetail(approval);
  const isCall = approval.gate === "call";
  const edited = await newText(isCall ? layOutJson(editable) : editable, options, {
    context,
    suffix: isCall || approval.gate === "plan" ? ".json" : ".md",
  });
  await client.answer(approval.id, bound(approval, { decision: "edit", edited, reason: options.reason ?? "" }));
  return "edited";
}

async function rewrite({ client, approval }: Answering, options: EditOptions, context: CliContext): Promise<string> {
  const message = approval.detail?.message;
  if (message === undefined) {
    throw new CliFault(
      "edit_invalid",
      `${approval.id} has no message of the model's to rewrite`,
      "Answer it without --message",
    );
  }
  const reason = options.reason ?? "";
  const text = await newText(toMessageText(message), options, { context, suffix: ".md" });
  const parsed = parseMessageText(text, message);
  if (parsed.ok)
    await client.editMessage({
      approval: approval.id,
      text: parsed.message.text,
      calls: [...parsed.message.calls],
      reason,
    });
  // Words alone, given on the command line, leave the calls as they are.
  else if (isGiven(options)) await client.editMessage({ approval: approval.id, text, reason });
  else throw new CliFault("edit_invalid", parsed.problem, "Nothing was changed; try again");
  return "rewritten";
}

const isGiven = ({ text, file }: EditOptions): boolean => text !== undefined || file !== undefined;

async function newText(
  before: string,
  options: EditOptions,
  to: { context: CliContext; suffix: string },
): Promise<string> {
  if (options.text !== undefined) return options.text;
  if (options.file !== undefined) return readGiven(options.file);
  const edited = await createEditor(to.context.env)(before, { suffix: to.suffix });
  if (edited.kind === "given_up") {
    throw new CliFault(
      "edit_abandoned",
      edited.why,
      "Nothing was answered; try again, or give the new text with --text or --file",
    );
  }
  if (edited.text === before) {
    throw new CliFault(
      "edit_unchanged",
      "the text was left as it was, so nothing was answered",
      "To let it happen as shown: tutti approve",
    );
  }
  return edited.text;
}

const readGiven = (file: string): Promise<string> =>
  readFile(file, "utf8").catch((error: unknown) => {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown error";
    throw new CliFault("file_unreadable", `${file} cannot be read (${reason})`, "Give a readable file, or --text");
  });

const noDetail = (approval: ApprovalBody): CliFault =>
  new CliFault(
    "edit_invalid",
    `what ${approval.id} shows cannot be loaded: ${approval.problem ?? "it is gone"}`,
    `Reject it: tutti reject ${approval.id} --reason "..."`,
  );

/** An answer releases only what was shown (digest). */
const bound = (approval: ApprovalBody, body: AnswerBody): AnswerBody => ({ ...body, digest: approval.digest });
